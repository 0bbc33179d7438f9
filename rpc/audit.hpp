// What a server or a client refused, dropped or found late, by reason: the numbers that `doctor` shows and
// that the tests of the twelve rules read. Counted on the reactor's thread, never reset.
#pragma once

#include <cstdint>

namespace platen::rpc {

struct Audit {
  std::uint64_t connections = 0;
  std::uint64_t refused_peers = 0;
  std::uint64_t malformed_pdus = 0;
  std::uint64_t stray_replies = 0;    // answers nobody waits for: wrong connection, id, depth or too late
  std::uint64_t stray_callbacks = 0;  // callbacks to a slot that does not wait for them
  std::uint64_t late_calls = 0;       // calls whose deadline passed before they were answered
  std::uint64_t late_answers = 0;     // calls of ours that nobody answered in time
  std::uint64_t dropped_peers = 0;    // connections closed because the peer did not take what we sent
};

}  // namespace platen::rpc
