// A call that blocks, made beside the reactor on a thread of its own: ioctls that wait for a device, name
// servers.
//
//   auto clear = [device] { return libusb_clear_halt(device->handle(), endpoint); };
//   auto failed = co_await aside(clock, deadline, std::move(clear));
//
// `call` must hold what it uses: it runs to its end even when the deadline passes or the coroutine is
// cancelled before. It is destroyed on the reactor, which has work until then. A reactor that is destroyed
// waits for it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/event.hpp"

namespace platen {

// The same where nobody waits: `after` runs on the reactor behind the call, or is only destroyed when the
// reactor is.
void aside_for_good(const boost::asio::any_io_executor& executor, std::function<void()> call,
                    std::function<void()> after);

// What the call returned; Errc::timed_out or Errc::canceled when that was not waited for.
template <class Call>
Task<Result<std::invoke_result_t<Call&>>> aside(Clock& clock, Deadline deadline, Call call) {
  struct Side {
    Side(const boost::asio::any_io_executor& executor, Call its_call)
        : call(std::move(its_call)), ended(executor) {}
    Call call;
    std::optional<std::invoke_result_t<Call&>> result;  // the thread's, until it is over
    Event ended;
    bool over = false;
  };
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  auto side = std::make_shared<Side>(executor, std::move(call));
  std::function<void()> there = [side] { side->result.emplace(side->call()); };
  std::function<void()> back = [side] {
    side->over = true;
    side->ended.notify();
  };
  aside_for_good(executor, std::move(there), std::move(back));
  while (!side->over)
    if (auto woken = co_await side->ended.wait(clock, deadline); !woken && !side->over)
      co_return woken.error();
  co_return std::move(*side->result);
}

}  // namespace platen
