#include "port/parallel/parallel_host.hpp"

#include "port/parallel/compatibility.hpp"
#include "port/parallel/device_id.hpp"
#include "port/parallel/epp.hpp"

namespace platen::port::ieee1284 {
namespace {

// Without power nothing lifts the lines; without a cable nothing pulls them down.
bool nobody_there(Status s) {
  const bool all_low = !s.ack && !s.select && !s.fault;
  const bool all_high = s.ack && s.busy && s.paper_error && s.select && s.fault;
  return all_low || all_high;
}

Error gone() {
  return fail(Errc::closed, "talk to the printer on", "the parallel port",
              "It does not answer any more. Check that it is switched on and that its cable sits firmly.");
}

}  // namespace

Result<void> ParallelHost::open(Preference preference) {
  if (auto claimed = handshake_.lines().claim(); !claimed) return claimed;
  handshake_.idle();
  entered_ = false;
  stalled_ = false;
  misses_ = 0;
  last_sign_ = handshake_.now();
  choose(preference);
  const Status now = handshake_.status();
  if (handshake_.lines().failure()) return *handshake_.lines().failure();
  if (!compliant_ && nobody_there(now)) {
    close();
    return fail(Errc::timed_out, "find a printer on", "the parallel port",
                "Nothing answers there. Check that the printer is switched on and connected.");
  }
  return {};
}

void ParallelHost::close() {
  leave();
  handshake_.lines().release();
}

void ParallelHost::choose(Preference preference) {
  back_ = Back::none;
  request_ = Request::nibble;
  auto first = negotiate(handshake_, Request::nibble);
  compliant_ = first.has_value();
  if (!compliant_) return;
  terminate(handshake_);
  const bool wide = handshake_.lines().can_reverse();
  const auto wanted = [&](Preference mode) {
    return preference == mode || preference == Preference::automatic;
  };
  if (preference == Preference::compatibility) return;
  if (wide && preference == Preference::epp && agrees(Request::epp)) {
    back_ = Back::epp;
  } else if (wide && wanted(Preference::ecp) && (agrees(Request::ecp_rle) || agrees(Request::ecp))) {
    back_ = Back::ecp;
  } else if (wide && wanted(Preference::byte) && agrees(Request::byte)) {
    back_ = Back::byte;
  } else {
    back_ = Back::nibble;
    request_ = Request::nibble;
  }
}

bool ParallelHost::agrees(Request request) {
  if (auto answer = negotiate(handshake_, request); !answer) return false;
  request_ = request;
  if (request == Request::epp)
    terminate_epp(handshake_);
  else
    terminate(handshake_);
  return true;
}

Result<void> ParallelHost::enter() {
  if (entered_) return {};
  if (auto agreed = negotiate(handshake_, request_); !agreed) {
    if (!handshake_.given_up()) ++misses_;
    return agreed;
  }
  entered_ = true;
  misses_ = 0;
  last_sign_ = handshake_.now();
  if (back_ == Back::ecp) ecp_.emplace(handshake_, request_ == Request::ecp_rle);
  if (back_ == Back::byte) reverse_.emplace(handshake_, Reverse::Width::byte);
  if (back_ == Back::nibble) reverse_.emplace(handshake_, Reverse::Width::nibble);
  return {};
}

void ParallelHost::leave() {
  if (!std::exchange(entered_, false)) return;
  reverse_.reset();
  ecp_.reset();
  if (back_ == Back::epp)
    terminate_epp(handshake_);
  else
    terminate(handshake_);
}

std::size_t ParallelHost::send(std::span<const std::byte> from, Instant until) {
  std::size_t sent = 0;
  if (back_ != Back::ecp && back_ != Back::epp) {
    leave();
    sent = send_compatibility(handshake_, from, until);
  } else if (enter()) {
    sent = back_ == Back::ecp ? ecp_->send(from, until) : send_epp(handshake_, from, until);
  }
  stalled_ = sent == 0;
  if (sent > 0) last_sign_ = handshake_.now();
  return sent;
}

Result<void> ParallelHost::listen(std::string& into, Instant until) {
  if (back_ == Back::none) {
    misses_ = nobody_there(handshake_.status()) ? misses_ + 1 : 0;
    return judge();
  }
  const std::size_t before = into.size();
  check_presence();
  if (enter()) {
    bool ok = true;
    switch (back_) {
      case Back::ecp:
        ok = !ecp_->called() || ecp_->read(into, kMostAtOnce, until);
        break;
      case Back::epp:
        read_epp(handshake_, into, kMostAtOnce, until);
        break;
      default:
        ok = reverse_->read(into, kMostAtOnce, until);
        break;
    }
    if (!ok) leave();
  }
  if (into.size() > before) last_sign_ = handshake_.now();
  return judge();
}

// Whether the printer is still there is seen only in its answer to something.
void ParallelHost::check_presence() {
  if (handshake_.now() - last_sign_ >= (stalled_ ? stalled_check : idle_check)) leave();
}

Result<void> ParallelHost::judge() {
  if (handshake_.lines().failure()) return *handshake_.lines().failure();
  if (misses_ >= misses_for_dead || (misses_ >= misses_for_gone && nobody_there(handshake_.status())))
    return gone();
  return {};
}

void ParallelHost::rest() {
  if (back_ == Back::none || !enter()) return;
  if (reverse_) reverse_->rest();
}

bool ParallelHost::called() {
  if (!entered_) return false;
  if (ecp_) return ecp_->called();
  if (reverse_) return reverse_->resting() ? reverse_->called() : !handshake_.status().fault;
  return false;
}

Result<std::string> ParallelHost::device_id() {
  leave();
  return fetch_device_id(handshake_);
}

Status ParallelHost::compatibility_status() {
  leave();
  return handshake_.status();
}

bool ParallelHost::reset_printer() {
  leave();
  reset(handshake_);
  return handshake_.wait_idly([](Status s) { return !s.busy && s.ack; }, reset_patience);
}

std::string_view ParallelHost::mode_name() const {
  switch (back_) {
    case Back::nibble:
      return "nibble";
    case Back::byte:
      return "byte";
    case Back::ecp:
      return request_ == Request::ecp_rle ? "ECP with run lengths" : "ECP";
    case Back::epp:
      return "EPP";
    default:
      return "compatibility";
  }
}

}  // namespace platen::port::ieee1284
