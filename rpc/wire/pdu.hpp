// DCE/RPC connection-oriented PDUs (C706 chapter 12, MS-RPCE 2.2.2), version 5.0: bytes in, PDUs out, and
// back. Pure: no I/O, no clock. Written little-endian, read in either byte order.
//
// A PDU may end with an authentication verifier. Reading one only finds its place: whether it is right is
// for rpc/security/guard.hpp, which works on the PDU's octets where they lie.
//
//   PduStream stream;
//   stream.lend(bytes);
//   while (auto* item = stream.next()) use(item->pdu);   // its stub lasts until the next call
//   if (stream.wrong()) …
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
#include "rpc/ndr/cursor.hpp"

namespace platen::rpc {

inline constexpr std::uint8_t first_fragment = 0x01;
inline constexpr std::uint8_t last_fragment = 0x02;
inline constexpr std::uint8_t sign_headers = 0x04;  // in bind, alter_context and their answers only
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

// A transfer syntax that is none: a client asks by it what the server's runtime can do (MS-RPCE 2.2.2.14).
// The features are the bits of the UUID's last eight octets; the answer is negotiate_ack, with those that
// both have in the place of the reason.
inline constexpr Uuid kFeatureQuestion{0x6cb71c2c, 0x9812, 0x4540, {}};
inline constexpr std::uint16_t keeps_connection_on_orphan = 0x02;
[[nodiscard]] std::optional<std::uint16_t> asked_features(const SyntaxId& transfer);

enum class ContextResult : std::uint16_t {
  accepted = 0,
  user_rejected = 1,
  provider_rejected = 2,
  negotiate_ack = 3
};
// As a number under negotiate_ack: the features.
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
  bad_checksum = 9,
};

struct ProtocolVersion {
  std::uint8_t major = 5;
  std::uint8_t minor = 0;
  friend bool operator==(const ProtocolVersion&, const ProtocolVersion&) = default;
};

struct BindNak {
  BindRefusal reason = BindRefusal::not_specified;
  std::vector<ProtocolVersion> versions{ProtocolVersion{}};  // that the server speaks
};

// On a connection that is bound: more contexts, or one more leg of the authentication.
struct AlterContext {
  Bind offer;
};
struct AlterContextAck {
  BindAck answer;
};
// The third leg of an authentication that began in bind; it gets no answer.
struct Auth3 {};

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

using PduBody = std::variant<Bind, BindAck, BindNak, Request, Response, Fault, Cancel, Orphaned, Shutdown,
                             AlterContext, AlterContextAck, Auth3>;

// The sec_trailer and what follows it (MS-RPCE 2.2.2.11).
struct AuthVerifier {
  std::uint8_t type = 0;     // AuthType (rpc/security/context.hpp)
  std::uint8_t level = 0;    // AuthLevel
  std::uint8_t padding = 0;  // octets between the body and the trailer; written as needed, whatever this says
  std::uint32_t context = 0;
  std::span<const std::byte> value;
};

struct Pdu {
  std::uint8_t flags = whole_message;
  std::uint32_t call_id = 0;
  ByteOrder order = ByteOrder::little;
  PduBody body;
  std::optional<AuthVerifier> auth = std::nullopt;
};

// Octets before the stub.
inline constexpr std::size_t request_header = 24;
inline constexpr std::size_t object_size = 16;  // more in a request that names an object
inline constexpr std::size_t response_header = 24;
inline constexpr std::size_t fault_header = 32;
inline constexpr std::size_t longest_header = request_header + object_size;
static_assert(request_header == response_header);

// Octets before a verifier's value. The trailer of a request, response or fault begins at a multiple of 16
// octets of the stub, as Windows has it; that of the others at a multiple of 4.
inline constexpr std::size_t auth_trailer = 8;
inline constexpr std::size_t auth_alignment = 16;

[[nodiscard]] std::vector<std::byte> encode_pdu(const Pdu& pdu);

// A whole PDU once more, with a verifier behind it, or without the one that it has: only its lengths change.
// `pdu` is what was parsed of `octets`.
void append_with_verifier(std::vector<std::byte>& to, std::span<const std::byte> octets, const Pdu& pdu,
                          const AuthVerifier& auth);
void append_without_verifier(std::vector<std::byte>& to, std::span<const std::byte> octets, const Pdu& pdu);

// What stands before the stub of a request, response or fault without verifier: the PDU's header, as every
// call goes through it.
struct StubHeader {
  enum class Kind : std::uint8_t { request, response, fault };
  Kind kind = Kind::request;
  std::uint32_t call_id = 0;
  std::uint16_t context = 0;
  std::uint16_t number = 0;                   // of a request's operation
  std::uint32_t status = 0;                   // of a fault
  std::optional<Uuid> object = std::nullopt;  // that a request is about

  [[nodiscard]] std::size_t size() const {
    return kind == Kind::fault ? fault_header : request_header + (object ? object_size : 0);
  }
};
// Before a fragment of `stub` octets, with so many to come, itself among them. Gives the octets used.
std::size_t encode_header(const StubHeader& header, std::uint8_t flags, std::size_t stub, std::size_t to_come,
                          std::byte* into);

// `octets` is exactly one PDU. The result's stub and verifier refer into it.
[[nodiscard]] Result<Pdu> parse_pdu(std::span<const std::byte> octets);

// Cuts a byte stream into PDUs. Holds at most the one that is not complete.
class PduStream {
 public:
  struct Item {
    Pdu pdu;
    std::uint64_t start = 0;      // where in the stream its first octet was
    std::span<std::byte> octets;  // the whole PDU, which may be decrypted in place
    bool passing = false;         // they last until the next call only, not as long as what was lent
  };

  // A fragment longer than what this end said it takes is an error.
  void set_longest(std::uint16_t octets) { longest_ = octets; }
  // The next octets of the stream: not copied as long as PDUs are whole, so they must stay until next() has
  // none to give.
  void lend(std::span<std::byte> octets) { lent_ = octets; }
  // None when more octets are needed, or what comes is wrong. An item lasts until the next call.
  [[nodiscard]] Item* next() {
    if (part_.empty()) {
      if (lent_.empty()) return nullptr;
      if (take_plain_call()) return &item_;
    }
    return next_of_any_kind();
  }
  [[nodiscard]] const std::optional<Error>& wrong() const { return wrong_; }
  [[nodiscard]] std::uint64_t place() const { return place_; }  // of the next PDU in the stream

 private:
  [[nodiscard]] bool take_plain_call();
  [[nodiscard]] Item* next_of_any_kind();
  Item* stop(Error why);
  [[nodiscard]] bool gather(std::size_t size);

  std::uint16_t longest_ = 0xffff;
  std::span<std::byte> lent_;
  std::vector<std::byte> part_;  // the beginning of a PDU that is not complete
  bool given_ = false;           // what `part_` holds was given out
  Item item_;
  std::uint64_t place_ = 0;
  std::optional<Error> wrong_;
};

}  // namespace platen::rpc
