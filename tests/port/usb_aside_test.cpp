#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "play.hpp"
#include "port/usb/aside.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;

struct AsideTest : testing::Test {
  boost::asio::io_context reactor;
  AlarmClock clock{reactor.get_executor()};
};

TEST_F(AsideTest, ReturnsWhatTheCallReturnsAndTheReactorGoesOnMeanwhile) {
  std::latch go(1);
  const auto body = [&]() -> Task<void> {
    auto alarm = clock.set(clock.now() + 10ms, [&go] { go.count_down(); });
    std::function<int()> call = [&go] {
      go.wait();
      return -9;
    };
    auto result = co_await usb::aside(clock, Deadline::in(clock, 10s), std::move(call));
    EXPECT_TRUE(result);
    EXPECT_EQ(result.value(), -9);
  };
  play(reactor, body());
}

TEST_F(AsideTest, ACallThatHangsIsLeftAtTheDeadlineAndKeepsWhatItUses) {
  std::latch go(1);
  auto held = std::make_shared<int>(7);
  const std::weak_ptr<int> seen = held;
  const auto body = [&]() -> Task<void> {
    std::function<int()> call = [&go, kept = std::move(held)] {
      go.wait();
      return *kept;
    };
    auto result = co_await usb::aside(clock, Deadline::in(clock, 10ms), std::move(call));
    EXPECT_TRUE(!result && result.error().is(Errc::timed_out));
    EXPECT_FALSE(seen.expired());
  };
  play(reactor, body());
  go.count_down();
  reactor.restart();
  reactor.run();
  EXPECT_TRUE(seen.expired()) << "it is destroyed once the call has ended";
}

}  // namespace
}  // namespace platen::port
