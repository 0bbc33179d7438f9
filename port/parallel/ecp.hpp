// ECP, both ways, with run lengths where they were agreed on.
//
// It moves the lines itself instead of leaving it to the kernel's ECP code, which does not take back a byte
// that a printer leaves unanswered without losing count of what was sent.
//
//   negotiate(handshake, Request::ecp_rle);
//   Ecp ecp(handshake, true);
//   count = ecp.send(bytes, until);
//   if (ecp.called()) ecp.read(text, 4096, until);
#pragma once

#include <span>
#include <string>

#include "port/parallel/handshake.hpp"

namespace platen::port::ieee1284 {

class Ecp {
 public:
  Ecp(Handshake& handshake, bool run_lengths) : h_(handshake), run_lengths_(run_lengths) {}

  // Returns how many bytes the printer took before `until`, or before it stalled or wanted to speak.
  [[nodiscard]] std::size_t send(std::span<const std::byte> from, Instant until);
  // nPeriphRequest: the printer has something to say.
  [[nodiscard]] bool called() { return !h_.status().fault; }
  // Appends what there is, at least `most` bytes if there are so many. False: the printer did not do its
  // part; terminate.
  [[nodiscard]] bool read(std::string& into, std::size_t most, Instant until);

 private:
  [[nodiscard]] bool put(std::uint8_t value, bool command);
  [[nodiscard]] bool taken_back();
  [[nodiscard]] bool read_unit(std::string& into, std::size_t& run);

  Handshake& h_;
  bool run_lengths_;
  bool run_open_ = false;  // the printer has a run's length and not its byte
};

}  // namespace platen::port::ieee1284
