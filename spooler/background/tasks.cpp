#include "spooler/background/tasks.hpp"

#include <exception>

#include <boost/asio/co_spawn.hpp>

#include "base/log.hpp"

namespace platen::spooler {

Tasks::Tasks(boost::asio::any_io_executor executor)
    : executor_(std::move(executor)), state_(std::make_shared<State>(executor_)) {}

void Tasks::start(Task<void> task) {
  ++state_->running;
  boost::asio::co_spawn(executor_, std::move(task), [state = state_](std::exception_ptr thrown) {
    --state->running;
    state->changed.notify();
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      named_log("spooler")->critical("a background task ended with an exception: {}", error.what());
      std::terminate();  // the state behind it can no longer be trusted; the next start takes the jobs up
                         // again
    }
  });
}

Task<Result<void>> Tasks::ended(Clock& clock, Deadline deadline) {
  auto state = state_;
  while (state->running > 0)
    if (auto woken = co_await state->changed.wait(clock, deadline); !woken) co_return woken;
  co_return Result<void>();
}

}  // namespace platen::spooler
