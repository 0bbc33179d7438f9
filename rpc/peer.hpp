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

// This process, as its own logs name it beside the peer: "platend, pid 4711".
[[nodiscard]] std::string process_name();

}  // namespace platen::rpc
