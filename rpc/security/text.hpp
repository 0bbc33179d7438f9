// Text as NTLMSSP carries it: UTF-16, little-endian. And the upper case by which it compares user names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/security/crypto.hpp"

namespace platen::rpc::security {

// What is not UTF-8 becomes U+FFFD, one for each octet.
[[nodiscard]] std::vector<std::byte> to_utf16(std::string_view text);
// Nothing when it is not UTF-16.
[[nodiscard]] std::optional<std::string> from_utf16(Octets text);
// Of the scripts that user names of one letter each have: Latin, Greek, Cyrillic.
[[nodiscard]] std::string to_upper(std::string_view text);

}  // namespace platen::rpc::security
