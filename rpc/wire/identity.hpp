// What calls are known by. A call id and a chain cannot be guessed, so that nobody can answer a call that was
// not shown to him (MS00-070 was about predictable ones).
#pragma once

#include <cstdint>
#include <string>

#include "rpc/interface.hpp"

namespace platen::rpc {

[[nodiscard]] Uuid random_uuid();             // version 4, from the kernel's generator
[[nodiscard]] std::uint32_t random_number();  // never 0
[[nodiscard]] std::string to_text(const Uuid& uuid);

// One outstanding call as both sides know it. An answer must agree in all four, and come down the call's
// connection.
struct CallIdentity {
  std::uint32_t call_id = 0;  // the PDU's own, random
  std::uint32_t slot = 0;     // where the caller waits
  Uuid chain;                 // the first call and everything nested in it
  std::uint16_t depth = 0;    // 0 for the first call
  friend constexpr auto operator<=>(const CallIdentity&, const CallIdentity&) = default;
};

}  // namespace platen::rpc
