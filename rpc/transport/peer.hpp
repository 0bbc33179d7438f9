// Who is at the other end of a connection: on this machine as the kernel says it (SO_PEERCRED), over the
// network as it has proven (rpc/security), and never just as the peer says it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace platen::rpc {

// A short text that is part of its holder. A Peer is copied into every call, and stays plain data.
struct ShortText {
  static constexpr std::size_t longest = 63;
  std::array<char, longest + 1> octets{};
  ShortText() = default;
  explicit ShortText(std::string_view text) {  // cut when it is longer
    std::copy_n(text.begin(), std::min(text.size(), longest), octets.begin());
  }
  [[nodiscard]] std::string_view text() const { return octets.data(); }
  [[nodiscard]] bool empty() const { return octets[0] == 0; }
  friend bool operator==(const ShortText&, const ShortText&) = default;
};

struct Peer {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int64_t pid = 0;
  ShortText name = {};     // over the network: the account that it has signed in as
  ShortText address = {};  // over the network; the three numbers above are then nobody's
  [[nodiscard]] static Peer remote(std::string_view address);
  [[nodiscard]] bool is_local() const { return address.empty(); }
  [[nodiscard]] std::string text() const;  // "uid 0, pid 4711", "alice at 10.0.0.7 port 50000"
  friend bool operator==(const Peer&, const Peer&) = default;
};

// This process, as its own logs name it beside the peer: "platend, pid 4711".
[[nodiscard]] std::string process_name();

}  // namespace platen::rpc
