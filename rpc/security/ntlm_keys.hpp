// What NTLMv2 computes (MS-NLMP 3.3.2, 3.4): from a password's hash and two challenges to the answer, the
// session's key, and the signing and sealing of messages with it. Pure. NTLMv1 and keys below 128 bits do not
// exist here.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "rpc/security/crypto.hpp"
#include "rpc/security/ntlm_messages.hpp"

namespace platen::rpc::security {

// MD4 of the password in UTF-16: what an account is stored as.
[[nodiscard]] Key nt_hash(std::string_view password);
[[nodiscard]] Key ntowf_v2(const Key& nt_hash, std::string_view user, std::string_view domain);

// What the client says beside its proof: the time, its challenge, and the server's attributes back.
[[nodiscard]] std::vector<std::byte> client_blob(std::uint64_t time, const Challenge& client,
                                                 Octets attributes);
[[nodiscard]] Digest nt_proof(const Key& ntowf, const Challenge& server, Octets blob);
[[nodiscard]] std::vector<std::byte> lm_v2_response(const Key& ntowf, const Challenge& server,
                                                    const Challenge& client);
[[nodiscard]] Key session_base_key(const Key& ntowf, const Digest& proof);
// The key that the client chose, hidden under the base key; and back.
[[nodiscard]] Digest exchange_key(const Key& base, const Digest& key);

enum class Sender : std::uint8_t { client, server };
[[nodiscard]] Key signing_key(const Key& session, Sender from);
[[nodiscard]] Key sealing_key(const Key& session, Sender from);

// One direction's messages, in their order: each signature has its number, so that a message that is
// repeated, left out or out of order is refused.
class MessageChannel {
 public:
  static constexpr std::size_t signature_size = 16;
  using Signature = std::array<std::byte, signature_size>;

  MessageChannel(const Key& session, Sender from);

  [[nodiscard]] Signature sign(Octets message);
  // `secret` lies within `message`, and is encrypted in place.
  [[nodiscard]] Signature seal(Octets message, std::span<std::byte> secret);
  // True when the signature is right, and its number the next one.
  [[nodiscard]] bool check(Octets message, Octets signature);
  [[nodiscard]] bool unseal(Octets message, std::span<std::byte> secret, Octets signature);
  // The cipher as it was, but not the number: after signing for SPNEGO (MS-SPNG 3.3.5.1).
  [[nodiscard]] Rc4 cipher() const { return cipher_; }
  void restore(const Rc4& cipher) { cipher_ = cipher; }

 private:
  [[nodiscard]] Signature make(Octets message) const;

  Key signing_;
  Rc4 cipher_;
  std::uint32_t next_ = 0;
};

}  // namespace platen::rpc::security
