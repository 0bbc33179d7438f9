// The printer's answers to NPAP packets in its input.
//
//   NpapSide npap(device, {});
//   used = npap.take(bytes, native);   // native: what is for the printer's other languages
//   said = npap.read(64);              // the host reads answers; with some firmware it must, or nothing more
//   is taken
//
// Framing and the packets that are answered are as seen in the wild. The answers are this printer's own, for
// nobody has documented a real one: same command, flags with 80, and a result byte: 0 done, 1 unknown, 2
// wrong length. "Request device characteristics" adds the model's name. Packets without the flag that asks
// for an answer get none.
//
// `Mode::automatic` looks for packets only where a command may begin, which the caller says with
// at_boundary().
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "virtual/device.hpp"

namespace platen::vprinter {

class NpapSide {
 public:
  enum class Mode { off, automatic, on };
  struct Options {
    Mode mode = Mode::automatic;
    std::size_t queue = 64;  // with so many unread bytes of answers nothing is taken
    bool stalls = false;     // or else answers that do not fit are thrown away
  };

  NpapSide(const Device& device, Options options) : device_(device), options_(options) {}

  // Fewer than given: the queue is full; come again after read().
  std::size_t take(std::span<const std::uint8_t> bytes, std::string& native);
  // The next byte may begin a command of the native language, and so a packet.
  void at_boundary() { boundary_ = true; }
  std::string read(std::size_t most);
  [[nodiscard]] bool stalled() const { return options_.stalls && answers_.size() >= options_.queue; }
  [[nodiscard]] bool inside() const { return !packet_.empty(); }
  void lost();  // the wire broke

  [[nodiscard]] int packets() const { return packets_; }
  [[nodiscard]] int unknown() const { return unknown_; }

 private:
  void handle();

  const Device& device_;
  Options options_;
  bool boundary_ = true;
  std::string packet_;  // the one that is coming in
  std::string answers_;
  int packets_ = 0;
  int unknown_ = 0;
};

}  // namespace platen::vprinter
