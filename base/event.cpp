#include "base/event.hpp"

namespace platen {

Event::Event(const boost::asio::any_io_executor& executor)
    : bell_(executor, boost::asio::steady_timer::time_point::max()) {}

Task<Result<void>> Event::wait(Clock& clock, Deadline deadline) {
  auto [ec] = co_await before(clock, deadline, [this](auto token) { return bell_.async_wait(token); });
  if (ec == make_error_code(Errc::timed_out) || ec == make_error_code(Errc::canceled))
    co_return fail(ec, "wait", "for an event");
  co_return Result<void>();
}

void Event::notify() {
  bell_.cancel();
}

}  // namespace platen
