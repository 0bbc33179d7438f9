// A call that blocks in the kernel, made beside the reactor: SET_INTERFACE and CLEAR_FEATURE exist only as
// ioctls that wait for the device, up to the kernel's own five seconds.
//
//   const int failed = co_await aside([device] { return libusb_clear_halt(device->handle(), endpoint); });
//
// `call` must hold what it uses: it runs to its end even when the coroutine is cancelled. It is destroyed on
// the reactor.
#pragma once

#include <functional>

#include "base/async.hpp"

namespace platen::port::usb {

Task<int> aside(Clock& clock, std::function<int()> call);

}  // namespace platen::port::usb
