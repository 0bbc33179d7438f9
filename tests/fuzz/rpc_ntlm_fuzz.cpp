// A token of a peer at each leg of NTLMSSP, by the first octet; what is understood must survive being said
// again.
#include <cstdint>
#include <cstdlib>

#include "rpc/security/context.hpp"
#include "rpc/security/ntlm_messages.hpp"

using namespace platen::rpc::security;

namespace {

Surroundings still() {
  Surroundings out;
  out.random = [](std::span<std::byte> into) { std::ranges::fill(into, std::byte{0x55}); };
  out.time = [] { return std::uint64_t{0}; };
  return out;
}

template <class Message>
void again(const platen::Result<Message>& message, platen::Result<Message> (*parse)(Octets)) {
  if (message && !parse(encode(*message))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  static const Accounts accounts = [] {
    Accounts out;
    out.add("User", "Password");
    return out;
  }();
  const auto token = std::as_bytes(std::span(data + 1, size - 1));
  const auto who = credentials("User", "Password", "Domain");
  again(parse_negotiate(token), parse_negotiate);
  again(parse_challenge(token), parse_challenge);
  const auto message = parse_authenticate(token);
  if (message && message->nt_response.size() < 8000) again(message, parse_authenticate);
  auto client = ntlm_client(who, still(), AuthLevel::privacy);
  auto server = ntlm_server(accounts, "Server", still(), AuthLevel::privacy);
  auto first = client->step({});
  if (data[0] % 3 == 0) {
    static_cast<void>(server->step(token));
  } else if (data[0] % 3 == 1) {
    static_cast<void>(client->step(token));
  } else {
    static_cast<void>(server->step(first->token));
    static_cast<void>(server->step(token));
  }
  return 0;
}
