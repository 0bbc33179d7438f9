// One end of a protocol that carries a USB device to a host: bytes in, bytes out, no sockets.
//
// A session is pure: the reactor's side (usb_wire.hpp) moves its bytes, a test plays the host with arrays. It
// plugs the device in when start() is called and pulls it out when it is destroyed.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "virtual/usbwire/usb_device.hpp"

namespace platen::vprinter::usb {

class Session {
 public:
  using Send = std::function<void(UsbBytes)>;
  virtual ~Session() = default;

  // `send` is called from within the session's calls and the function's completions; it must only queue.
  virtual void start() = 0;
  // The next bytes of the host, in pieces of any size. An error ends the session: the host breaks the
  // protocol.
  virtual Result<void> take(std::span<const std::uint8_t> bytes) = 0;
};

}  // namespace platen::vprinter::usb
