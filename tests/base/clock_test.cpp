#include "base/clock.hpp"

#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"

namespace platen {
namespace {

using namespace std::chrono_literals;

// Its cheap hand is four milliseconds behind.
class TwoHands final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return Instant(1h); }
  [[nodiscard]] Instant lately() const override { return Instant(1h - 4ms); }
  [[nodiscard]] WallTime wall() const override { return {}; }
  [[nodiscard]] std::unique_ptr<Alarm> set(Instant, std::function<void()>) override { return nullptr; }
};

TEST(Clock, ADeadlineIsExactUnlessItIsAskedForAboutASecondOrMore) {
  const TwoHands clock;
  EXPECT_EQ(Deadline::in(clock, 1h).when(), Instant(2h));
  EXPECT_EQ(Deadline::in_about(clock, 999ms).when(), Instant(1h + 999ms));
  EXPECT_EQ(Deadline::in_about(clock, 1s).when(), Instant(1h + 996ms));
  EXPECT_EQ(Deadline::at(Instant(1h + 1ms)).about_now(clock), Instant(1h));
  EXPECT_EQ(Deadline::at(Instant(1h + 1s)).about_now(clock), Instant(1h - 4ms));
}

TEST(AlarmClock, LatelyIsNeverAheadOfNowAndNotFarBehind) {
  boost::asio::io_context reactor{one_thread};
  const AlarmClock clock(reactor.get_executor());
  for (int i = 0; i < 1000; ++i) {
    const Instant lately = clock.lately(), now = clock.now();
    EXPECT_LE(lately, now);
    EXPECT_LT(now - lately, 1min);  // a tick, and what a busy machine makes of it
  }
}

}  // namespace
}  // namespace platen
