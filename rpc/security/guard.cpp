#include "rpc/security/guard.hpp"

#include <algorithm>

namespace platen::rpc::security {
namespace {

Error denied(const char* what) {
  return fail(Errc::denied, "believe a message", std::string("(") + what + ")",
              "Somebody between the two programs may have changed it.");
}

std::size_t header_of(const Pdu& pdu) {
  if (const auto* request = std::get_if<Request>(&pdu.body))
    return request_header + (request->object ? object_size : 0);
  if (std::holds_alternative<Response>(pdu.body)) return response_header;
  if (std::holds_alternative<Fault>(pdu.body)) return fault_header;
  return 0;  // no stub
}

}  // namespace

Result<std::optional<AuthVerifier>> Guard::step(const std::optional<AuthVerifier>& from_peer) {
  if (from_peer &&
      (from_peer->type != static_cast<std::uint8_t>(type_) ||
       from_peer->level != static_cast<std::uint8_t>(level_) || from_peer->context != context_id_))
    return denied("its verifier is of another security context");
  auto step = context_->step(from_peer ? from_peer->value : Octets());
  if (!step) return step.error();
  complete_ = step->complete;
  token_ = std::move(step->token);
  if (token_.empty()) return std::optional<AuthVerifier>();
  return std::optional(AuthVerifier{static_cast<std::uint8_t>(type_), static_cast<std::uint8_t>(level_), 0,
                                    context_id_, token_});
}

// At privacy, stub and padding; header and trailer stay readable.
std::span<std::byte> Guard::secret(const Pdu& pdu, std::span<std::byte> octets) const {
  const std::size_t header = header_of(pdu);
  if (level_ != AuthLevel::privacy || header == 0) return {};
  return octets.subspan(header, octets.size() - SecurityContext::signature_size - auth_trailer - header);
}

void Guard::protect(const Pdu& pdu, Octets clear, std::vector<std::byte>& to) {
  if (level_ == AuthLevel::connect) {
    to.insert(to.end(), clear.begin(), clear.end());
    return;
  }
  const std::array<std::byte, SecurityContext::signature_size> room{};
  const std::size_t start = to.size();
  append_with_verifier(to, clear, pdu,
                       AuthVerifier{static_cast<std::uint8_t>(type_), static_cast<std::uint8_t>(level_), 0,
                                    context_id_, room});
  const auto octets = std::span(to).subspan(start);
  const auto message = octets.first(octets.size() - room.size());
  const auto signature = context_->protect(message, secret(pdu, octets));
  std::ranges::copy(signature, octets.last(signature.size()).begin());
}

Result<void> Guard::unprotect(const Pdu& pdu, std::span<std::byte> octets) {
  if (level_ == AuthLevel::connect) return {};  // what was agreed on protects nothing
  if (!pdu.auth) return denied("it is not signed");
  if (pdu.auth->type != static_cast<std::uint8_t>(type_) ||
      pdu.auth->level != static_cast<std::uint8_t>(level_) || pdu.auth->context != context_id_)
    return denied("it is of another security context");
  if (pdu.auth->value.size() != SecurityContext::signature_size) return denied("its signature is none");
  std::array<std::byte, SecurityContext::signature_size> signature;
  std::ranges::copy(pdu.auth->value, signature.begin());
  const auto message = octets.first(octets.size() - signature.size());
  if (!context_->unprotect(message, secret(pdu, octets), signature)) return denied("its signature is wrong");
  return {};
}

}  // namespace platen::rpc::security
