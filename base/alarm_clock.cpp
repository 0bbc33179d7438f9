#include "base/alarm_clock.hpp"

#include <ctime>

#include <boost/asio/steady_timer.hpp>

namespace platen {
namespace {

using Steady = std::chrono::steady_clock;

class TimerAlarm final : public Alarm {
 public:
  TimerAlarm(const boost::asio::any_io_executor& executor, Steady::time_point when,
             std::function<void()> ring)
      : timer_(executor, when), ring_(std::make_shared<std::function<void()>>(std::move(ring))) {
    // The weak pointer makes a timer that expires while its Alarm dies harmless.
    timer_.async_wait([weak = std::weak_ptr(ring_)](boost::system::error_code ec) {
      if (ec) return;
      if (auto alive = weak.lock()) (*alive)();
    });
  }

 private:
  boost::asio::steady_timer timer_;
  std::shared_ptr<std::function<void()>> ring_;
};

}  // namespace

AlarmClock::AlarmClock(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

Instant AlarmClock::now() const {
  return Instant(std::chrono::duration_cast<Duration>(Steady::now().time_since_epoch()));
}

Instant AlarmClock::lately() const {
  timespec ticked{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &ticked);  // of the kernel's last tick
  return Instant(std::chrono::seconds(ticked.tv_sec) + std::chrono::nanoseconds(ticked.tv_nsec));
}

WallTime AlarmClock::wall() const {
  return std::chrono::system_clock::now();
}

std::unique_ptr<Alarm> AlarmClock::set(Instant when, std::function<void()> ring) {
  const auto at = Steady::time_point(std::chrono::duration_cast<Steady::duration>(when.time_since_epoch()));
  return std::make_unique<TimerAlarm>(executor_, at, std::move(ring));
}

}  // namespace platen
