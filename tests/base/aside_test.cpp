#include "base/aside.hpp"

#include <future>
#include <memory>

#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "play.hpp"
#include "recovered.hpp"

namespace platen {
namespace {

using namespace std::chrono_literals;

// What a call waits for that hangs until the test lets it go; the thread that it hangs on may outlive a test
// that failed, so it has its own hold of it, and an end.
struct Gate {
  std::promise<void> opened;
  std::shared_future<void> open = opened.get_future().share();
  std::future_status wait() const { return open.wait_for(40s); }
};

struct AsideTest : testing::Test {
  boost::asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
};

TEST_F(AsideTest, ReturnsWhatTheCallReturnsAndTheReactorGoesOnMeanwhile) {
  const auto gate = std::make_shared<Gate>();
  const auto body = [&]() -> Task<void> {
    auto alarm = clock.set(clock.now() + 10ms, [gate] { gate->opened.set_value(); });
    std::function<int()> call = [gate] { return gate->wait() == std::future_status::ready ? -9 : -1; };
    auto result = co_await aside(clock, Deadline::in(clock, 10s), std::move(call));
    EXPECT_TRUE(result);
    EXPECT_EQ(result.value(), -9);
  };
  play(reactor, body());
}

TEST_F(AsideTest, ACallThatHangsIsLeftAtTheDeadlineAndKeepsWhatItUses) {
  const auto gate = std::make_shared<Gate>();
  auto held = std::make_shared<int>(7);
  const std::weak_ptr<int> seen = held;
  const auto body = [&]() -> Task<void> {
    std::function<int()> call = [gate, kept = std::move(held)] {
      (void)gate->wait();
      return *kept;
    };
    const Instant begin = clock.now();
    auto result = co_await aside(clock, Deadline::in(clock, 10ms), std::move(call));
    recovered(clock.now() - begin, 2s);
    EXPECT_TRUE(!result && result.error().is(Errc::timed_out));
    EXPECT_FALSE(seen.expired());
  };
  play(reactor, body());
  gate->opened.set_value();
  reactor.restart();
  reactor.run_for(10s);
  EXPECT_TRUE(seen.expired()) << "it is destroyed once the call has ended";
}

TEST_F(AsideTest, AReactorThatIsDestroyedWaitsForTheCallAndDropsTheRest) {
  const auto gate = std::make_shared<Gate>();
  auto held = std::make_shared<int>(7);
  const std::weak_ptr<int> seen = held;
  bool returned = false;
  {
    boost::asio::io_context short_lived{one_thread};
    aside_for_good(
        short_lived.get_executor(),
        [gate, &returned] {
          (void)gate->wait();
          returned = true;
        },
        [kept = std::move(held)] { FAIL() << "there is no reactor to run it"; });
    gate->opened.set_value();
  }
  EXPECT_TRUE(returned);
  EXPECT_TRUE(seen.expired());
}

}  // namespace
}  // namespace platen
