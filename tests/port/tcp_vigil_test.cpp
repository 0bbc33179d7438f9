// A printer on the network that vanishes without a word: its power is cut, or a cable is pulled.
#include "port/tcp_vigil.hpp"

#include <array>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "play.hpp"
#include "port/socket_port.hpp"
#include "recovered.hpp"
#include "rigs/two_nets.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::HasSubstr;
namespace asio = boost::asio;

// Longer than any bound here: a test that reaches it has failed.
constexpr std::chrono::seconds patience = 200s;
// What a busy machine may add to the bounds.
constexpr Duration margin = 10s;
// Between two probes of a printer that has taken nothing for long.
constexpr Duration rare_probe = 2min;

struct TcpVigilTest : testing::Test {
  rig::TwoNets nets;
  asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  tcp::acceptor acceptor = nets.at_printer([this] {
    return tcp::acceptor(reactor, {asio::ip::make_address(rig::TwoNets::printer_address), raw_printing_port});
  });
  tcp::socket printer{reactor};
  SocketPort port{reactor.get_executor(), clock, rig::TwoNets::printer_address, raw_printing_port};
  std::optional<Error> read_ended;
  bool reader_left = false;
  std::uint64_t heard = 0;  // by the printer

  using Body = Task<void> (*)(TcpVigilTest& t);
  void run(Body body) { play(reactor, body(*this), patience); }
  [[nodiscard]] Deadline soon() const { return Deadline::in(clock, 10s); }
  [[nodiscard]] Deadline long_after() const { return Deadline::in(clock, patience); }

  // With a read pending, as the language monitor has it.
  Task<void> connect() {
    auto opened = co_await port.open(soon());
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().sentence());
    auto [ec, accepted] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    EXPECT_FALSE(ec) << ec.message();
    printer = std::move(accepted);
    asio::co_spawn(reactor, read(), [this](const std::exception_ptr&) { reader_left = true; });
  }
  Task<void> read() {
    std::array<std::byte, 64> buffer;
    auto count = co_await port.read_some(buffer, long_after());
    if (!count) read_ended = count.error();
  }
  // The printer takes whatever comes.
  void take_all() {
    asio::co_spawn(reactor, take(), [](const std::exception_ptr&) {});
  }
  Task<void> take() {
    std::array<char, 16384> buffer;
    for (;;) {
      auto [ec, n] =
          co_await printer.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
      heard += n;
      if (ec) co_return;
    }
  }
  // Until nothing more is taken for the time of `pause`, or for good.
  Task<Result<std::uint64_t>> write_until_stuck(Duration pause) {
    const std::vector<std::byte> block(32 * 1024);
    for (std::uint64_t taken = 0;;) {
      auto count = co_await port.write_some(block, Deadline::in(clock, pause));
      if (count) {
        taken += *count;
      } else if (count.error().is(Errc::timed_out)) {
        co_return taken;
      } else {
        co_return count.error();
      }
    }
  }
  Task<void> reader_ends() {
    while (!reader_left) (void)co_await sleep(clock, 50ms);
  }
  // What docs/recovery.md promises, from `since` on.
  void recovered_since(Instant since, Duration limit) const {
    recovered(clock.now() - since, limit + margin);
  }
  void expect_missed() const {
    EXPECT_TRUE(read_ended && read_ended->is(Errc::closed));
    EXPECT_THAT(read_ended ? read_ended->sentence() : "", HasSubstr("does not answer any more"));
  }
  // As when the printer is switched on again.
  Task<void> opens_again() {
    nets.restore();
    port.close();
    Result<void> opened;
    for (int attempt = 0; attempt < 10; ++attempt) {
      opened = co_await port.open(soon());
      if (opened) break;
      (void)co_await sleep(clock, 500ms);
    }
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().sentence());
  }
};

TEST_F(TcpVigilTest, APrinterWhosePowerIsCutWhileIdleIsMissed) {
  run([](TcpVigilTest& t) -> Task<void> {
    co_await t.connect();
    t.nets.cut_power();
    const Instant cut = t.clock.now();
    co_await t.reader_ends();
    t.recovered_since(cut, idle_silence_limit);
    t.expect_missed();
    co_await t.opens_again();
  });
}

TEST_F(TcpVigilTest, ACableThatIsPulledWhileIdleIsMissed) {
  run([](TcpVigilTest& t) -> Task<void> {
    co_await t.connect();
    t.nets.pull_cable();
    const Instant pulled = t.clock.now();
    co_await t.reader_ends();
    t.recovered_since(pulled, idle_silence_limit);
    t.expect_missed();
    co_await t.opens_again();
  });
}

TEST_F(TcpVigilTest, APrinterWhosePowerIsCutInTheMiddleOfAJobIsMissedByWriterAndReader) {
  run([](TcpVigilTest& t) -> Task<void> {
    co_await t.connect();
    t.take_all();
    const std::vector<std::byte> some(1000);
    auto first = co_await t.port.write_some(some, t.soon());
    EXPECT_TRUE(first);
    t.nets.cut_power();
    const Instant cut = t.clock.now();
    auto written = co_await t.write_until_stuck(patience);
    t.recovered_since(cut, busy_silence_limit);
    EXPECT_TRUE(!written && written.error().is(Errc::closed));
    EXPECT_THAT(written ? "" : written.error().sentence(), HasSubstr("does not answer any more"));
    co_await t.reader_ends();
    t.expect_missed();
    co_await t.opens_again();
  });
}

TEST_F(TcpVigilTest, ACableThatIsPulledBehindAJobsLastByteIsMissed) {
  run([](TcpVigilTest& t) -> Task<void> {
    co_await t.connect();
    t.nets.pull_cable();
    // Taken by the kernel, never by the printer; nobody writes any more.
    const std::vector<std::byte> tail(1000);
    auto last = co_await t.port.write_some(tail, t.soon());
    EXPECT_TRUE(last);
    const Instant written = t.clock.now();
    co_await t.reader_ends();
    t.recovered_since(written, busy_silence_limit);
    t.expect_missed();
    co_await t.opens_again();
  });
}

TEST_F(TcpVigilTest, APrinterThatTakesNothingIsWaitedForAsLongAsItAnswersAndThenMissed) {
  run([](TcpVigilTest& t) -> Task<void> {
    co_await t.connect();
    auto stuck = co_await t.write_until_stuck(2s);
    EXPECT_TRUE(stuck);
    auto alive = co_await t.write_until_stuck(busy_silence_limit + 2 * silence_look);
    EXPECT_TRUE(alive) << (alive ? "" : alive.error().sentence());
    EXPECT_FALSE(t.reader_left);
    t.nets.cut_power();
    const Instant cut = t.clock.now();
    auto gone = co_await t.write_until_stuck(patience);
    t.recovered_since(cut, rare_probe + busy_silence_limit);
    EXPECT_TRUE(!gone && gone.error().is(Errc::closed));
    co_await t.reader_ends();
    t.expect_missed();
  });
}

TEST_F(TcpVigilTest, ACableThatIsPutBackInTimeCostsNothing) {
  run([](TcpVigilTest& t) -> Task<void> {
    co_await t.connect();
    t.take_all();
    t.nets.pull_cable();
    auto taken = co_await t.write_until_stuck(silence_look);
    EXPECT_TRUE(taken);
    t.nets.restore();
    const Instant restored = t.clock.now();
    while (t.heard != (taken ? *taken : 0) && t.clock.now() - restored < patience)
      (void)co_await sleep(t.clock, 50ms);
    t.recovered_since(restored, busy_silence_limit);
    // Longer than it would have taken to be missed.
    (void)co_await sleep(t.clock, busy_silence_limit + 2 * silence_look);
    EXPECT_FALSE(t.reader_left);
    EXPECT_EQ(t.heard, taken ? *taken : 0);
  });
}

}  // namespace
}  // namespace platen::port
