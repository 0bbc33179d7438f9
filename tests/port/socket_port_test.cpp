#include "port/socket_port.hpp"

#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "play.hpp"
#include "recovered.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using boost::system::error_code;
using testing::HasSubstr;
namespace asio = boost::asio;

struct Printer {
  explicit Printer(asio::io_context& reactor)
      : acceptor(reactor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), socket(reactor) {
    number = acceptor.local_endpoint().port();
  }
  Task<void> accept() {
    auto [ec, accepted] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    EXPECT_FALSE(ec) << ec.message();
    socket = std::move(accepted);
  }
  Task<std::pair<error_code, std::string>> hear() {
    std::string text(4096, '\0');
    auto [ec, n] = co_await socket.async_read_some(asio::buffer(text), asio::as_tuple(asio::use_awaitable));
    text.resize(n);
    co_return std::pair(ec, text);
  }

  tcp::acceptor acceptor;
  tcp::socket socket;
  std::uint16_t number = 0;
};

struct SocketPortTest : testing::Test {
  asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  std::optional<Printer> printer{reactor};
  std::optional<SocketPort> port{std::in_place, reactor.get_executor(), clock, "127.0.0.1", printer->number};

  using Body = Task<void> (*)(SocketPortTest& t);
  void run(Body body) { play(reactor, body(*this)); }
  [[nodiscard]] Deadline soon(Duration span = 10s) const { return Deadline::in(clock, span); }

  Task<void> connect() {
    auto opened = co_await port->open(soon());
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().sentence());
    co_await printer->accept();
  }
};

TEST_F(SocketPortTest, CarriesBytesBothWays) {
  run([](SocketPortTest& t) -> Task<void> {
    co_await t.connect();
    EXPECT_EQ(t.port->uri(), "socket://127.0.0.1:" + std::to_string(t.printer->number));
    auto sent = co_await t.port->write_some(std::as_bytes(std::span("hello", 5)), t.soon());
    EXPECT_EQ(sent.value(), 5u);
    auto [ec, heard] = co_await t.printer->hear();
    EXPECT_EQ(heard, "hello");
    t.printer->socket.write_some(asio::buffer("ready", 5));
    std::array<std::byte, 16> buffer;
    auto got = co_await t.port->read_some(buffer, t.soon());
    EXPECT_EQ(got.value(), 5u);
  });
}

TEST_F(SocketPortTest, ReadsWhileAWriteWaitsForAPrinterThatTakesNothing) {
  run([](SocketPortTest& t) -> Task<void> {
    co_await t.connect();
    std::string heard;
    asio::co_spawn(
        t.reactor,
        [](SocketPortTest& test, std::string& out) -> Task<void> {
          std::array<std::byte, 16> buffer;
          auto n = co_await test.port->read_some(buffer, test.soon());
          if (n) out.assign(reinterpret_cast<const char*>(buffer.data()), *n);
        }(t, heard),
        asio::detached);
    const std::vector<std::byte> block(1 << 20);
    std::size_t taken = 0;
    for (;;) {
      auto n = co_await t.port->write_some(block, t.soon(200ms));
      if (!n) {
        EXPECT_TRUE(n.error().is(Errc::timed_out)) << n.error().sentence();
        break;
      }
      taken += *n;
    }
    EXPECT_GT(taken, 0u);
    EXPECT_TRUE(t.port->is_open());
    t.printer->socket.write_some(asio::buffer("paper out", 9));
    for (int i = 0; i < 1000 && heard.empty(); ++i) (void)co_await sleep(t.clock, 5ms);
    EXPECT_EQ(heard, "paper out");
  });
}

TEST_F(SocketPortTest, ARefusedConnectionNamesThePortAndSaysWhatToCheck) {
  printer.reset();
  run([](SocketPortTest& t) -> Task<void> {
    auto opened = co_await t.port->open(t.soon());
    EXPECT_FALSE(opened);
    if (opened) co_return;
    EXPECT_TRUE(opened.error().is(Errc::refused));
    EXPECT_THAT(opened.error().sentence(), HasSubstr(t.port->uri()));
    EXPECT_THAT(opened.error().sentence(), HasSubstr("raw printing is switched on"));
    EXPECT_FALSE(t.port->is_open());
  });
}

TEST_F(SocketPortTest, AnUnknownNameIsSaidToBeOne) {
  port.emplace(reactor.get_executor(), clock, "no-such-printer.invalid", std::uint16_t{9100});
  run([](SocketPortTest& t) -> Task<void> {
    auto opened = co_await t.port->open(t.soon(20s));
    EXPECT_FALSE(opened);
    EXPECT_THAT(opened ? "" : opened.error().sentence(), HasSubstr("no-such-printer.invalid"));
  });
}

TEST_F(SocketPortTest, AConnectionThatNobodyAnswersEndsAtItsDeadline) {
  // A listener whose queue is full answers no further connection.
  tcp::acceptor full(reactor);
  full.open(tcp::v4());
  full.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  full.listen(0);
  tcp::socket a(reactor), b(reactor), c(reactor);
  for (tcp::socket* socket : {&a, &b, &c}) {
    socket->open(tcp::v4());
    socket->native_non_blocking(true);
    const tcp::endpoint there = full.local_endpoint();
    // Not Asio's own, which waits for the answer even so.
    (void)::connect(socket->native_handle(), there.data(), static_cast<socklen_t>(there.size()));
  }
  port.emplace(reactor.get_executor(), clock, "127.0.0.1", full.local_endpoint().port());
  run([](SocketPortTest& t) -> Task<void> {
    const Instant begin = t.clock.now();
    auto opened = co_await t.port->open(t.soon(300ms));
    EXPECT_FALSE(opened);
    EXPECT_TRUE(!opened && opened.error().is(Errc::timed_out));
    recovered(t.clock.now() - begin, 5s);
  });
}

TEST_F(SocketPortTest, AReadGetsNothingUntilItsDeadline) {
  run([](SocketPortTest& t) -> Task<void> {
    co_await t.connect();
    std::array<std::byte, 16> buffer;
    auto n = co_await t.port->read_some(buffer, t.soon(20ms));
    EXPECT_TRUE(!n && n.error().is(Errc::timed_out));
    EXPECT_TRUE(t.port->is_open());
  });
}

TEST_F(SocketPortTest, APrinterThatEndsTheConnectionIsGone) {
  run([](SocketPortTest& t) -> Task<void> {
    co_await t.connect();
    t.printer->socket.close();
    std::array<std::byte, 16> buffer;
    auto n = co_await t.port->read_some(buffer, t.soon());
    EXPECT_TRUE(!n && n.error().is(Errc::closed));
  });
}

TEST_F(SocketPortTest, ClosingEndsThePendingReadEvenWhenThePortIsDestroyed) {
  run([](SocketPortTest& t) -> Task<void> {
    co_await t.connect();
    std::optional<Error> seen;
    asio::co_spawn(
        t.reactor,
        [](SocketPortTest& test, std::optional<Error>& out) -> Task<void> {
          std::array<std::byte, 16> buffer;
          auto n = co_await test.port->read_some(buffer, test.soon());
          if (!n) out = n.error();
        }(t, seen),
        asio::detached);
    (void)co_await sleep(t.clock, 10ms);
    t.port.reset();
    for (int i = 0; i < 1000 && !seen; ++i) (void)co_await sleep(t.clock, 5ms);
    EXPECT_TRUE(seen && seen->is(Errc::closed));
  });
}

TEST_F(SocketPortTest, AbortingResetsTheConnectionAndOpensAnother) {
  run([](SocketPortTest& t) -> Task<void> {
    co_await t.connect();
    auto sent = co_await t.port->write_some(std::as_bytes(std::span("job", 3)), t.soon());
    EXPECT_TRUE(sent);
    auto aborted = co_await t.port->abort_job(t.soon());
    EXPECT_TRUE(aborted);
    EXPECT_TRUE(t.port->is_open());
    auto first = co_await t.printer->hear();
    while (!first.first) first = co_await t.printer->hear();
    EXPECT_EQ(first.first, asio::error::connection_reset);
    co_await t.printer->accept();
    auto again = co_await t.port->write_some(std::as_bytes(std::span("next", 4)), t.soon());
    EXPECT_TRUE(again);
    auto [ec, heard] = co_await t.printer->hear();
    EXPECT_EQ(heard, "next");
  });
}

TEST_F(SocketPortTest, AbortingGivesUpOnAPrinterThatDoesNotComeBack) {
  run([](SocketPortTest& t) -> Task<void> {
    co_await t.connect();
    t.printer->acceptor.close();
    const Instant begin = t.clock.now();
    auto aborted = co_await t.port->abort_job(t.soon(700ms));
    EXPECT_TRUE(!aborted && aborted.error().is(Errc::refused));
    EXPECT_FALSE(t.port->is_open());
    EXPECT_LT(t.clock.now() - begin, 10s);
  });
}

TEST_F(SocketPortTest, TheKernelHoldsLittleForThePrinter) {
  run([](SocketPortTest& t) -> Task<void> {
    co_await t.connect();
    // A receiver with a small window, so that what is taken is what the sender's kernel holds.
    t.printer->socket.set_option(asio::socket_base::receive_buffer_size(4096));
    const std::vector<std::byte> block(1 << 20);
    auto first = co_await t.port->write_some(block, t.soon());
    EXPECT_LE(first.value(), 4u * send_buffer_bytes);
  });
}

TEST_F(SocketPortTest, WhatIsNotOpenSaysSo) {
  run([](SocketPortTest& t) -> Task<void> {
    std::array<std::byte, 16> buffer{};
    auto read = co_await t.port->read_some(buffer, t.soon());
    EXPECT_TRUE(!read && read.error().is(Errc::closed));
    auto written = co_await t.port->write_some(buffer, t.soon());
    EXPECT_TRUE(!written && written.error().is(Errc::closed));
    auto id = co_await t.port->device_id(t.soon());
    EXPECT_TRUE(!id && id.error().is(Errc::unsupported));
    t.port->close();
  });
}

}  // namespace
}  // namespace platen::port
