// How a mode is entered and left.
//
//   if (auto agreed = negotiate(handshake, Request::nibble_id); !agreed) ...
//   ...
//   terminate(handshake);
#pragma once

#include "port/parallel/handshake.hpp"

namespace platen::port::ieee1284 {

// The extensibility request byte.
enum class Request : std::uint8_t {
  nibble = 0x00,
  byte = 0x01,
  nibble_id = 0x04,
  byte_id = 0x05,
  ecp = 0x10,
  ecp_id = 0x14,
  ecp_rle = 0x30,
  ecp_rle_id = 0x34,
  epp = 0x40,
};

// From compatibility mode. Errc::timed_out: nobody answers as the standard wants it, so the printer is off or
// older than the standard. Errc::unsupported: it says no. Then compatibility mode goes on.
[[nodiscard]] Result<void> negotiate(Handshake& handshake, Request request);
// A second byte behind the extensibility link; as above.
[[nodiscard]] Result<void> negotiate_link(Handshake& handshake, std::uint8_t link);

// Back to compatibility mode, also with a peripheral that does not do its part: then by an immediate abort.
// False: it did not. EPP has its own way.
bool terminate(Handshake& handshake);
void terminate_epp(Handshake& handshake);

// nInit: the printer begins again. Compatibility mode only.
void reset(Handshake& handshake);

}  // namespace platen::port::ieee1284
