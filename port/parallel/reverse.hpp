// Nibble and byte mode: what the printer says, four bits or eight at a time.
//
// Between two bytes nFault tells whether the printer has more (low). When it has none, the host may lower
// HostBusy, and waits in reverse idle until the printer calls: nFault low, then a pulse on nAck that
// interrupts the host.
//
//   negotiate(handshake, Request::nibble);
//   Reverse reverse(handshake, Reverse::Width::nibble);
//   reverse.read(text, 4096, until);
//   reverse.rest();
//   … if (reverse.called()) reverse.read(text, 4096, until);
#pragma once

#include <string>

#include "port/parallel/handshake.hpp"

namespace platen::port::ieee1284 {

class Reverse {
 public:
  enum class Width { nibble, byte };

  Reverse(Handshake& handshake, Width width) : h_(handshake), width_(width) {}

  // Appends what there is, at most `most` bytes; rests when there is nothing. A printer that was asked in
  // vain says what is new only to a host that rests. False: the printer stopped within a byte; terminate.
  [[nodiscard]] bool read(std::string& into, std::size_t most, Instant until);
  // Enters reverse idle, unless the printer has something to say.
  void rest();
  [[nodiscard]] bool resting() const { return resting_; }
  [[nodiscard]] bool called();
  // Rests until the printer calls, but not longer than `patience`.
  [[nodiscard]] bool await_call(Duration patience);

 private:
  [[nodiscard]] bool has_data() { return !h_.status().fault; }
  [[nodiscard]] bool leave_rest();
  [[nodiscard]] bool read_nibble(std::uint8_t& nibble);
  [[nodiscard]] bool read_byte(std::uint8_t& byte);

  Handshake& h_;
  Width width_;
  bool resting_ = false;
};

}  // namespace platen::port::ieee1284
