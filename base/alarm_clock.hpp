// The real clock: a reactor's timers.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"

namespace platen {

class AlarmClock final : public Clock {
 public:
  explicit AlarmClock(boost::asio::any_io_executor executor);
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] Instant lately() const override;
  [[nodiscard]] WallTime wall() const override;
  [[nodiscard]] std::unique_ptr<Alarm> set(Instant when, std::function<void()> ring) override;

 private:
  boost::asio::any_io_executor executor_;
};

}  // namespace platen
