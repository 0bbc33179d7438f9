// Platen's own transfer syntax: NDR 2.0 behind a call header of 64 octets, which says what DCE/RPC has no
// field for: which chain of calls a message belongs to, where its sender waits, how long the caller still
// waits, and how many descriptors travel with it. Requests, responses and faults all begin with it.
// docs/rpc.md draws it.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

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
  static constexpr std::uint16_t version = 1;
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
// At fixed places, since every call carries it.
inline void encode_call_header(const CallHeader& header, std::span<std::byte, CallHeader::size> into) {
  const auto put = [&into](std::size_t at, auto value) { put_little(into.data() + at, value); };
  put(0, CallHeader::version);
  put(2, header.depth);
  put(4, header.slot);
  put(8, header.target_slot);
  put(12, header.descriptors);
  put(14, std::uint16_t{0});
  put(16, header.left_us);
  put_little(into.data() + 24, header.chain);
  put_little(into.data() + 40, header.interface.uuid);
  put(56, header.interface.major);
  put(58, header.interface.minor);
  put(60, std::uint32_t{0});
}
// Reads it from the front of `stub`. Gives what is wrong, or nothing.
[[nodiscard]] inline const char* parse_call_header(std::span<const std::byte> stub, ByteOrder order,
                                                   CallHeader& into) {
  if (stub.size() < CallHeader::size) return "its call header is cut off";
  const auto get = [data = stub.data(), order](std::size_t at, auto& value) {
    value = get_number<std::remove_reference_t<decltype(value)>>(data + at, order);
  };
  const auto get_uuid = [&get, &stub](std::size_t at, Uuid& uuid) {
    get(at, uuid.time_low);
    get(at + 4, uuid.time_mid);
    get(at + 6, uuid.time_hi_and_version);
    std::memcpy(uuid.rest.data(), stub.data() + at + 8, uuid.rest.size());
  };
  std::uint16_t version = 0;
  get(0, version);
  if (version != CallHeader::version) return "its call header has an unknown version";
  get(2, into.depth);
  get(4, into.slot);
  get(8, into.target_slot);
  get(12, into.descriptors);
  get(16, into.left_us);
  get_uuid(24, into.chain);
  get_uuid(40, into.interface.uuid);
  get(56, into.interface.major);
  get(58, into.interface.minor);
  return nullptr;
}

[[nodiscard]] bool matches(const CallHeader& answer, std::uint32_t call_id, const CallIdentity& expected);

}  // namespace platen::rpc
