#include "rpc/wire/call_header.hpp"

#include <cstring>

#include "rpc/ndr/ndr.hpp"

namespace platen::rpc {
namespace {

constexpr std::uint16_t header_version = 1;

}  // namespace

std::vector<std::byte> encode_call_header(const CallHeader& header) {
  std::vector<std::byte> octets(CallHeader::size);
  encode_call_header(header, std::span<std::byte, CallHeader::size>(octets));
  return octets;
}

// At fixed places, since every call carries it.
void encode_call_header(const CallHeader& header, std::span<std::byte, CallHeader::size> into) {
  const auto put = [&into](std::size_t at, auto value) { put_little(into.data() + at, value); };
  put(0, header_version);
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

Result<CallHeader> parse_call_header(std::span<const std::byte> stub, ByteOrder order) {
  if (stub.size() < CallHeader::size) {
    NdrReader in(stub, order);
    in.wrong("its call header is cut off");
    return undecodable(in);
  }
  const auto get = [data = stub.data(), order](std::size_t at, auto value) {
    return get_number<decltype(value)>(data + at, order);
  };
  const auto get_uuid = [&get, &stub](std::size_t at) {
    Uuid uuid{get(at, std::uint32_t{}), get(at + 4, std::uint16_t{}), get(at + 6, std::uint16_t{}), {}};
    std::memcpy(uuid.rest.data(), stub.data() + at + 8, uuid.rest.size());
    return uuid;
  };
  if (get(0, header_version) != header_version) {
    NdrReader in(stub, order);
    in.wrong("its call header has an unknown version");
    return undecodable(in);
  }
  CallHeader header;
  header.depth = get(2, header.depth);
  header.slot = get(4, header.slot);
  header.target_slot = get(8, header.target_slot);
  header.descriptors = get(12, header.descriptors);
  header.left_us = get(16, header.left_us);
  header.chain = get_uuid(24);
  header.interface.uuid = get_uuid(40);
  header.interface.major = get(56, header.interface.major);
  header.interface.minor = get(58, header.interface.minor);
  return header;
}

bool matches(const CallHeader& answer, std::uint32_t call_id, const CallIdentity& expected) {
  return call_id == expected.call_id && answer.slot == expected.slot && answer.chain == expected.chain &&
         answer.depth == expected.depth;
}

}  // namespace platen::rpc
