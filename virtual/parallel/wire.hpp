// The parallel cable into the printer: a Peripheral in front of a Channel.
//
//   ParallelWire wire(printer, clock, {}, "MFG:Lexmark;MDL:…;");
//   wire.peripheral().drive(lines) …
//
// What the printer says waits in the peripheral until the host fetches it. nInit breaks off the job, as a
// lost connection does on a network. Same thread as the printer.
#pragma once

#include <memory>

#include "virtual/channel.hpp"
#include "virtual/parallel/peripheral.hpp"

namespace platen::vprinter {

class ParallelWire {
 public:
  ParallelWire(Printer& printer, Clock& clock, ieee1284::Abilities abilities, std::string device_id);
  ~ParallelWire();
  ParallelWire(const ParallelWire&) = delete;
  ParallelWire& operator=(const ParallelWire&) = delete;

  [[nodiscard]] ieee1284::Peripheral& peripheral() { return peripheral_; }
  std::function<void(bool)> ack_changed;       // nAck has this level now
  std::function<void(std::uint8_t)> on_taken;  // each byte that the printer took

 private:
  [[nodiscard]] bool take(std::uint8_t byte);
  void plug_in();
  void show(const Status& status);

  Printer& printer_;
  ieee1284::Peripheral peripheral_;
  std::unique_ptr<Channel> channel_;
  int watch_ = 0;
};

}  // namespace platen::vprinter
