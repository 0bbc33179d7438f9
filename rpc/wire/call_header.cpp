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

const char* parse_call_header(std::span<const std::byte> stub, ByteOrder order, CallHeader& into) {
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
  if (version != header_version) return "its call header has an unknown version";
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

bool matches(const CallHeader& answer, std::uint32_t call_id, const CallIdentity& expected) {
  return call_id == expected.call_id && answer.slot == expected.slot && answer.chain == expected.chain &&
         answer.depth == expected.depth;
}

}  // namespace platen::rpc
