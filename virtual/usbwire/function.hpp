// A USB device as its wires see it: transfers go in, completions come out, in any order.
//
// A wire (virtual/usbip, virtual/usbredir) hands each transfer of its host to submit(), with an id of its
// own. The device completes each exactly once, from within submit() or cancel() or later, by the callback
// that the wire set with plug(). A transfer that cannot move now stays pending, as a device that answers NAK.
//
// One reactor, one thread. The completion callback may submit.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace platen::vprinter::usb {

using Bytes = std::vector<std::uint8_t>;
using Setup = std::array<std::uint8_t, 8>;

inline constexpr std::uint8_t kIn = 0x80;  // the direction bit of an endpoint's address and of bmRequestType

enum class Outcome {
  done,
  stalled,
  canceled,
  babble,  // the device sent more than there was room for
};

struct Transfer {
  std::uint64_t id = 0;       // the wire's own; no two pending ones have the same
  std::uint8_t endpoint = 0;  // 0 is the control endpoint; others with their direction bit
  Setup setup{};              // endpoint 0 only
  Bytes data;                 // what the host sends
  std::size_t room = 0;       // what the host can take
};

struct Completion {
  std::uint64_t id = 0;
  Outcome outcome = Outcome::done;
  Bytes data;             // what the device sends; also with canceled, when some had come by then
  std::size_t taken = 0;  // how much of the host's data the device took, whatever the outcome
};

class Function {
 public:
  using Complete = std::function<void(Completion)>;
  virtual ~Function() = default;

  virtual void plug(Complete complete) = 0;
  virtual void unplug() = 0;  // pending transfers are forgotten, without completions
  virtual void reset() = 0;   // a bus reset: pending transfers are canceled, the device is not configured
  virtual void submit(Transfer transfer) = 0;
  virtual void cancel(std::uint64_t id) = 0;  // harmless when it is not pending
};

}  // namespace platen::vprinter::usb
