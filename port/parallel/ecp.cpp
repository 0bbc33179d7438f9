#include "port/parallel/ecp.hpp"

#include <algorithm>

namespace platen::port::ieee1284 {
namespace {

constexpr std::size_t kLongestRun = 128;
constexpr std::size_t kShortestRun = 3;  // below, a length and a byte are no gain
constexpr std::uint8_t kChannelFlag = 0x80;

std::size_t run_at_front(std::span<const std::byte> bytes) {
  const std::size_t most = std::min(bytes.size(), kLongestRun);
  std::size_t run = 1;
  while (run < most && bytes[run] == bytes[0]) ++run;
  return run;
}

}  // namespace

std::size_t Ecp::send(std::span<const std::byte> from, Instant until) {
  std::size_t sent = 0;
  if (!h_.wait([](Status s) { return !s.busy; }, ecp_stall)) return 0;  // event 32 of the last one
  while (sent < from.size() && !h_.given_up()) {
    std::size_t run = run_lengths_ ? run_at_front(from.subspan(sent)) : 1;
    if (run < kShortestRun) run = 1;
    // A length that was left open by a stall would count for whatever comes next.
    if (run > 1 || run_open_) {
      if (!put(static_cast<std::uint8_t>(run - 1), true)) break;
      run_open_ = true;
      if (h_.last_status().busy) break;
    }
    if (!put(static_cast<std::uint8_t>(from[sent]), false)) break;
    run_open_ = false;
    sent += run;
    // What was seen at event 32.
    const Status now = h_.last_status();
    if (now.busy || !now.fault || h_.now() >= until) break;
  }
  h_.auto_feed(true);
  return sent;
}

bool Ecp::put(std::uint8_t value, bool command) {
  h_.lines().set_data(value);
  h_.auto_feed(!command);
  h_.settle();                                                                             // event 34
  h_.strobe(false);                                                                        // event 35
  if (!h_.wait([](Status s) { return s.busy; }, ecp_stall) && taken_back()) return false;  // event 36
  h_.strobe(true);                                                                         // event 37
  // The byte is with the printer, whenever it says that it is ready for the next.
  (void)h_.wait([](Status s) { return !s.busy; }, answer_patience);  // event 32
  return true;
}

// Host transfer recovery. nStrobe is low, and the printer has not answered. False: it has, meanwhile.
bool Ecp::taken_back() {
  h_.init(false);                                                                     // event 72
  (void)h_.wait([](Status s) { return !s.paper_error || s.busy; }, answer_patience);  // event 73
  h_.init(true);                                                                      // event 74
  (void)h_.wait([](Status s) { return s.paper_error; }, answer_patience);             // event 75
  if (h_.status().busy) return false;
  h_.strobe(true);
  return true;
}

bool Ecp::read(std::string& into, std::size_t most, Instant until) {
  h_.lines().set_direction(true);
  h_.auto_feed(false);  // event 38
  h_.settle();
  h_.init(false);                                                               // event 39
  bool ok = h_.wait([](Status s) { return !s.paper_error; }, answer_patience);  // event 40
  const std::size_t full = into.size() + most;
  std::size_t run = 1;
  // A run is not left between its length and its byte.
  while (ok && (run > 1 || (into.size() < full && h_.now() < until && !h_.given_up()))) {
    if (run == 1 && h_.status().fault && h_.status().ack) break;  // nothing more
    if (!h_.wait([](Status s) { return !s.ack; }, answer_patience)) {
      ok = run == 1;  // it is slow; or it was wrong to call
      break;
    }
    ok = read_unit(into, run);
  }
  h_.init(true);                                                                // event 47
  ok = h_.wait([](Status s) { return s.paper_error; }, answer_patience) && ok;  // event 49
  h_.lines().set_direction(false);
  h_.auto_feed(true);
  return ok;
}

// nAck is low (event 43).
bool Ecp::read_unit(std::string& into, std::size_t& run) {
  const bool is_data = h_.status().busy;
  const std::uint8_t value = h_.lines().data();
  h_.auto_feed(true);                                                           // event 44
  if (!h_.wait([](Status s) { return s.ack; }, answer_patience)) return false;  // event 45
  h_.auto_feed(false);                                                          // event 46
  if (is_data) {
    into.append(run, static_cast<char>(value));
    run = 1;
  } else if ((value & kChannelFlag) == 0) {
    run = std::size_t{value} + 1;
  }
  return true;
}

}  // namespace platen::port::ieee1284
