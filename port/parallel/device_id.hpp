// The device id over IEEE 1284, from printers that count it each in their own way.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "port/parallel/handshake.hpp"

namespace platen::port::ieee1284 {

// From compatibility mode, and back to it. In nibble mode, which every printer has; in byte mode where that
// fails and the port can. As negotiate(); Errc::malformed when what comes is no device id.
[[nodiscard]] Result<std::string> fetch_device_id(Handshake& handshake);

// Pure: what came over the wire, without its length bytes and with its last semicolon. The length may count
// itself or not, and may have its bytes in either order; it only says where to cut what is too long.
[[nodiscard]] std::optional<std::string> device_id_text(std::string_view wire);

}  // namespace platen::port::ieee1284
