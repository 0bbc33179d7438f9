// Platen's own transfer syntax: NDR 2.0 behind a call header of 64 octets, which says what DCE/RPC has no
// field for: which chain of calls a message belongs to, where its sender waits, how long the caller still
// waits, and how many descriptors travel with it. Requests, responses and faults all begin with it.
// docs/rpc.md draws it.
#pragma once

#include <cstdint>
#include <span>

#include "base/error.hpp"
#include "rpc/wire/identity.hpp"
#include "rpc/wire/pdu.hpp"

namespace platen::rpc {

inline constexpr SyntaxId kCallHeaderNdr{
    {0x7d1c2f42, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}}, 1, 0};
// The interface of the presentation context on which calls nested in another call travel, in both directions.
inline constexpr InterfaceId kNestedCalls{
    {0x7d1c2f43, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}}, 1, 0, "nested calls"};

struct CallHeader {
  static constexpr std::size_t size = 64;
  static constexpr std::uint32_t no_slot = 0xffffffff;

  std::uint32_t slot = no_slot;         // where the caller waits for the answer
  std::uint32_t target_slot = no_slot;  // nested requests: the slot that waits at the receiver
  Uuid chain;
  std::uint16_t depth = 0;
  std::uint16_t descriptors = 0;
  std::uint64_t left_us = 0;  // requests: microseconds until the caller gives up
  SyntaxId interface;         // requests: whose operation this is
};

[[nodiscard]] std::vector<std::byte> encode_call_header(const CallHeader& header);
void encode_call_header(const CallHeader& header, std::span<std::byte, CallHeader::size> into);
// Reads it from the front of `stub`. Gives what is wrong, or nothing.
[[nodiscard]] const char* parse_call_header(std::span<const std::byte> stub, ByteOrder order,
                                            CallHeader& into);

[[nodiscard]] bool matches(const CallHeader& answer, std::uint32_t call_id, const CallIdentity& expected);

}  // namespace platen::rpc
