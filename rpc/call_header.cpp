#include "rpc/call_header.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

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
  NdrWriter out;
  out.u16(header_version);
  out.u16(header.depth);
  out.u32(header.slot);
  out.u32(header.target_slot);
  out.u16(header.descriptors);
  out.u16(0);
  out.u64(header.left_us);
  out.uuid(header.chain);
  out.uuid(header.interface.uuid);
  out.u16(header.interface.major);
  out.u16(header.interface.minor);
  out.u32(0);
  return out.take_octets();
}

Result<CallHeader> parse_call_header(std::span<const std::byte> stub, ByteOrder order) {
  NdrReader in(stub.first(std::min(stub.size(), CallHeader::size)), order);
  CallHeader header;
  const auto version = in.u16();
  header.depth = in.u16();
  header.slot = in.u32();
  header.target_slot = in.u32();
  header.descriptors = in.u16();
  static_cast<void>(in.u16());
  header.left_us = in.u64();
  header.chain = in.uuid();
  header.interface.uuid = in.uuid();
  header.interface.major = in.u16();
  header.interface.minor = in.u16();
  static_cast<void>(in.u32());
  if (!in.failed() && version != header_version) in.wrong("its call header has an unknown version");
  if (in.failed()) return undecodable(in);
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
  return std::move(message.octets);
}

Error decode_error(std::span<const std::byte> stub, ByteOrder order, std::uint32_t status) {
  Message message{{stub.begin(), stub.end()}, {}, order};
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
