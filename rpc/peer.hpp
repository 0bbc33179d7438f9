// Who is at the other end of a connection, as the kernel says it (SO_PEERCRED), not as the peer says it.
#pragma once

#include <cstdint>
#include <string>

namespace platen::rpc {

struct Peer {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int64_t pid = 0;
  [[nodiscard]] std::string text() const;  // "uid 0, pid 4711"
  friend bool operator==(const Peer&, const Peer&) = default;
};

}  // namespace platen::rpc
