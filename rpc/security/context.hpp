// What a connection needs of its security: steps until both ends know each other, then signatures. Octets
// only; the PDUs around them are rpc/security/guard.hpp's.
//
//   auto context = ntlm_server(accounts, "PLATEN", surroundings, AuthLevel::privacy);
//   auto step = context->step(token);              // from bind's verifier
//   if (!step) refuse(step.error());               // says nothing of why to the peer
//   answer(step->token);                           // into bind_ack's
//   …until step->complete; then context->peer_name() is who it is
//
// A context belongs to one connection. A step that failed is the end of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "rpc/security/accounts.hpp"
#include "rpc/security/crypto.hpp"

namespace platen::rpc::security {

// MS-RPCE 2.2.1.1.7 and 2.2.1.1.8; those that we speak.
enum class AuthType : std::uint8_t { none = 0, spnego = 9, ntlm = 10 };
enum class AuthLevel : std::uint8_t { none = 1, connect = 2, integrity = 5, privacy = 6 };

// What is not pure, handed in: randomness, and the time in units of 100 ns since 1601.
struct Surroundings {
  std::function<void(std::span<std::byte>)> random;
  std::function<std::uint64_t()> time;
};
[[nodiscard]] Surroundings real_surroundings();

// Who a client says that it is. The password is kept only as its hash.
struct Credentials {
  std::string user;
  std::string domain;
  Key hash;
};
[[nodiscard]] Credentials credentials(std::string_view user, std::string_view password,
                                      std::string_view domain = {});

class SecurityContext {
 public:
  static constexpr std::size_t signature_size = 16;
  struct Step {
    std::vector<std::byte> token;  // for the peer; may be empty
    bool complete = false;
  };

  virtual ~SecurityContext() = default;
  // A client's first step has an empty token.
  [[nodiscard]] virtual Result<Step> step(Octets token) = 0;
  // The account that the peer proved to know the password of; a server's name at the client.
  [[nodiscard]] virtual const std::string& peer_name() const = 0;

  // All below only when complete. `secret` lies within `message` and is changed in place; empty at integrity.
  [[nodiscard]] virtual std::array<std::byte, signature_size> protect(Octets message,
                                                                      std::span<std::byte> secret) = 0;
  // False for what was changed, repeated, left out or made by somebody else; then no more may be read.
  [[nodiscard]] virtual bool unprotect(Octets message, std::span<std::byte> secret, Octets signature) = 0;
};

// NTLMSSP alone. `name` is what the server is called; it means nothing for the proof. `accounts` outlives it.
[[nodiscard]] std::unique_ptr<SecurityContext> ntlm_client(Credentials who, Surroundings surroundings,
                                                           AuthLevel level);
[[nodiscard]] std::unique_ptr<SecurityContext> ntlm_server(const Accounts& accounts, std::string name,
                                                           Surroundings surroundings, AuthLevel level);
// The same inside SPNEGO.
[[nodiscard]] std::unique_ptr<SecurityContext> spnego_client(Credentials who, Surroundings surroundings,
                                                             AuthLevel level);
[[nodiscard]] std::unique_ptr<SecurityContext> spnego_server(const Accounts& accounts, std::string name,
                                                             Surroundings surroundings, AuthLevel level);

}  // namespace platen::rpc::security
