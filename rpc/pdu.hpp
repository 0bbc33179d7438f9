// DCE/RPC connection-oriented PDUs (C706 chapter 12, MS-RPCE 2.2.2), version 5.0: bytes in, PDUs out, and
// back. Pure: no I/O, no clock. Written little-endian, read in either byte order.
//
//   PduStream stream;
//   stream.feed(bytes);
//   while (auto next = stream.next()) {        // Result<optional<…>>
//     if (!*next) break;                       // needs more bytes
//     use((*next)->pdu);                       // its stub refers into the stream until the next call
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "rpc/interface.hpp"
#include "rpc/ndr_cursor.hpp"

namespace platen::rpc {

inline constexpr std::uint8_t first_fragment = 0x01;
inline constexpr std::uint8_t last_fragment = 0x02;
inline constexpr std::uint8_t concurrent_multiplex = 0x10;
inline constexpr std::uint8_t did_not_execute = 0x20;
inline constexpr std::uint8_t has_object = 0x80;
inline constexpr std::uint8_t whole_message = first_fragment | last_fragment;

// Every implementation must take fragments of this size (C706 12.6.3.1).
inline constexpr std::uint16_t least_fragment = 1432;
// What Windows offers over TCP.
inline constexpr std::uint16_t tcp_fragment = 5840;
// A Unix socket loses nothing by long ones; the largest multiple of 8 that the 16-bit length can say.
inline constexpr std::uint16_t local_fragment = 65528;

struct SyntaxId {
  Uuid uuid;
  std::uint16_t major = 0;
  std::uint16_t minor = 0;
  friend bool operator==(const SyntaxId&, const SyntaxId&) = default;
};

// NDR 2.0 as everybody speaks it.
inline constexpr SyntaxId kNdr{
    {0x8a885d04, 0x1ceb, 0x11c9, {0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60}}, 2, 0};

struct ContextOffer {
  std::uint16_t id = 0;
  SyntaxId interface;
  std::vector<SyntaxId> transfer;
};

enum class ContextResult : std::uint16_t { accepted = 0, user_rejected = 1, provider_rejected = 2 };
enum class ContextReason : std::uint16_t {
  none = 0,
  unknown_interface = 1,
  unknown_transfer = 2,
  local_limit = 3
};

struct ContextAnswer {
  ContextResult result = ContextResult::accepted;
  ContextReason reason = ContextReason::none;
  SyntaxId transfer;
};

struct Bind {
  std::uint16_t max_send = 0;
  std::uint16_t max_receive = 0;
  std::uint32_t group = 0;
  std::vector<ContextOffer> contexts;
};

struct BindAck {
  std::uint16_t max_send = 0;
  std::uint16_t max_receive = 0;
  std::uint32_t group = 0;
  std::string secondary_address;
  std::vector<ContextAnswer> contexts;
};

enum class BindRefusal : std::uint16_t {
  not_specified = 0,
  congestion = 1,
  local_limit = 2,
  unknown_version = 4,
  unknown_authentication = 8,
};

struct BindNak {
  BindRefusal reason = BindRefusal::not_specified;
};

struct Request {
  std::uint32_t allocation_hint = 0;
  std::uint16_t context = 0;
  std::uint16_t number = 0;
  std::optional<Uuid> object;
  std::span<const std::byte> stub;
};

struct Response {
  std::uint32_t allocation_hint = 0;
  std::uint16_t context = 0;
  std::uint8_t cancel_count = 0;
  std::span<const std::byte> stub;
};

struct Fault {
  std::uint32_t allocation_hint = 0;
  std::uint16_t context = 0;
  std::uint8_t cancel_count = 0;
  std::uint32_t status = 0;
  std::span<const std::byte> stub;
};

struct Cancel {};    // the caller gave up, and takes an answer still
struct Orphaned {};  // the caller gave up, and takes no answer
struct Shutdown {};  // the server asks its client to leave

using PduBody = std::variant<Bind, BindAck, BindNak, Request, Response, Fault, Cancel, Orphaned, Shutdown>;

struct Pdu {
  std::uint8_t flags = whole_message;
  std::uint32_t call_id = 0;
  ByteOrder order = ByteOrder::little;
  PduBody body;
};

// Octets before the stub.
inline constexpr std::size_t request_header = 24;
inline constexpr std::size_t response_header = 24;
inline constexpr std::size_t fault_header = 32;

[[nodiscard]] std::vector<std::byte> encode_pdu(const Pdu& pdu);

// `octets` is exactly one PDU. The result's stub refers into it.
[[nodiscard]] Result<Pdu> parse_pdu(std::span<const std::byte> octets);

// Cuts a byte stream into PDUs. Holds at most one PDU and what was fed behind it.
class PduStream {
 public:
  struct Item {
    Pdu pdu;
    std::uint64_t start = 0;  // where in the stream its first octet was
  };

  void feed(std::span<const std::byte> octets);
  [[nodiscard]] Result<std::optional<Item>> next();
  [[nodiscard]] std::uint64_t place() const { return origin_ + taken_; }  // of the next PDU in the stream

 private:
  std::vector<std::byte> buffer_;
  std::size_t taken_ = 0;     // of the buffer, by PDUs already given out
  std::uint64_t origin_ = 0;  // the buffer's place in the stream
};

}  // namespace platen::rpc
