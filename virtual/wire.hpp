// The cable between the virtual printer and its hosts, as the control socket knows it: what can be counted on
// it and what can go wrong with it. TcpServer is one, UsbWire another.
//
// After stop(), let the reactor run until it has nothing left to do, before destroying it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace platen::vprinter {

struct Traffic {
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  int accepted = 0;  // connections so far, or how often it was plugged in
  int open = 0;      // connections now
  Instant last_byte{};
};

class Wire {
 public:
  virtual ~Wire() = default;
  [[nodiscard]] virtual std::string uri() const = 0;  // as a host names the port
  virtual void start() = 0;
  virtual void stop() = 0;

  virtual void disconnect() = 0;                                  // pulled, and at once plugged in again
  virtual void refuse(bool refusing) = 0;                         // pulled and left so, or plugged in again
  virtual Result<void> slow(std::uint64_t bytes_per_second) = 0;  // 0: as fast as it comes
  // Turns a knob that only this kind of wire has. A place in the data is counted from now on.
  virtual Result<void> fault(std::string_view knob, std::string_view value) = 0;
  [[nodiscard]] virtual const Traffic& traffic() const = 0;
  [[nodiscard]] virtual bool refusing() const = 0;
};

}  // namespace platen::vprinter
