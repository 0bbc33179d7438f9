// Between an opened port and its loss: who are you, how are you, and the wait for work.
#include <algorithm>

#include "bidi/mapping.hpp"
#include "langmon/monitor.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {

namespace pjl = bidi::pjl;

Task<void> LanguageMonitor::serve() {
  reader_.reset();
  postscript_ = {};
  sync_.give_up();
  place_lost_ = true;  // it may still be answering what was asked before the cable came off
  heard_since_open_ = false;
  greeting_due_ = true;
  forget_conditions();
  auto id = co_await port_.device_id(Deadline::in(clock_, command_patience));
  packets_ = {};
  in_packets_ = false;
  if (id) {
    const auto known = bidi::parse_device_id(*id);
    in_packets_ = known && bidi::npap::speaks_only_packets(*known);
    tell(tracker_.device_id(*id));
  }
  Instant busy_until = clock_.now();
  while (link_.up() && !stopping_) {
    const Instant now = clock_.now();
    if (greeting_due_) {
      co_await greet();
      settled();
    } else if (job_) {
      printing_ = true;
      co_await print();
      printing_ = false;
      if (unended_) greeting_due_ = true;
      busy_until = clock_.now();
    } else if (!orders_.empty()) {
      co_await carry_out();
    } else if (may_refresh() && now >= next_refresh_) {
      co_await refresh();
      settled();
    } else if (silent_ && wanted() && now >= next_question_) {
      co_await greet();
    } else {
      if (wanted()) busy_until = now;
      if (now >= busy_until + idle_drop) co_return;
      Instant until = wanted() ? now + far_away : busy_until + idle_drop;
      if (may_refresh()) until = std::min(until, next_refresh_);
      if (silent_ && wanted()) until = std::min(until, next_question_);
      (void)co_await changed_.wait(clock_, Deadline::at(until));
    }
  }
}

Task<void> LanguageMonitor::greet() {
  greeting_due_ = false;
  refresh_due_ = false;
  if (unended_) {
    const bool ended = co_await end_aborted_job();
    if (!ended) co_return;
  }
  if (!options_.bidirectional) co_return;
  if (!ever_heard_ && silent_ && clock_.now() < next_question_) co_return;
  // A monitor that was killed may have left a job open. A job within it would never be said to have ended.
  const bool heard =
      co_await question(pjl::end_of_any_job() + pjl::subscribe() + pjl::info("ID") + pjl::info("CONFIG") +
                            pjl::info("STATUS") + pjl::info("PAGECOUNT") + pjl::info("SUPPLIES"),
                        greeting_patience);
  if (!link_.up() || stopping_) co_return;
  if (heard)
    answered();
  else
    note_silence();
}

// A printer that could not be reset is perhaps in the middle of a block of data. It may take nothing for
// long, as when it is out of paper; the next job is not kept waiting for its own cancel meanwhile.
Task<bool> LanguageMonitor::end_aborted_job() {
  const std::string end = pjl::filler() + pjl::epilogue(*unended_);
  auto rest = std::as_bytes(std::span(end));
  Instant taken_at = clock_.now();
  while (!rest.empty()) {
    if (!link_.up() || stopping_ || (job_ && job_->cancel_asked)) co_return false;
    auto taken = co_await link_.write_some(rest, Deadline::in(clock_, stall_look));
    if (taken) {
      rest = rest.subspan(*taken);
      taken_at = clock_.now();
    } else if (!taken.error().is(Errc::canceled)) {
      const Duration stalled = clock_.now() - std::max(taken_at, last_heard_);
      const bool knows_why = !ever_heard_ || status().state == bidi::State::stopped;
      if (!taken.error().is(Errc::timed_out) || stalled >= (knows_why ? mute_stall_lost : stall_lost))
        link_.lose(taken.error());
    }
  }
  unended_.reset();
  co_return true;
}

// A question would wake a printer that sleeps. Only somebody who insists may do that; the rest keeps until it
// wakes.
bool LanguageMonitor::may_refresh() const {
  return refresh_due_ && (asking_ > 0 || !bidi::sleeps(tracker_.status()));
}

Task<void> LanguageMonitor::refresh() {
  refresh_due_ = false;
  next_refresh_ = clock_.now() + refresh_gap;
  if (!options_.bidirectional || silent_) co_return;
  const bool heard = co_await question(pjl::info("STATUS") + pjl::info("PAGECOUNT") + pjl::info("SUPPLIES"),
                                       answer_patience);
  if (heard) {
    answered();
  } else if (job_) {
    refresh_due_ = true;  // the job went first
  } else if (!stopping_) {
    // It used to talk: a connection that died unnoticed looks like this.
    link_.lose(fail(Errc::timed_out, "get an answer from the printer at", port_.uri()));
  }
}

// Asks, and waits until the printer has come to the end of the question, or a job wants the port.
Task<bool> LanguageMonitor::question(std::string lines, Duration patience) {
  const std::string token = "platen-" + std::to_string(++questions_);
  const Deadline deadline = Deadline::in(clock_, patience);
  const bool job_before = job_ != nullptr;
  const bool syncing = place_lost_ && knows_echo_;
  if (syncing)
    lines = sync_.begin() + lines;
  else
    place_lost_ = false;
  auto said = co_await link_.say(pjl::envelope(lines + pjl::echo(token)));
  if (!said) co_return false;
  const Instant asked = clock_.now();
  while (echo_heard_ != token && link_.up() && !stopping_) {
    if (!job_before && job_ && heard_since_open_) break;
    if (job_ && (job_->cancel_asked || job_->verdict == Job::Verdict::bad)) break;
    if (auto woken = co_await changed_.wait(clock_, deadline); !woken) break;
  }
  const bool echoed = echo_heard_ == token;
  if (echoed || deadline.passed(clock_)) knows_echo_ = echoed;
  if (syncing && sync_.waiting() && (echoed || deadline.passed(clock_))) {
    // The ECHO itself was lost, and with it what came behind it.
    sync_.give_up();
    place_lost_ = false;
    lose_place();
  }
  // Some printers know no ECHO: any word since then will do.
  co_return echoed || (deadline.passed(clock_) && last_heard_ > asked && heard_since_open_);
}

void LanguageMonitor::settled() {
  settling_ = false;
  publish();
  changed_.notify();
}

void LanguageMonitor::answered() {
  ++answers_;
  changed_.notify();
}

void LanguageMonitor::note_silence() {
  silent_ = true;
  next_question_ = clock_.now() + silence_;
  if (ever_heard_)
    tell(tracker_.silent());
  else
    silence_ = std::min(silence_ * 2, longest_silence);
}

}  // namespace platen::langmon
