// A parallel port as its program has it: two registers to write, two to read, and time.
//
// PpdevLines is Linux's; tests put a peripheral in memory behind another. Used from one thread, wake()
// excepted.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace platen::port::ieee1284 {

// The control register. A set bit drives the line low, except for nInit.
namespace control {
inline constexpr std::uint8_t strobe = 0x01;
inline constexpr std::uint8_t auto_feed = 0x02;
inline constexpr std::uint8_t init = 0x04;
inline constexpr std::uint8_t select_in = 0x08;
}  // namespace control

// The status register, as levels on the cable: true is high. (The register has Busy the other way round.)
struct Status {
  bool ack;          // nAck, PtrClk, PeriphClk
  bool busy;         // Busy, PtrBusy, PeriphAck, nWait
  bool paper_error;  // PError, AckDataReq, nAckReverse
  bool select;       // Select, Xflag
  bool fault;        // nFault, nDataAvail, nPeriphRequest

  static constexpr Status of(std::uint8_t value) {
    return {.ack = (value & 0x40) != 0,
            .busy = (value & 0x80) == 0,
            .paper_error = (value & 0x20) != 0,
            .select = (value & 0x10) != 0,
            .fault = (value & 0x08) != 0};
  }
};

class ParallelLines {
 public:
  virtual ~ParallelLines() = default;

  // Makes the port ours, with its lines in the idle state of compatibility mode. Errc::busy: another has it.
  virtual Result<void> claim() = 0;
  virtual void release() noexcept = 0;
  // The data lines can be read: byte mode, ECP and EPP are possible.
  [[nodiscard]] virtual bool can_reverse() const = 0;

  // An error here lasts: failure() tells it, and what was read is 0xff.
  [[nodiscard]] virtual std::uint8_t status() = 0;
  [[nodiscard]] virtual std::uint8_t data() = 0;
  virtual void set_data(std::uint8_t value) = 0;
  virtual void set_control(std::uint8_t value) = 0;
  virtual void set_direction(bool to_host) = 0;
  [[nodiscard]] virtual const std::optional<Error>& failure() const = 0;

  [[nodiscard]] virtual Instant now() const = 0;
  virtual void pause(Duration span) = 0;  // at least so long; not ended by wake()
  // Until the peripheral interrupts, wake() is called, or the time has passed. True: an interrupt.
  virtual bool wait_for_interrupt(Duration at_most) = 0;
  // Ends the present wait_for_interrupt(), or the next one. Any thread.
  virtual void wake() noexcept = 0;
};

}  // namespace platen::port::ieee1284
