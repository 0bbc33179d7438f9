// A call that blocks in the kernel, made beside the reactor: SET_INTERFACE and CLEAR_FEATURE exist only as
// ioctls that wait for the device, up to the kernel's own five seconds.
//
//   std::function<int()> clear = [device] { return libusb_clear_halt(device->handle(), endpoint); };
//   auto failed = co_await aside(clock, deadline, std::move(clear));
//
// `call` must hold what it uses: it runs to its end even when the deadline passes or the coroutine is
// cancelled before. It is destroyed on the reactor, and until then the reactor has work.
#pragma once

#include <functional>

#include "base/async.hpp"

namespace platen::port::usb {

// What the call returned; Errc::timed_out or Errc::canceled when that was not waited for.
Task<Result<int>> aside(Clock& clock, Deadline deadline, std::function<int()> call);

// The same where nobody waits: `after` runs on the reactor behind the call, or is only destroyed when the
// reactor is.
void aside_for_good(const boost::asio::any_io_executor& executor, std::function<int()> call,
                    std::function<void()> after);

// The kernel's own limit for such a call, and a moment more.
inline constexpr Duration aside_patience = std::chrono::seconds(6);

}  // namespace platen::port::usb
