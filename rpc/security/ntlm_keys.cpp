#include "rpc/security/ntlm_keys.hpp"

#include <algorithm>

#include "rpc/ndr/cursor.hpp"
#include "rpc/security/text.hpp"

namespace platen::rpc::security {
namespace {

Key derive(const Key& session, std::string_view what) {
  // With the text's closing zero.
  return Key(md5({session.octets, std::as_bytes(std::span(what.data(), what.size() + 1))}));
}

std::array<std::byte, 4> little(std::uint32_t value) {
  std::array<std::byte, 4> out;
  for (auto& octet : out) {
    octet = static_cast<std::byte>(value);
    value >>= 8;
  }
  return out;
}

}  // namespace

Key nt_hash(std::string_view password) {
  auto text = to_utf16(password);
  Key hash(md4(text));
  wipe(text);
  return hash;
}

Key ntowf_v2(const Key& hash, std::string_view user, std::string_view domain) {
  return Key(hmac_md5(hash.octets, {to_utf16(to_upper(user)), to_utf16(domain)}));
}

std::vector<std::byte> client_blob(std::uint64_t time, const Challenge& client, Octets attributes) {
  NdrWriter out;
  out.u8(1);  // the version of the response, and the highest that the client knows
  out.u8(1);
  out.u16(0);
  out.u32(0);
  out.u64(time);
  out.bytes(client);
  out.u32(0);
  out.bytes(attributes);
  out.u32(0);
  return out.as_vector();
}

Digest nt_proof(const Key& ntowf, const Challenge& server, Octets blob) {
  return hmac_md5(ntowf.octets, {server, blob});
}

std::vector<std::byte> lm_v2_response(const Key& ntowf, const Challenge& server, const Challenge& client) {
  const Digest proof = hmac_md5(ntowf.octets, {server, client});
  std::vector<std::byte> out(proof.begin(), proof.end());
  out.insert(out.end(), client.begin(), client.end());
  return out;
}

Key session_base_key(const Key& ntowf, const Digest& proof) {
  return Key(hmac_md5(ntowf.octets, {proof}));
}

Digest exchange_key(const Key& base, const Digest& key) {
  Digest out = key;
  Rc4(base).apply(out);
  return out;
}

Key signing_key(const Key& session, Sender from) {
  return derive(session, from == Sender::client
                             ? "session key to client-to-server signing key magic constant"
                             : "session key to server-to-client signing key magic constant");
}

Key sealing_key(const Key& session, Sender from) {
  return derive(session, from == Sender::client
                             ? "session key to client-to-server sealing key magic constant"
                             : "session key to server-to-client sealing key magic constant");
}

MessageChannel::MessageChannel(const Key& session, Sender from)
    : signing_(signing_key(session, from)), cipher_(sealing_key(session, from)) {}

// Version 1, eight octets of checksum that are still to be encrypted, the number.
MessageChannel::Signature MessageChannel::make(Octets message) const {
  const auto number = little(next_);
  const Digest sum = hmac_md5(signing_.octets, {number, message});
  Signature out{std::byte{1}};
  std::copy_n(sum.begin(), 8, out.begin() + 4);
  std::ranges::copy(number, out.begin() + 12);
  return out;
}

MessageChannel::Signature MessageChannel::sign(Octets message) {
  Signature signature = make(message);
  cipher_.apply(std::span(signature).subspan(4, 8));
  ++next_;
  return signature;
}

MessageChannel::Signature MessageChannel::seal(Octets message, std::span<std::byte> secret) {
  Signature signature = make(message);
  cipher_.apply(secret);
  cipher_.apply(std::span(signature).subspan(4, 8));
  ++next_;
  return signature;
}

bool MessageChannel::check(Octets message, Octets signature) {
  return same(sign(message), signature);
}

bool MessageChannel::unseal(Octets message, std::span<std::byte> secret, Octets signature) {
  cipher_.apply(secret);
  return check(message, signature);
}

}  // namespace platen::rpc::security
