// Octets of messages: a vector that does not fill with zeros what is about to be overwritten, and whose small
// blocks are used again (base/recycled.hpp).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "base/recycled.hpp"

namespace platen::rpc {

using Octets = std::vector<std::byte, Recycled<std::byte>>;

inline void append(Octets& to, std::span<const std::byte> octets) {
  if (octets.empty()) return;
  const std::size_t at = to.size();
  if (at + octets.size() > to.capacity()) {  // in one step, where the vector would move them one by one
    Octets wider;
    wider.reserve(std::max(2 * at, at + octets.size()));
    wider.resize(at);
    if (at != 0) std::memcpy(wider.data(), to.data(), at);
    to.swap(wider);
  }
  to.resize(at + octets.size());
  std::memcpy(to.data() + at, octets.data(), octets.size());
}

[[nodiscard]] inline Octets octets_of(std::span<const std::byte> octets) {
  Octets copy(octets.size());
  if (!octets.empty()) std::memcpy(copy.data(), octets.data(), octets.size());
  return copy;
}

}  // namespace platen::rpc
