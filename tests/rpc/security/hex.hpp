// Octets from their usual notation in documents: pairs of digits, with spaces where they please.
#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace platen::rpc {

inline std::vector<std::byte> from_hex(std::string_view hex) {
  std::vector<std::byte> out;
  std::string pair;
  for (char c : hex) {
    if (std::isspace(static_cast<unsigned char>(c)) != 0) continue;
    pair.push_back(c);
    if (pair.size() < 2) continue;
    out.push_back(static_cast<std::byte>(std::stoi(pair, nullptr, 16)));
    pair.clear();
  }
  return out;
}

}  // namespace platen::rpc
