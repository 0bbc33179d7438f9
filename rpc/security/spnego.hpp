// SPNEGO's tokens (RFC 4178, MS-SPNG): DER in, fields out, and back. Pure.
//
// Only what negotiating NTLMSSP needs: the list of mechanisms, the token inside, and the signature over the
// list, which shows that nobody between the two has taken the better ones out of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "rpc/security/crypto.hpp"

namespace platen::rpc::security {

struct SpnegoInit {
  std::vector<std::byte> mechanisms;  // the list's DER, as it is signed
  bool ntlm_offered = false;
  bool ntlm_first = false;
  std::optional<std::vector<std::byte>> token;  // of the first mechanism
};

enum class SpnegoState : std::uint8_t { completed = 0, incomplete = 1, rejected = 2, request_mic = 3 };

struct SpnegoResponse {
  std::optional<SpnegoState> state;
  bool chosen = false;  // a mechanism is named, and
  bool ntlm = false;    // it is NTLMSSP
  std::optional<std::vector<std::byte>> token;
  std::optional<std::vector<std::byte>> mic;
};

[[nodiscard]] std::vector<std::byte> ntlm_only();  // a list of mechanisms with NTLMSSP alone
[[nodiscard]] std::vector<std::byte> encode(const SpnegoInit& init);
[[nodiscard]] std::vector<std::byte> encode(const SpnegoResponse& response);
[[nodiscard]] Result<SpnegoInit> parse_spnego_init(Octets token);
[[nodiscard]] Result<SpnegoResponse> parse_spnego_response(Octets token);

}  // namespace platen::rpc::security
