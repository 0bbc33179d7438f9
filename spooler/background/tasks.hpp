// The coroutines that run in the background of an object: their exceptions are logged, and their end can be
// awaited.
//
//   tasks.start(link->run());
//   ...
//   co_await tasks.ended(clock, deadline);
#pragma once

#include <memory>
#include <string>

#include "base/event.hpp"

namespace platen::spooler {

class Tasks {
 public:
  explicit Tasks(boost::asio::any_io_executor executor);
  // The coroutine keeps alive what it uses.
  void start(Task<void> task);
  [[nodiscard]] bool empty() const { return state_->running == 0; }
  // Waits until all have ended; fails with Errc::timed_out.
  Task<Result<void>> ended(Clock& clock, Deadline deadline);

 private:
  struct State {
    explicit State(const boost::asio::any_io_executor& executor) : changed(executor) {}
    Event changed;
    std::size_t running = 0;
  };
  boost::asio::any_io_executor executor_;
  std::shared_ptr<State> state_;
};

}  // namespace platen::spooler
