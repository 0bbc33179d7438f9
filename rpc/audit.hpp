// What a server or a client refused, dropped or found late, by reason: the numbers that `doctor` shows and
// that the tests of the twelve rules read. Counted on the reactor's thread, never reset.
#pragma once

#include <cstdint>

namespace platen::rpc {

struct Audit {
  std::uint64_t connections = 0;
  std::uint64_t refused_peers = 0;
  std::uint64_t unbound_peers = 0;    // connections closed because nobody bound, or signed in, in time
  std::uint64_t dropped_peers = 0;    // connections closed because the peer did not take what we sent
  std::uint64_t malformed_pdus = 0;   // connections closed because the peer broke the protocol
  std::uint64_t stray_replies = 0;    // answers nobody waits for: wrong connection, id, depth or too late
  std::uint64_t stray_callbacks = 0;  // callbacks to a slot that does not wait for them
  std::uint64_t late_calls = 0;       // calls whose deadline passed before they were answered
  std::uint64_t late_answers = 0;     // calls of ours that nobody answered in time
  // Requests that got a fault instead of a handler.
  std::uint64_t wrong_contexts = 0;
  std::uint64_t not_served = 0;  // no such interface or operation
  std::uint64_t over_quota = 0;
  std::uint64_t too_deep = 0;
  std::uint64_t oversized = 0;
  std::uint64_t undecodable = 0;  // not what the operation's parameters are
  std::uint64_t altered = 0;      // not what their caller meant, by its verification trailer
};

}  // namespace platen::rpc
