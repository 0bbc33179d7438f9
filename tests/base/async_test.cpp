#include "base/async.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "base/event.hpp"
#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"

namespace platen {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

TEST(Async, ASleepOfAnHourPassesAtOnceOnTheSimulatedClock) {
  asio::io_context reactor{one_thread};
  SimulatedClock clock(reactor.get_executor());
  bool woke = false;
  asio::co_spawn(
      reactor,
      [](Clock& c, bool& done) -> Task<void> {
        auto slept = co_await sleep(c, 1h);
        done = slept.has_value();
      }(clock, woke),
      asio::detached);
  EXPECT_TRUE(run_simulation(reactor, clock, 2h));
  EXPECT_TRUE(woke);
  EXPECT_EQ(clock.now(), Instant(1h));
}

TEST(Async, AReadThatGetsNothingEndsAtItsDeadline) {
  asio::io_context reactor{one_thread};
  SimulatedClock clock(reactor.get_executor());
  asio::local::stream_protocol::socket a(reactor), b(reactor);
  asio::local::connect_pair(a, b);
  boost::system::error_code seen;
  asio::co_spawn(
      reactor,
      [](Clock& c, auto& socket, auto& out) -> Task<void> {
        char buffer[8];
        auto [ec, n] = co_await before(c, Deadline::in(c, 5s), [&](auto token) {
          return socket.async_read_some(asio::buffer(buffer), token);
        });
        out = ec;
      }(clock, a, seen),
      asio::detached);
  EXPECT_TRUE(run_simulation(reactor, clock, 10s));
  EXPECT_EQ(seen, Errc::timed_out);
  EXPECT_EQ(clock.now(), Instant(5s));
}

TEST(Async, CancellingTheCoroutineEndsItsWait) {
  asio::io_context reactor{one_thread};
  AlarmClock clock(reactor.get_executor());
  asio::cancellation_signal stop;
  std::optional<bool> canceled;
  asio::co_spawn(
      reactor,
      [](Clock& c, auto& out) -> Task<void> {
        auto slept = co_await sleep(c, 1h);
        out = !slept && slept.error().is(Errc::canceled);
      }(clock, canceled),
      asio::bind_cancellation_slot(stop.slot(), asio::detached));
  reactor.poll();
  stop.emit(asio::cancellation_type::terminal);
  reactor.run_for(5s);
  EXPECT_EQ(canceled, true);
}

TEST(Async, AnEventWakesAllWhoWaitAndNobodyWhoComesLater) {
  asio::io_context reactor{one_thread};
  SimulatedClock clock(reactor.get_executor());
  Event event(reactor.get_executor());
  int woken = 0, late = 0;
  auto waiter = [](Clock& c, Event& e, int& ok, int& timed_out) -> Task<void> {
    auto result = co_await e.wait(c, Deadline::in(c, 1s));
    ++(result ? ok : timed_out);
  };
  asio::co_spawn(reactor, waiter(clock, event, woken, late), asio::detached);
  asio::co_spawn(reactor, waiter(clock, event, woken, late), asio::detached);
  reactor.poll();
  event.notify();
  asio::co_spawn(reactor, waiter(clock, event, woken, late), asio::detached);
  EXPECT_TRUE(run_simulation(reactor, clock, 5s));
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(late, 1);
}

}  // namespace
}  // namespace platen
