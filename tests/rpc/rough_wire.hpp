// A wire in memory that is as bad as wires get, by chance that can be had again: it delays, takes and gives
// in pieces, freezes, and breaks at any send or receipt.
#pragma once

#include <random>

#include "base/clock.hpp"
#include "rpc/transport/memory.hpp"

namespace platen::rpc::testing {

using Random = std::mt19937_64;

// A number from `low` to `high`, both included.
[[nodiscard]] inline std::uint64_t pick(Random& random, std::uint64_t low, std::uint64_t high) {
  return low + random() % (high - low + 1);
}
[[nodiscard]] inline bool chance(Random& random, unsigned per_mille) {
  return random() % 1000 < per_mille;
}

struct Roughness {
  Duration longest_delay{};
  unsigned in_pieces = 0;  // per mille, of writes and receipts
  unsigned no_room = 0;    // of writes
  unsigned breaks = 0;     // of writes and receipts
  unsigned freezes = 0;    // of receipts: nothing comes any more, and nobody says so
};

[[nodiscard]] MemoryPair rough_pair(Clock& clock, Random& random, Roughness roughness, Peer client_is,
                                    Peer server_is);

}  // namespace platen::rpc::testing
