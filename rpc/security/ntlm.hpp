// Both ends of NTLMSSP's exchange (MS-NLMP 3.1, 3.2): NTLMv2 with session security of 128 bits and key
// exchange, or refused. NTLMv1, anonymous clients, weak keys and messages whose MIC is wrong are refused, and
// the peer is not told which it was.
#pragma once

#include <optional>

#include "rpc/security/context.hpp"
#include "rpc/security/ntlm_keys.hpp"

namespace platen::rpc::security {

// A context that can also sign for SPNEGO that nobody changed its list of mechanisms.
class Ntlm : public SecurityContext {
 public:
  explicit Ntlm(Sender self) : self_(self) {}

  [[nodiscard]] std::array<std::byte, signature_size> protect(Octets message,
                                                              std::span<std::byte> secret) override;
  [[nodiscard]] bool unprotect(Octets message, std::span<std::byte> secret, Octets signature) override;

  [[nodiscard]] bool established() const { return out_.has_value(); }
  [[nodiscard]] MessageChannel::Signature sign_mechanisms(Octets list);
  [[nodiscard]] bool check_mechanisms(Octets list, Octets signature);

 protected:
  void establish(const Key& session);

 private:
  Sender self_;
  std::optional<MessageChannel> out_;
  std::optional<MessageChannel> in_;
};

[[nodiscard]] std::unique_ptr<Ntlm> make_ntlm_client(Credentials who, Surroundings surroundings,
                                                     AuthLevel level);
[[nodiscard]] std::unique_ptr<Ntlm> make_ntlm_server(const Accounts& accounts, std::string name,
                                                     Surroundings surroundings, AuthLevel level);

}  // namespace platen::rpc::security
