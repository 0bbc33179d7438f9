// A token of a peer as SPNEGO: what is understood must survive being said again, and both ends must stand it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "rpc/security/context.hpp"
#include "rpc/security/spnego.hpp"

using namespace platen::rpc::security;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Accounts accounts;
  Surroundings still;
  still.random = [](std::span<std::byte> into) { std::ranges::fill(into, std::byte{0x55}); };
  still.time = [] { return std::uint64_t{0}; };
  const auto token = std::as_bytes(std::span(data, size));
  if (auto init = parse_spnego_init(token); init) {
    auto again = parse_spnego_init(encode(*init));
    if (!again || again->mechanisms != init->mechanisms || again->token != init->token) std::abort();
  }
  if (auto response = parse_spnego_response(token); response) {
    auto again = parse_spnego_response(encode(*response));
    if (!again || again->state != response->state || again->token != response->token ||
        again->mic != response->mic)
      std::abort();
  }
  auto server = spnego_server(accounts, "Server", still, AuthLevel::privacy);
  if (server->step(token)) static_cast<void>(server->step(token));
  auto client = spnego_client(credentials("User", "Password"), still, AuthLevel::privacy);
  static_cast<void>(client->step({}));
  if (client->step(token)) static_cast<void>(client->step(token));
  return 0;
}
