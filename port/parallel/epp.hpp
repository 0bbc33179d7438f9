// EPP: bytes like on a bus. A cycle that the printer does not answer has not happened.
#pragma once

#include <span>
#include <string>

#include "port/parallel/handshake.hpp"

namespace platen::port::ieee1284 {

// After negotiate(Request::epp). Both return at once when the printer has no room, or nothing to say.
[[nodiscard]] std::size_t send_epp(Handshake& handshake, std::span<const std::byte> from, Instant until);
void read_epp(Handshake& handshake, std::string& into, std::size_t most, Instant until);

}  // namespace platen::port::ieee1284
