// A clock that moves only when told to: minutes pass in microseconds, and the same run can be had again.
//
//   asio::io_context reactor(one_thread);
//   SimulatedClock clock(reactor.get_executor());
//   ... start coroutines ...
//   run_simulation(reactor, clock, 10min);   // or until nothing is left to do
//
// For one reactor on one thread.
#pragma once

#include <map>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include "base/clock.hpp"

namespace platen {

class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(boost::asio::any_io_executor executor);
  ~SimulatedClock() override;
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] WallTime wall() const override;
  [[nodiscard]] std::unique_ptr<Alarm> set(Instant when, std::function<void()> ring) override;

  [[nodiscard]] bool idle() const;  // no alarm is set
  // Jumps to the next alarm that is due not later than `limit`, and rings it; false when there is none.
  bool advance_to_next(Instant limit);
  void advance_to(Instant when);

 private:
  struct Book;
  class Entry;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<Book> book_;
  Instant now_{};
};

// Runs the reactor until it has nothing to do but wait, then moves the clock, and again, for `span` of
// simulated time. Returns true when everything ended before that.
bool run_simulation(boost::asio::io_context& reactor, SimulatedClock& clock, Duration span);

}  // namespace platen
