// A PDU of a peer on a connection that is protected: nobody without the key gets one in, whatever he sends.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "rpc/security/guard.hpp"

using namespace platen::rpc;
using namespace platen::rpc::security;

namespace {

// A server's guard after its three legs.
std::unique_ptr<Guard> established(const Accounts& accounts, AuthLevel level) {
  Surroundings still;
  still.random = [](std::span<std::byte> into) { std::ranges::fill(into, std::byte{0x55}); };
  still.time = [] { return std::uint64_t{0}; };
  auto client = ntlm_client(credentials("User", "Password"), still, level);
  auto server =
      std::make_unique<Guard>(ntlm_server(accounts, "Server", still, level), AuthType::ntlm, level, 1);
  AuthVerifier leg{10, static_cast<std::uint8_t>(level), 0, 1, {}};
  const auto one = client->step({});
  leg.value = one->token;
  const auto two = server->step(leg);
  const auto three = client->step((*two)->value);
  leg.value = three->token;
  if (!server->step(leg) || !server->complete()) std::abort();
  return server;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Accounts accounts = [] {
    Accounts out;
    out.add("User", "Password");
    return out;
  }();
  auto guard = established(accounts, size % 2 == 0 ? AuthLevel::privacy : AuthLevel::integrity);
  const auto octets = std::as_bytes(std::span(data, size));
  std::vector<std::byte> own(octets.begin(), octets.end());
  PduStream stream;
  stream.lend(own);
  while (auto* item = stream.next())
    if (guard->unprotect(item->pdu, item->octets)) std::abort();
  return 0;
}
