// Compatibility mode: bytes out, each with a strobe.
#pragma once

#include <span>

#include "port/parallel/handshake.hpp"

namespace platen::port::ieee1284 {

// Returns how many bytes the printer took before `until`. Only Busy holds it back: a printer that is out of
// paper still takes questions, and must.
[[nodiscard]] std::size_t send_compatibility(Handshake& handshake, std::span<const std::byte> from,
                                             Instant until);

}  // namespace platen::port::ieee1284
