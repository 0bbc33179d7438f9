// Between an opened port and its loss: who are you, how are you, and the wait for work.
#include <algorithm>

#include "langmon/monitor.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {

namespace pjl = bidi::pjl;

Task<void> LanguageMonitor::serve() {
  reader_.reset();
  postscript_ = {};
  heard_since_open_ = false;
  greeting_due_ = true;
  forget_conditions();
  auto id = co_await port_.device_id(Deadline::in(clock_, command_patience));
  if (id) tell(tracker_.device_id(*id));
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
      busy_until = clock_.now();
    } else if (refresh_due_ && now >= next_refresh_) {
      co_await refresh();
      settled();
    } else if (silent_ && wanted() && now >= next_question_) {
      co_await greet();
    } else {
      if (wanted()) busy_until = now;
      if (now >= busy_until + idle_drop) co_return;
      Instant until = wanted() ? now + far_away : busy_until + idle_drop;
      if (refresh_due_) until = std::min(until, next_refresh_);
      if (silent_ && wanted()) until = std::min(until, next_question_);
      (void)co_await changed_.wait(clock_, Deadline::at(until));
    }
  }
}

Task<void> LanguageMonitor::greet() {
  greeting_due_ = false;
  refresh_due_ = false;
  if (unended_) {
    auto said = co_await link_.say(pjl::epilogue(*unended_));
    if (!said) co_return;
    unended_.reset();
  }
  if (!options_.bidirectional) co_return;
  if (!ever_heard_ && silent_ && clock_.now() < next_question_) co_return;
  const bool heard =
      co_await question(pjl::subscribe() + pjl::info("ID") + pjl::info("CONFIG") + pjl::info("STATUS") +
                            pjl::info("PAGECOUNT") + pjl::info("SUPPLIES"),
                        greeting_patience);
  if (!link_.up() || stopping_) co_return;
  if (heard)
    answered();
  else
    note_silence();
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
  auto said = co_await link_.say(pjl::envelope(lines + pjl::echo(token)));
  if (!said) co_return false;
  const Instant asked = clock_.now();
  while (echo_heard_ != token && link_.up() && !stopping_) {
    if (!job_before && job_ && heard_since_open_) break;
    if (job_ && (job_->cancel_asked || job_->verdict == Job::Verdict::bad)) break;
    if (auto woken = co_await changed_.wait(clock_, deadline); !woken) break;
  }
  // Some printers know no ECHO: any word since then will do.
  co_return echo_heard_ == token || (deadline.passed(clock_) && last_heard_ > asked && heard_since_open_);
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
