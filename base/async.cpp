#include "base/async.hpp"

#include "base/event.hpp"

namespace platen {

Task<Result<void>> sleep_until(Clock& clock, Instant when) {
  Event never(co_await boost::asio::this_coro::executor);
  auto waited = co_await never.wait(clock, Deadline::at(when));
  if (!waited && waited.error().is(Errc::timed_out)) co_return Result<void>();
  co_return waited;
}

Task<Result<void>> sleep(Clock& clock, Duration span) {
  co_return co_await sleep_until(clock, clock.now() + span);
}

}  // namespace platen
