#include "rpc/call_header.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "rpc/ndr.hpp"

namespace platen::rpc {
namespace {

constexpr std::uint16_t header_version = 1;

enum class ErrorCategory : std::uint16_t { platen, system };

struct WireError {
  ErrorCategory category = ErrorCategory::platen;
  std::int32_t value = 0;
  std::string operation;
  std::string object;
  std::string advice;
};

struct StatusRow {
  Errc errc;
  std::uint32_t status;
};

// C706 appendix E and MS-RPCE 2.2.2.9. The first row of an errc is the one that is sent; what has no row is
// sent as the last, since the stub says it better anyway.
constexpr std::array<StatusRow, 10> statuses{{
    {Errc::denied, 0x00000005},       // access denied
    {Errc::malformed, 0x000006f7},    // nca_s_fault_ndr, as Windows sends it
    {Errc::malformed, 0x1c01000b},    // nca_s_proto_error
    {Errc::unsupported, 0x1c010002},  // nca_s_op_rng_error
    {Errc::unsupported, 0x1c010003},  // nca_s_unk_if
    {Errc::busy, 0x1c010014},         // nca_s_server_too_busy
    {Errc::canceled, 0x1c00000d},     // nca_s_fault_cancel
    {Errc::no_space, 0x1c00001b},     // nca_s_fault_remote_no_memory
    {Errc::conflict, 0x1c00001a},     // nca_s_fault_context_mismatch
    {Errc::failed, 0x1c000012},       // nca_s_fault_unspec
}};

// Three texts, the header and the numbers stay below `least_fragment`.
constexpr std::size_t longest_operation = 200;
constexpr std::size_t longest_object = 400;
constexpr std::size_t longest_advice = 600;

std::string cut(const std::string& text, std::size_t longest) {
  if (text.size() <= longest) return text;
  std::size_t end = longest - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
    --end;  // not inside a character
  return text.substr(0, end) + "…";
}

}  // namespace

std::vector<std::byte> encode_call_header(const CallHeader& header) {
  std::vector<std::byte> octets(CallHeader::size);
  encode_call_header(header, std::span<std::byte, CallHeader::size>(octets));
  return octets;
}

// At fixed places, since every call carries it.
void encode_call_header(const CallHeader& header, std::span<std::byte, CallHeader::size> into) {
  const auto put = [&into](std::size_t at, auto value) { put_little(into.data() + at, value); };
  const auto put_uuid = [&put, &into](std::size_t at, const Uuid& uuid) {
    put(at, uuid.time_low);
    put(at + 4, uuid.time_mid);
    put(at + 6, uuid.time_hi_and_version);
    std::memcpy(into.data() + at + 8, uuid.rest.data(), uuid.rest.size());
  };
  put(0, header_version);
  put(2, header.depth);
  put(4, header.slot);
  put(8, header.target_slot);
  put(12, header.descriptors);
  put(14, std::uint16_t{0});
  put(16, header.left_us);
  put_uuid(24, header.chain);
  put_uuid(40, header.interface.uuid);
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

std::uint32_t fault_status(const Error& error) {
  for (const auto& row : statuses)
    if (error.is(row.errc)) return row.status;
  return statuses.back().status;
}

std::vector<std::byte> encode_error(const Error& error) {
  WireError wire;
  wire.operation = cut(error.operation, longest_operation);
  wire.object = cut(error.object, longest_object);
  wire.advice = cut(error.advice, longest_advice);
  const auto& category = error.code.category();
  if (category == make_error_code(Errc::failed).category()) {
    wire.value = error.code.value();
  } else if (category == boost::system::system_category() || category == boost::system::generic_category()) {
    wire.category = ErrorCategory::system;
    wire.value = error.code.value();
  } else {
    // A library's own number means nothing elsewhere; its words do.
    wire.value = static_cast<std::int32_t>(Errc::failed);
    wire.advice = cut(error.code.message() + ". " + error.advice, longest_advice);
  }
  auto message = encode(std::move(wire));
  return {message.octets.begin(), message.octets.end()};
}

Error decode_error(std::span<const std::byte> stub, ByteOrder order, std::uint32_t status) {
  Message message{octets_of(stub), {}, order};
  if (auto wire = decode<WireError>(std::move(message))) {
    if (wire->category == ErrorCategory::system)
      return fail({wire->value, boost::system::system_category()}, wire->operation, wire->object,
                  wire->advice);
    if (wire->value >= static_cast<int>(Errc::canceled) && wire->value <= static_cast<int>(Errc::failed))
      return fail(static_cast<Errc>(wire->value), wire->operation, wire->object, wire->advice);
  }
  char text[32];
  std::snprintf(text, sizeof text, "(RPC status 0x%08x)", status);
  for (const auto& row : statuses)
    if (row.status == status) return fail(row.errc, "have a call answered", text);
  return fail(Errc::failed, "have a call answered", text);
}

}  // namespace platen::rpc
