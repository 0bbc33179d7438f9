// A parallel port in memory, with the virtual printer's peripheral on its other end. Time is simulated: it
// passes when somebody pauses.
#pragma once

#include <atomic>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"
#include "port/parallel/lines.hpp"
#include "virtual/parallel/peripheral.hpp"
#include "virtual/parallel/registers.hpp"

namespace platen::port::ieee1284 {

class MemoryLines final : public ParallelLines {
 public:
  MemoryLines(SimulatedClock& clock, vprinter::ieee1284::Peripheral& peripheral)
      : clock_(clock), peripheral_(peripheral) {}

  bool tristate = true;
  bool unplugged = false;  // all lines are pulled up
  std::optional<Error> error;
  bool claimed = false;
  std::uint64_t accesses = 0;  // to the registers

  Result<void> claim() override {
    claimed = true;
    return {};
  }
  void release() noexcept override { claimed = false; }
  bool can_reverse() const override { return tristate; }
  std::uint8_t status() override {
    ++accesses;
    if (unplugged) return 0x78;
    return vprinter::ieee1284::status_register(peripheral_.lines());
  }
  std::uint8_t data() override {
    ++accesses;
    return vprinter::ieee1284::data_register(host_, peripheral_.lines());
  }
  void set_data(std::uint8_t value) override {
    host_.data = value;
    drive();
  }
  void set_control(std::uint8_t value) override {
    vprinter::ieee1284::set_control_register(host_, value);
    drive();
  }
  void set_direction(bool to_host) override {
    host_.drives_data = !to_host;
    drive();
  }
  const std::optional<Error>& failure() const override { return error; }
  Instant now() const override { return clock_.now(); }
  void pause(Duration span) override { clock_.advance_to(clock_.now() + span); }
  bool wait_for_interrupt(Duration at_most) override {
    pause(at_most);
    return false;
  }
  void wake() noexcept override {}

 private:
  void drive() {
    ++accesses;
    if (!unplugged) peripheral_.drive(host_);
  }

  SimulatedClock& clock_;
  vprinter::ieee1284::Peripheral& peripheral_;
  vprinter::ieee1284::HostLines host_;
};

// A printer that keeps what it is given, and its cable.
struct Bench {
  boost::asio::io_context reactor{one_thread};
  SimulatedClock clock{reactor.get_executor()};
  std::string taken;
  bool printer_takes = true;
  int resets = 0;
  vprinter::ieee1284::Abilities abilities;
  std::string id = "MFG:Lexmark;MDL:T640;CMD:PJL,PCL;";
  vprinter::ieee1284::Peripheral peripheral{clock,
                                            abilities,
                                            id,
                                            {.take =
                                                 [this](std::uint8_t byte) {
                                                   if (printer_takes) taken += static_cast<char>(byte);
                                                   return printer_takes;
                                                 },
                                             .reset = [this] { ++resets; }}};
  MemoryLines lines{clock, peripheral};
  std::atomic<bool> stop = false;

  [[nodiscard]] Instant in(Duration span) const { return clock.now() + span; }
};

inline std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace platen::port::ieee1284
