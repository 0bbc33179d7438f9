// A connection's security, at its one place in and its one place out: runs the legs of the authentication,
// and then signs or seals every PDU that goes out and lets none in that is not.
//
//   out: guard.protect(item.pdu, item.octets, to);          // puts it behind what `to` has
//   in:  if (auto good = guard.unprotect(item.pdu, item.octets); !good) close();
//
// The stub of the PDU is in clear when unprotect() has said that it is good, and not before. Signatures cover
// the whole PDU with its header, also where the peer did not ask for that: NTLMSSP has no other way.
#pragma once

#include "rpc/security/context.hpp"
#include "rpc/wire/pdu.hpp"

namespace platen::rpc::security {

class Guard {
 public:
  // `context_id` is the client's number for this security context, in each of its verifiers.
  Guard(std::unique_ptr<SecurityContext> context, AuthType type, AuthLevel level, std::uint32_t context_id)
      : context_(std::move(context)), type_(type), level_(level), context_id_(context_id) {}

  // --- The legs: bind, bind_ack, then auth3 or alter_context and its answer.
  // Takes the peer's leg and gives ours, if any; refers to it until the next one. A client begins with no
  // verifier.
  [[nodiscard]] Result<std::optional<AuthVerifier>> step(const std::optional<AuthVerifier>& from_peer);
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] const std::string& peer_name() const { return context_->peer_name(); }

  // --- Then
  // Octets that a fragment of these needs beyond header and stub, at most.
  static constexpr std::size_t overhead = auth_alignment - 1 + auth_trailer + SecurityContext::signature_size;
  // `clear` is the PDU without verifier.
  void protect(const Pdu& pdu, Octets clear, std::vector<std::byte>& to);
  // `octets` are the PDU's, and its stub refers into them. Errc::denied when it may not be believed.
  [[nodiscard]] Result<void> unprotect(const Pdu& pdu, std::span<std::byte> octets);

 private:
  [[nodiscard]] std::span<std::byte> secret(const Pdu& pdu, std::span<std::byte> octets) const;

  std::unique_ptr<SecurityContext> context_;
  AuthType type_;
  AuthLevel level_;
  std::uint32_t context_id_;
  bool complete_ = false;
  std::vector<std::byte> token_;
};

}  // namespace platen::rpc::security
