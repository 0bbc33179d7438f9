// Every bound of the runtime in one place, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.hpp"

namespace platen::rpc {

struct Limits {
  // Calls nested in calls. Ours nest once or twice; more is two programs chasing each other.
  int max_depth = 8;
  // One message. Documents and pages travel through descriptors, so a megabyte is large already.
  std::size_t max_message = 16U << 20;
  // All incomplete messages of a connection.
  std::size_t max_held = 32U << 20;
  // First calls that one peer may have served at once; nested ones do not count, or they could wait for each
  // other.
  std::size_t max_running = 256;
  // Nested calls that run for one slot that waits: a status stream has a few under way.
  std::size_t max_nested = 64;
  // Context handles that a connection may have open.
  std::size_t max_handles = 1024;
  // Calls that one side may have outstanding on a connection.
  std::size_t max_waiting = 1024;
  // Octets queued for a peer above which new first calls wait. Answers and nested calls never do.
  std::size_t queue_full = 4U << 20;
  // Above this the peer is taken for one that does not read, and is dropped.
  std::size_t queue_limit = 64U << 20;
  // How long a peer may take nothing of what is queued for it. A reactor that is busy for longer hangs.
  Duration drain_time = std::chrono::seconds(10);
  // How long a new connection may say nothing useful: a local program binds within milliseconds.
  Duration bind_time = std::chrono::seconds(10);
  // No call lasts longer, whatever its caller says; a parked one is re-issued.
  Duration longest_call = std::chrono::hours(24);
  // How long a call of a foreign client may be served, which says nothing of its own patience.
  Duration plain_call = std::chrono::minutes(1);
  // How long a call that has ended waits for its cancelled callback handlers to leave.
  Duration rundown_time = std::chrono::seconds(1);
};

}  // namespace platen::rpc
