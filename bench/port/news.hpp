// How soon a printer's word reaches whoever watches the printer, and what a monitor costs that has nothing to
// do.
//
// The wire is a TCP connection to a printer of our own, so that its own delivery can be measured in the same
// run: a process that does nothing but a blocking read of that wire, against a subscriber's callback behind
// platen-monitor. All have CLOCK_MONOTONIC; printer on one processor, readers on the other.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "child.hpp"

namespace platen::bench {

// This process, and those that it starts from now on.
void pin_to(int processor);

// What the processes tell each other, in memory that all of them have.
struct Board {
  std::atomic<bool> ready = false;         // the reader or subscriber listens
  std::atomic<std::int64_t> heard_at = 0;  // the first word since it was wiped
  static Board* make();
};

// The printer's end of the wire: answers ECHO, takes data at the pace of a fast network printer's line.
class Peer {
 public:
  Peer();
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint64_t taken() const;
  // Says that its state has changed, and when that was said.
  std::int64_t event();

 private:
  struct State;
  std::uint16_t port_ = 0;
  std::unique_ptr<State> state_;
};

// In a helper; they do not return. With a job, data is streamed all the time.
[[noreturn]] void read_bare(std::uint16_t port, bool with_job, Board& board);
[[noreturn]] void subscribe(const std::string& socket, bool with_job, Board& board);

// A monitor of ours in a helper.
[[nodiscard]] std::unique_ptr<Child> start_monitor(const std::string& program, const std::string& uri,
                                                   const std::string& socket, int processor);
// Prints how often a process woke, over so many seconds; the memory that only it has, NAME_own_memory; and
// the pages of its program that nobody else uses now, NAME_program_text: a second monitor would share them.
void measure_idle(const std::string& name, pid_t process, int seconds);

}  // namespace platen::bench
