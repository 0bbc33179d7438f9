#include "port/memory_port.hpp"

#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

struct MemoryPortTest : testing::Test {
  asio::io_context reactor{one_thread};
  SimulatedClock clock{reactor.get_executor()};
  MemoryPort port{reactor.get_executor(), clock, "MFG:Lexmark;MDL:T640;"};

  void open() {
    asio::co_spawn(
        reactor,
        [](Port& p, Clock& c) -> Task<void> {
          auto opened = co_await p.open(Deadline::in(c, 1s));
          EXPECT_TRUE(opened);
        }(port, clock),
        asio::detached);
    run_simulation(reactor, clock, 1ms);
  }

  struct Read {
    std::string text;
    boost::system::error_code error;
    bool ended = false;
  };

  void start_read(Read& result, Duration span) {
    asio::co_spawn(
        reactor,
        [](Port& p, Clock& c, Read& out, Duration limit) -> Task<void> {
          std::array<std::byte, 64> buffer;
          auto n = co_await p.read_some(buffer, Deadline::in(c, limit));
          if (n)
            out.text.assign(reinterpret_cast<const char*>(buffer.data()), *n);
          else
            out.error = n.error().code;
          out.ended = true;
        }(port, clock, result, span),
        asio::detached);
  }
};

TEST_F(MemoryPortTest, GivesWhatThePrinterSaysToThePendingRead) {
  open();
  Read read;
  start_read(read, 10s);
  run_simulation(reactor, clock, 1s);
  EXPECT_FALSE(read.ended);
  port.far().say("hello");
  run_simulation(reactor, clock, 1ms);
  EXPECT_EQ(read.text, "hello");
  EXPECT_EQ(port.far().unread(), 0u);
}

TEST_F(MemoryPortTest, EndsTheReadAtItsDeadline) {
  open();
  Read read;
  start_read(read, 10s);
  run_simulation(reactor, clock, 20s);
  EXPECT_EQ(read.error, Errc::timed_out);
}

TEST_F(MemoryPortTest, EndsThePendingReadWhenThePrinterIsUnplugged) {
  open();
  Read read;
  start_read(read, 10s);
  run_simulation(reactor, clock, 1s);
  port.far().disconnect();
  run_simulation(reactor, clock, 1ms);
  EXPECT_EQ(read.error, Errc::closed);
  EXPECT_FALSE(port.is_open());
}

TEST_F(MemoryPortTest, AStalledPrinterTakesNothingUntilTheDeadline) {
  open();
  port.far().stall(true);
  std::optional<boost::system::error_code> seen;
  asio::co_spawn(
      reactor,
      [](Port& p, Clock& c, auto& out) -> Task<void> {
        const std::array<std::byte, 3> data{};
        auto n = co_await p.write_some(data, Deadline::in(c, 5s));
        out = n ? boost::system::error_code() : n.error().code;
      }(port, clock, seen),
      asio::detached);
  run_simulation(reactor, clock, 4s);
  EXPECT_FALSE(seen);
  run_simulation(reactor, clock, 2s);
  ASSERT_TRUE(seen);
  EXPECT_EQ(*seen, Errc::timed_out);
}

TEST_F(MemoryPortTest, TheFarEndWaitsForWhatItWantsToHear) {
  open();
  std::string heard;
  asio::co_spawn(
      reactor,
      [](MemoryPort& p, Clock& c, std::string& out) -> Task<void> {
        auto got = co_await p.far().hear_until("END", Deadline::in(c, 5s));
        if (got) out = *got;
      }(port, clock, heard),
      asio::detached);
  asio::co_spawn(
      reactor,
      [](Port& p, Clock& c) -> Task<void> {
        const std::string text = "begin END rest";
        auto n = co_await p.write_some(std::as_bytes(std::span(text)), Deadline::in(c, 5s));
        EXPECT_EQ(n.value(), text.size());
      }(port, clock),
      asio::detached);
  run_simulation(reactor, clock, 1s);
  EXPECT_EQ(heard, "begin END");
  EXPECT_EQ(port.far().heard(), " rest");
}

}  // namespace
}  // namespace platen::port
