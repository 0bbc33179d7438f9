// A USB device as the protocols see that carry it to a host: transfers go in, completions come out, in any
// order.
//
// A session hands each transfer of its host to submit(), with an id of its own. The device completes each
// exactly once, from within submit() or cancel() or later, by the callback that the session set with plug().
// A transfer that cannot move now stays pending, as a device that answers NAK.
//
// One reactor, one thread.
#pragma once

#include <functional>

#include "virtual/usb/usb_function.hpp"

namespace platen::vprinter::usb {

inline constexpr std::uint8_t kIn = 0x80;  // the direction bit of an endpoint's address and of bmRequestType

class UsbDevice {
 public:
  using Complete = std::function<void(UrbCompletion)>;
  virtual ~UsbDevice() = default;

  [[nodiscard]] virtual bool high_speed() const = 0;
  virtual void plug(Complete complete) = 0;
  virtual void unplug() = 0;  // what is pending is forgotten, without completions
  virtual void reset() = 0;   // of the bus: back to the first alternate setting
  virtual void submit(Urb urb) = 0;
  virtual void cancel(std::uint64_t id) = 0;  // harmless when it is not pending
};

}  // namespace platen::vprinter::usb
