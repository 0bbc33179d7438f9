#include "rpc/security/ntlm_messages.hpp"

#include <algorithm>
#include <string_view>

#include "rpc/ndr/cursor.hpp"
#include "rpc/security/text.hpp"

namespace platen::rpc::security {
namespace {

constexpr std::string_view signature{"NTLMSSP\0", 8};

// Names and attributes of the clients known are a few hundred octets; a verifier can hold 64 KiB.
constexpr std::size_t longest_field = 8192;

Error bad_message(const char* what) {
  return fail(Errc::malformed, "understand an NTLMSSP message", std::string("(") + what + ")");
}

// A message is a fixed part and a payload, into which the fixed part's fields point.
class MessageWriter {
 public:
  MessageWriter(std::uint32_t type, std::size_t fixed) : payload_at_(fixed) {
    out_.bytes(std::as_bytes(std::span(signature)));
    out_.u32(type);
  }
  void field(Octets value) {
    out_.u16(static_cast<std::uint16_t>(value.size()));
    out_.u16(static_cast<std::uint16_t>(value.size()));
    out_.u32(static_cast<std::uint32_t>(payload_at_ + payload_.size()));
    payload_.insert(payload_.end(), value.begin(), value.end());
  }
  // The fixed part's fields are in another order than their values in what Windows sends, and so in the
  // published examples; this puts a value without its field, and gives its place.
  std::uint32_t place(Octets value) {
    const auto at = static_cast<std::uint32_t>(payload_at_ + payload_.size());
    payload_.insert(payload_.end(), value.begin(), value.end());
    return at;
  }
  void field(std::size_t length, std::uint32_t at) {
    out_.u16(static_cast<std::uint16_t>(length));
    out_.u16(static_cast<std::uint16_t>(length));
    out_.u32(at);
  }
  NdrWriter& fixed() { return out_; }
  std::vector<std::byte> take() {
    out_.bytes(payload_);
    return out_.as_vector();
  }

 private:
  NdrWriter out_;
  std::size_t payload_at_;
  std::vector<std::byte> payload_;
};

class MessageReader {
 public:
  explicit MessageReader(Octets token) : token_(token), in_(token) {}

  const char* begin(std::uint32_t type) {
    const auto got = in_.bytes(signature.size());
    if (!std::ranges::equal(got, std::as_bytes(std::span(signature)))) return "it is none";
    if (in_.u32() != type) return "it is another than expected";
    return nullptr;
  }
  Octets field() {
    const std::size_t length = in_.u16();
    static_cast<void>(in_.u16());
    const std::size_t at = in_.u32();
    if (in_.failed() || length == 0) return {};
    if (length > longest_field || at > token_.size() || length > token_.size() - at) {
      in_.wrong("a field is outside of it");
      return {};
    }
    first_ = std::min(first_, at);
    return token_.subspan(at, length);
  }
  std::string text() {
    auto value = from_utf16(field());
    if (!value) in_.wrong("a name is not UTF-16");
    return value.value_or("");
  }
  template <std::size_t size>
  std::array<std::byte, size> array() {
    std::array<std::byte, size> out{};
    const auto got = in_.bytes(size);
    std::ranges::copy(got, out.begin());
    return out;
  }
  NdrReader& fixed() { return in_; }
  // Where the payload begins: what ends before it is in the fixed part.
  [[nodiscard]] std::size_t payload() const { return first_; }

 private:
  Octets token_;
  NdrReader in_;
  std::size_t first_ = static_cast<std::size_t>(-1);
};

}  // namespace

std::vector<std::byte> encode(const NtlmNegotiate& message) {
  MessageWriter out(1, 40);
  out.fixed().u32(message.flags);
  out.field({});
  out.field({});
  out.fixed().bytes(kNtlmVersion);
  return out.take();
}

std::vector<std::byte> encode(const NtlmChallenge& message) {
  MessageWriter out(2, 56);
  out.field(to_utf16(message.target));
  out.fixed().u32(message.flags);
  out.fixed().bytes(message.challenge);
  out.fixed().u32(0);
  out.fixed().u32(0);
  out.field(message.target_info);
  out.fixed().bytes(message.version);
  return out.take();
}

std::vector<std::byte> encode(const NtlmAuthenticate& message) {
  MessageWriter out(3, message.with_mic ? mic_place + 16 : mic_place);
  const auto domain = to_utf16(message.domain);
  const auto user = to_utf16(message.user);
  const auto workstation = to_utf16(message.workstation);
  const auto domain_at = out.place(domain);
  const auto user_at = out.place(user);
  const auto workstation_at = out.place(workstation);
  out.field(message.lm_response);
  out.field(message.nt_response);
  out.field(domain.size(), domain_at);
  out.field(user.size(), user_at);
  out.field(workstation.size(), workstation_at);
  out.field(message.session_key);
  out.fixed().u32(message.flags);
  out.fixed().bytes(message.version);
  if (message.with_mic) out.fixed().bytes(message.mic);
  return out.take();
}

Result<NtlmNegotiate> parse_negotiate(Octets token) {
  MessageReader in(token);
  if (const char* what = in.begin(1)) return bad_message(what);
  NtlmNegotiate message;
  message.flags = in.fixed().u32();  // names behind it are of no use to us
  if (in.fixed().failed()) return bad_message(in.fixed().error());
  return message;
}

Result<NtlmChallenge> parse_challenge(Octets token) {
  MessageReader in(token);
  if (const char* what = in.begin(2)) return bad_message(what);
  NtlmChallenge message;
  message.target = in.text();
  message.flags = in.fixed().u32();
  message.challenge = in.array<8>();
  static_cast<void>(in.fixed().bytes(8));
  message.target_info = copy_of(in.field());
  if ((message.flags & ntlm_flag::version) != 0) message.version = in.array<8>();
  if (in.fixed().failed()) return bad_message(in.fixed().error());
  return message;
}

Result<NtlmAuthenticate> parse_authenticate(Octets token) {
  MessageReader in(token);
  if (const char* what = in.begin(3)) return bad_message(what);
  NtlmAuthenticate message;
  message.lm_response = copy_of(in.field());
  message.nt_response = copy_of(in.field());
  message.domain = in.text();
  message.user = in.text();
  message.workstation = in.text();
  message.session_key = copy_of(in.field());
  message.flags = in.fixed().u32();
  message.with_mic = false;
  if (in.payload() >= mic_place && token.size() >= mic_place) message.version = in.array<8>();
  if (in.payload() >= mic_place + 16 && token.size() >= mic_place + 16) {
    message.with_mic = true;
    message.mic = in.array<16>();
  }
  if (in.fixed().failed()) return bad_message(in.fixed().error());
  return message;
}

// --- Attributes

void put_attribute(std::vector<std::byte>& info, Attribute id, Octets value) {
  NdrWriter head;
  head.u16(static_cast<std::uint16_t>(id));
  head.u16(static_cast<std::uint16_t>(value.size()));
  const auto octets = head.as_vector();
  info.insert(info.end(), octets.begin(), octets.end());
  info.insert(info.end(), value.begin(), value.end());
}

void end_attributes(std::vector<std::byte>& info) {
  put_attribute(info, Attribute::end, {});
}

std::optional<Octets> find_attribute(Octets info, Attribute id) {
  while (info.size() >= 4) {
    NdrReader head(info);
    const auto got = static_cast<Attribute>(head.u16());
    const std::size_t length = head.u16();
    if (length > info.size() - 4) return std::nullopt;
    if (got == id) return info.subspan(4, length);
    if (got == Attribute::end) return std::nullopt;
    info = info.subspan(4 + length);
  }
  return std::nullopt;
}

bool well_formed(Octets info) {
  return find_attribute(info, Attribute::end).has_value();
}

}  // namespace platen::rpc::security
