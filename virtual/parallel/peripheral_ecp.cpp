// ECP: eight bits both ways, with a ninth that tells data from commands, and run lengths.
//
// A byte that the printer cannot take is left without event 36, so that the host can take it back (host
// transfer recovery, events 72 to 75) and hear what is wrong.

#include <algorithm>

#include "virtual/parallel/extensibility.hpp"
#include "virtual/parallel/peripheral.hpp"

namespace platen::vprinter::ieee1284 {

namespace {
constexpr std::uint8_t kChannelFlag = 0x80;
constexpr std::size_t kLongestRun = 128;
constexpr std::size_t kShortestRun = 3;  // two bytes cost as much as a count and a byte
}  // namespace

bool Peripheral::step_ecp_forward() {
  switch (phase_) {
    case Phase::ecp_setup:
      if (host_.auto_feed) return false;  // event 30
      lines_.paper_error = true;          // event 31
      become(Phase::ecp_forward);
      return true;
    case Phase::ecp_forward:
      lines_.fault = !has_data();  // nPeriphRequest
      if (!host_.init) {           // event 39
        if (host_.auto_feed) violation("nReverseRequest while HostAck is high");
        if (host_.drives_data) violation("nReverseRequest while the host drives the data lines");
        lines_.paper_error = false;  // event 40
        begin_transfer();
        become(Phase::ecp_reverse);
        return true;
      }
      if (host_.strobe) return false;  // event 35
      become(Phase::ecp_strobed);
      return true;
    case Phase::ecp_strobed:
      if (!host_.init) {  // event 72
        ++tally_.recoveries;
        lines_.paper_error = false;  // event 73
        become(Phase::ecp_recovery);
        return true;
      }
      if (!drained()) return false;
      accept_ecp();
      lines_.busy = true;  // event 36
      become(Phase::ecp_accepted);
      return true;
    case Phase::ecp_accepted:
      if (!host_.strobe) return false;  // event 37
      (void)drained();
      lines_.busy = false;  // event 32
      become(Phase::ecp_forward);
      return true;
    case Phase::ecp_recovery:
      if (!host_.init) return false;  // event 74
      lines_.paper_error = true;      // event 75
      become(Phase::ecp_recovered);
      return true;
    default:  // ecp_recovered
      if (!host_.strobe) return false;
      become(Phase::ecp_forward);
      return true;
  }
}

void Peripheral::accept_ecp() {
  const bool command = !host_.auto_feed;
  if (!command) {
    input_.insert(input_.end(), std::size_t{run_} + 1, host_.data);
    run_ = 0;
  } else if ((host_.data & kChannelFlag) != 0) {
    ecp_channel_ = host_.data & ~kChannelFlag;
  } else if ((mode_ & request::ecp_rle) != request::ecp_rle) {
    violation("a run length in an ECP mode that was agreed on without");
  } else {
    run_ = host_.data;
  }
}

bool Peripheral::step_ecp_reverse() {
  if (host_.init) {  // event 47
    // A byte that was offered and not taken stays.
    lines_.data.reset();  // event 48
    set_ack(true);
    lines_.busy = false;
    lines_.paper_error = true;  // event 49
    reverse_run_ = 0;
    become(Phase::ecp_forward);
    return true;
  }
  switch (phase_) {
    case Phase::ecp_reverse: {
      lines_.fault = !has_data();
      if (host_.auto_feed || !has_data()) return false;
      if (still_late(faults_.event_9_late)) return false;
      unit_ = next_unit();
      lines_.data = unit_.value;  // event 42
      lines_.busy = !unit_.command;
      set_ack(false);  // event 43
      become(Phase::ecp_offered);
      return true;
    }
    case Phase::ecp_offered:
      if (!host_.auto_feed) return false;  // event 44
      unit_taken();
      set_ack(true);  // event 45
      become(Phase::ecp_acknowledged);
      return true;
    default:                              // ecp_acknowledged
      if (host_.auto_feed) return false;  // event 46
      become(Phase::ecp_reverse);
      return true;
  }
}

Peripheral::Unit Peripheral::next_unit() const {
  if (reverse_run_ == 0 && (mode_ & request::ecp_rle) == request::ecp_rle) {
    const std::size_t most = std::min(waiting(), kLongestRun);
    std::size_t run = 1;
    while (run < most && peek(run) == peek(0)) ++run;
    if (run >= kShortestRun) return {true, static_cast<std::uint8_t>(run - 1)};
  }
  return {false, peek(0)};
}

void Peripheral::unit_taken() {
  if (unit_.command) {
    reverse_run_ = std::size_t{unit_.value} + 1;
    return;
  }
  consume(std::max<std::size_t>(reverse_run_, 1));
  reverse_run_ = 0;
}

}  // namespace platen::vprinter::ieee1284
