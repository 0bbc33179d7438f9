#include "rpc/wire/fault.hpp"

#include <array>
#include <cstdio>

#include "rpc/ndr/ndr.hpp"

namespace platen::rpc {
namespace {

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
constexpr std::array<StatusRow, 16> statuses{{
    {Errc::denied, 0x00000005},       // access denied
    {Errc::malformed, 0x000006f7},    // bad stub data, as Windows sends it
    {Errc::malformed, 0x1c01000b},    // nca_s_proto_error
    {Errc::malformed, 0x1c000006},    // nca_s_fault_invalid_tag
    {Errc::malformed, 0x1c000007},    // nca_s_fault_invalid_bound
    {Errc::unsupported, 0x1c010002},  // nca_s_op_rng_error
    {Errc::unsupported, 0x1c010003},  // nca_s_unk_if
    {Errc::busy, 0x1c010014},         // nca_s_server_too_busy
    {Errc::closed, 0x1c010001},       // nca_s_comm_failure
    {Errc::closed, 0x1c000013},       // nca_s_fault_remote_comm_failure
    {Errc::canceled, 0x1c00000d},     // nca_s_fault_cancel
    {Errc::no_space, 0x1c00001b},     // nca_s_fault_remote_no_memory
    {Errc::too_large, 0x1c010013},    // nca_s_out_args_too_big
    {Errc::not_found, 0x1c00001a},    // nca_s_fault_context_mismatch: no such handle
    {Errc::conflict, 0x1c00001c},     // nca_s_invalid_pres_context_id
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
