#include "virtual/parallel/peripheral.hpp"

#include <algorithm>
#include <utility>

#include "virtual/parallel/extensibility.hpp"

namespace platen::vprinter::ieee1284 {

Peripheral::Peripheral(Clock& clock, Abilities abilities, std::string device_id, Printer printer)
    : clock_(clock),
      abilities_(std::move(abilities)),
      device_id_(std::move(device_id)),
      printer_(std::move(printer)) {
  show_compatibility();
}

void Peripheral::drive(const HostLines& host) {
  host_ = host;
  if (host_.drives_data && lines_.data) violation("the host drives the data lines while the peripheral does");
  advance();
}

const PeripheralLines& Peripheral::lines() {
  advance();
  return lines_;
}

void Peripheral::say(std::string_view reply) {
  replies_.insert(replies_.end(), reply.begin(), reply.end());
  advance();
}

void Peripheral::set_conditions(Conditions conditions) {
  conditions_ = conditions;
  if (phase_ == Phase::idle || phase_ == Phase::strobed || phase_ == Phase::busy) {
    lines_.paper_error = conditions_.paper_empty;
    lines_.select = conditions_.selected;
    lines_.fault = !conditions_.error;
  }
  advance();
}

// What it calls may call say(); that only leaves a note for the loop that is running already.
void Peripheral::advance() {
  if (std::exchange(advancing_, true)) return;
  (void)drained();
  while (step()) {
  }
  advancing_ = false;
}

bool Peripheral::step() {
  if (!host_.init && !host_.select_in && phase_ != Phase::reset && !faults_.ignores_init) {
    enter_reset();
    return true;
  }
  switch (phase_) {
    case Phase::idle:
    case Phase::strobed:
    case Phase::busy:
    case Phase::reset:
      return step_compatibility();
    case Phase::epp_idle:
    case Phase::epp_cycle:
    case Phase::epp_ended:
      return step_epp();
    case Phase::terminating:
    case Phase::terminated:
      return step_termination();
    default:
      break;
  }
  if (!host_.select_in) {
    leave_mode();
    return true;
  }
  switch (phase_) {
    case Phase::negotiation:
    case Phase::negotiation_latched:
    case Phase::link:
    case Phase::link_latched:
      return step_negotiation();
    case Phase::host_busy:
    case Phase::nibble:
    case Phase::byte:
    case Phase::byte_strobe:
    case Phase::byte_strobed:
    case Phase::reverse_idle:
    case Phase::reverse_call:
      return step_reverse();
    case Phase::ecp_setup:
    case Phase::ecp_forward:
    case Phase::ecp_strobed:
    case Phase::ecp_accepted:
    case Phase::ecp_recovery:
    case Phase::ecp_recovered:
      return step_ecp_forward();
    case Phase::ecp_reverse:
    case Phase::ecp_offered:
    case Phase::ecp_acknowledged:
      return step_ecp_reverse();
    default:
      return false;  // rejected: only termination leads out
  }
}

// Compatibility ---------------------------------------------------------------------------------------------

bool Peripheral::step_compatibility() {
  const bool asks = host_.select_in && !host_.auto_feed && host_.init;
  switch (phase_) {
    case Phase::idle:
      if (asks && !faults_.no_event_2) {
        begin_negotiation();
        return true;
      }
      if (host_.strobe || host_.select_in) return false;
      input_.push_back(host_.data);
      lines_.busy = true;
      become(Phase::strobed);
      return true;
    case Phase::strobed:
      if (!host_.strobe) return false;
      become(Phase::busy);
      return true;
    case Phase::busy:
      // Negotiation is possible also while the printer takes no data; what it had taken stays with it.
      if (asks && !faults_.no_event_2) {
        begin_negotiation();
        return true;
      }
      if (!host_.strobe && !host_.select_in) violation("nStrobe while Busy: the byte is lost");
      if (!drained()) return false;
      set_ack(false);
      set_ack(true);
      lines_.busy = false;
      become(Phase::idle);
      return true;
    default:  // reset
      if (!host_.init) return false;
      enter_compatibility();
      return true;
  }
}

void Peripheral::show_compatibility() {
  lines_.paper_error = conditions_.paper_empty;
  lines_.select = conditions_.selected;
  lines_.fault = !conditions_.error;
  lines_.data.reset();
}

void Peripheral::enter_compatibility() {
  show_compatibility();
  set_ack(true);
  // No acknowledgement is made up for a byte that was taken before another mode was entered.
  lines_.busy = !drained();
  become(lines_.busy ? Phase::busy : Phase::idle);
}

void Peripheral::enter_reset() {
  ++tally_.resets;
  input_.clear();
  replies_.clear();
  show_compatibility();
  set_ack(true);
  lines_.busy = true;
  become(Phase::reset);
  if (printer_.reset) printer_.reset();
}

// Negotiation -----------------------------------------------------------------------------------------------

void Peripheral::begin_negotiation() {
  ++tally_.negotiations;
  lines_.paper_error = lines_.select = lines_.fault = true;  // event 2
  set_ack(false);
  become(Phase::negotiation);
}

bool Peripheral::step_negotiation() {
  switch (phase_) {
    case Phase::negotiation:
      if (host_.strobe) return false;  // event 3
      mode_ = host_.data;
      become(Phase::negotiation_latched);
      return true;
    case Phase::negotiation_latched:
      if (!host_.strobe || !host_.auto_feed) return false;  // event 4
      if (still_late(faults_.event_6_late)) return false;
      answer_request(mode_);  // event 5
      set_ack(true);          // event 6
      return true;
    case Phase::link:
      if (host_.strobe) return false;  // event 51
      mode_ = host_.data;
      set_ack(false);  // event 52
      become(Phase::link_latched);
      return true;
    default:                                                                    // link_latched
      if (!host_.strobe) return false;                                          // event 53
      lines_.select = abilities_.links.contains(mode_) != faults_.wrong_xflag;  // event 54
      set_ack(true);                                                            // event 55
      become(Phase::rejected);  // the links have no phases of their own here
      return true;
  }
}

bool Peripheral::supported(std::uint8_t request) const {
  switch (request) {
    case request::nibble:
    case request::nibble_id:
    case request::link:
      return true;
    case request::byte:
    case request::byte_id:
      return abilities_.byte;
    case request::ecp:
    case request::ecp_id:
      return abilities_.ecp;
    case request::ecp_rle:
    case request::ecp_rle_id:
      return abilities_.ecp && abilities_.rle;
    case request::epp:
      return abilities_.epp;
    default:
      return false;
  }
}

void Peripheral::answer_request(std::uint8_t request) {
  const bool agreed = supported(request);
  // Nibble mode is the only one that is agreed to with a low Xflag.
  lines_.select = (agreed && request != request::nibble) != faults_.wrong_xflag;
  sends_id_ = (request & request::id_flag) != 0;
  if (sends_id_) {
    id_ = make_device_id(device_id_, faults_);
    id_sent_ = 0;
  }
  begin_transfer();
  high_nibble_ = false;
  run_ = 0;
  reverse_run_ = 0;
  if (!agreed) {
    lines_.paper_error = lines_.fault = true;
    become(Phase::rejected);
  } else if (request == request::link) {
    become(Phase::link);
  } else if (request == request::epp) {
    lines_.busy = false;
    become(Phase::epp_idle);
  } else if ((request & request::ecp) != 0) {
    lines_.paper_error = false;
    lines_.busy = false;
    lines_.fault = !has_data();
    become(Phase::ecp_setup);
  } else {
    show_availability();
    become(Phase::host_busy);
  }
}

// Termination -----------------------------------------------------------------------------------------------

// Event 22 was seen: nSelectIn is low.
void Peripheral::leave_mode() {
  switch (phase_) {
    case Phase::rejected:
    case Phase::link:
    case Phase::host_busy:
    case Phase::byte_strobe:
    case Phase::reverse_idle:
    case Phase::reverse_call:
    case Phase::ecp_setup:
    case Phase::ecp_forward:
      ++tally_.terminations;
      lines_.data.reset();
      lines_.busy = lines_.fault = true;  // event 23
      set_ack(false);                     // event 24
      become(Phase::terminating);
      return;
    default:
      // In the middle of a handshake it is an immediate abort; what was under way has not been sent.
      ++tally_.aborts;
      enter_compatibility();
      return;
  }
}

bool Peripheral::step_termination() {
  if (host_.select_in) {
    // The host has changed its mind; nothing but the beginning of a new negotiation is safe.
    violation("nSelectIn high again before the termination ended");
    enter_compatibility();
    return true;
  }
  if (phase_ == Phase::terminating) {
    if (host_.auto_feed) return false;  // event 25
    show_compatibility();               // event 26
    set_ack(true);                      // event 27
    become(Phase::terminated);
    return true;
  }
  if (!host_.auto_feed) return false;  // event 28
  enter_compatibility();
  return true;
}

// Common ----------------------------------------------------------------------------------------------------

// Hands on to the printer what was accepted. True when nothing is left.
bool Peripheral::drained() {
  while (!input_.empty()) {
    if (faults_.stall_after && tally_.bytes_in >= *faults_.stall_after) return false;
    if (faults_.reply_limit && replies_.size() >= *faults_.reply_limit) return false;
    if (printer_.take && !printer_.take(input_.front())) return false;
    input_.pop_front();
    ++tally_.bytes_in;
  }
  return true;
}

bool Peripheral::still_late(Duration by) {
  if (by <= Duration::zero()) return false;
  if (!due_) due_ = clock_.now() + by;
  if (clock_.now() < *due_) return true;
  due_.reset();
  return false;
}

void Peripheral::set_ack(bool level) {
  if (std::exchange(lines_.ack, level) != level && printer_.ack_changed) printer_.ack_changed(level);
}

void Peripheral::become(Phase phase) {
  phase_ = phase;
  due_.reset();
}

void Peripheral::violation(std::string what) {
  if (violations_.empty() || violations_.back() != what) violations_.push_back(std::move(what));
}

}  // namespace platen::vprinter::ieee1284
