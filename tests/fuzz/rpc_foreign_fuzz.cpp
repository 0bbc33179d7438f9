// What foreign clients put in a request beside NDR: a tower, which must survive being said again, and a
// verification trailer, which is part of the stub, or right, or refused.
#include <cstdint>
#include <cstdlib>

#include "rpc/endpoint_mapper.hpp"
#include "rpc/wire/verification_trailer.hpp"

using namespace platen::rpc;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto octets = std::as_bytes(std::span(data, size));
  if (auto tower = parse_tower(octets); tower) {
    const auto again = parse_tower(encode_tower(*tower));
    if (!again || again->interface != tower->interface || again->port != tower->port ||
        again->address != tower->address)
      std::abort();
  }
  auto stub = check_trailer(octets, {7, 1, 42, kNdr, kNdr});
  if (stub && *stub > size) std::abort();
  return 0;
}
