// What stands between a connection and the network: PDUs in clear on one side, PDUs with verifiers on the
// other. The connection speaks as it does over a Unix socket and knows nothing of it. Pure: octets in, octets
// out.
//
//   Filter filter(ServerSecurity{…});
//   auto out = filter.from_network(octets);   // out.up for the connection, out.down for the network
//   auto out = filter.from_connection(octets);
//   if (out.end) …                            // after sending out.down: hang up
//
// It makes the authentication's legs: a verifier in bind and bind_ack, then auth3 for NTLMSSP, or
// alter_context and its answer for SPNEGO. Requests are let through when they are complete, and not before. A
// client that is refused hears "access denied" in answer to its next request, as Windows does it; it never
// waits for nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rpc/security/guard.hpp"

namespace platen::rpc::security {

// What was refused, by reason.
struct SecurityAudit {
  std::uint64_t unauthenticated = 0;  // binds without a verifier, or of a kind that is not spoken here
  std::uint64_t weak = 0;             // binds below the least level
  std::uint64_t failed_sign_ins = 0;  // unknown users, wrong passwords, weak or broken tokens
  std::uint64_t forged = 0;           // PDUs whose signature is missing, wrong or repeated
  std::uint64_t malformed = 0;
};

struct ServerSecurity {
  std::shared_ptr<const Accounts> accounts;
  std::string name = "PLATEN";  // what the server calls itself
  AuthLevel least = AuthLevel::privacy;
  std::shared_ptr<SecurityAudit> audit = std::make_shared<SecurityAudit>();
};

struct ClientSecurity {
  Credentials who;
  AuthType type = AuthType::spnego;
  AuthLevel level = AuthLevel::privacy;
};

class Filter {
 public:
  struct Output {
    std::vector<std::byte> up;
    std::vector<std::byte> down;
    bool end = false;
  };

  explicit Filter(ServerSecurity server, Surroundings surroundings = real_surroundings());
  explicit Filter(ClientSecurity client, Surroundings surroundings = real_surroundings());

  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  // Decrypts in place.
  [[nodiscard]] Output from_network(std::span<std::byte> octets);
  [[nodiscard]] Output from_connection(std::vector<std::byte> octets);

  // Empty until the peer has proven who it is.
  [[nodiscard]] const std::string& peer_name() const;
  // Why it ended, when that was for security's sake.
  [[nodiscard]] const std::optional<Error>& refusal() const { return refusal_; }

 private:
  void take(Pdu& pdu, std::span<std::byte> octets, Output& out);
  void take_bind(Pdu& pdu, Output& out);
  void take_bind_ack(Pdu& pdu, Output& out);
  void take_leg(Pdu& pdu, Output& out);
  void refuse_bind(BindRefusal reason, const Pdu& bind, Output& out);
  void refuse(Error why);
  void give(PduStream::Item& item, Output& out);

  std::optional<ServerSecurity> server_;
  std::optional<ClientSecurity> client_;
  Surroundings surroundings_;
  SecurityAudit unread_;  // a client's
  SecurityAudit& audit_;
  std::unique_ptr<Guard> guard_;
  std::optional<AuthVerifier> leg_;  // for the next PDU out that can carry it; refers into the guard
  bool signs_headers_ = false;
  bool believed_ = false;                 // a PDU of the peer, at least one
  std::vector<std::byte> held_bind_ack_;  // until the last leg is done
  Bind bind_;                             // a client's own, repeated in alter_context
  std::optional<Error> refusal_;
  PduStream in_;
  PduStream out_;
};

}  // namespace platen::rpc::security
