// One job on an open link: send it, wait for the printer's own word, tell how it ended.
#include <algorithm>

#include "langmon/monitor.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {

namespace pjl = bidi::pjl;
using bidi::JobNews;
using bidi::State;
using wire::JobOutcome;
using wire::JobPhase;

namespace {

std::string after_pages(std::uint32_t pages) {
  return pages == 0 ? "before the first page" : "after page " + std::to_string(pages);
}

}  // namespace

Task<void> LanguageMonitor::print() {
  Job& job = *job_;
  if (job.progress().phase != JobPhase::finishing) {
    const Sent sent = co_await send(job);
    if (sent == Sent::canceled || sent == Sent::data_failed) {
      if (job.begun) {
        co_await abort_job(job);
        reader_.reset();
        greeting_due_ = true;
      }
      if (sent == Sent::canceled)
        end_job(JobOutcome::canceled, job.cancel_asked ? ""
                                                       : "The job was canceled at the printer " +
                                                             after_pages(job.progress().pages_out) + ".");
      else
        end_job(JobOutcome::data_failed, "The document's data ended before its end.");
      co_return;
    }
    if (sent == Sent::lost) {
      if (stopping_ && job.begun) co_await abort_job(job);
      // What the printer never saw anything of simply waits for the next connection.
      if (job.begun && link_.lost()) end_job(JobOutcome::interrupted, link_.lost()->sentence());
      co_return;
    }
  }
  co_await await_end(job);
}

Task<void> LanguageMonitor::abort_job(const Job& job) {
  const bool told = co_await link_.abort_job();
  if (!told) unended_ = job.pjl();
}

bool LanguageMonitor::disturbed(const Job& job) const {
  return stopping_ || !link_.up() || job.cancel_asked || job.verdict == Job::Verdict::bad;
}

Task<LanguageMonitor::Sent> LanguageMonitor::send(Job& job) {
  DataPump& pump = job.pump(executor_, [this] { changed_.notify(); });
  std::optional<Deadline> verdict_by;
  for (;;) {
    if (job.cancel_asked) co_return Sent::canceled;
    if (!link_.up() || stopping_) co_return Sent::lost;
    if (job.verdict == Job::Verdict::bad) co_return Sent::data_failed;
    if (job.printers_end() && job.printers_end()->what == JobNews::What::canceled) co_return Sent::canceled;
    if (pump.has_data()) {
      if (!job.begun) {
        // Not before there is data: a renderer that fails at once leaves no trace on the printer.
        job.begun = true;
        job.enter(JobPhase::sending);
        publish();
        if (auto said = co_await link_.say(pjl::prologue(job.pjl())); !said) continue;
      }
      const std::vector<std::byte> chunk = pump.take();
      if (const Sent sent = co_await put(job, chunk); sent != Sent::all) co_return sent;
      continue;
    }
    if (pump.ended()) {
      if (pump.error()) co_return Sent::data_failed;
      if (job.verdict == Job::Verdict::good) break;
      if (!verdict_by) verdict_by = Deadline::in(clock_, verdict_patience);
      if (verdict_by->passed(clock_)) co_return Sent::data_failed;
    }
    (void)co_await changed_.wait(clock_, verdict_by ? *verdict_by : Deadline::in(clock_, far_away));
  }
  if (!job.begun) co_return Sent::data_failed;
  job.enter(
      JobPhase::finishing);  // first, for the printer's answer may be faster than the return of our write
  auto said = co_await link_.say(pjl::epilogue(job.pjl()));
  if (!said) co_return job.cancel_asked ? Sent::canceled : Sent::lost;
  co_return Sent::all;
}

Task<LanguageMonitor::Sent> LanguageMonitor::put(Job& job, std::span<const std::byte> bytes) {
  Instant taken_at = clock_.now();
  while (!bytes.empty()) {
    if (disturbed(job)) break;
    auto taken = co_await link_.write_some(bytes, Deadline::in(clock_, stall_look));
    if (taken) {
      bytes = bytes.subspan(*taken);
      taken_at = clock_.now();
      job.sent(*taken);
    } else if (taken.error().is(Errc::timed_out)) {
      if (!co_await may_wait_on(job, clock_.now() - std::max(taken_at, last_heard_)))
        link_.lose(fail(Errc::timed_out, "send data to the printer at", port_.uri(),
                        "It takes nothing and says nothing. Check that it is switched on, and connected."));
    } else if (!taken.error().is(Errc::canceled)) {
      link_.lose(taken.error());
    }
  }
  co_return Sent::all;  // send() looks at what disturbed us
}

// The printer takes no data. A printer that says why is waited for as long as it takes.
Task<bool> LanguageMonitor::may_wait_on(Job& job, Duration stalled) {
  if (!silent_ && status().state == State::stopped) co_return true;
  auto lines = co_await port_.status_lines(Deadline::in(clock_, command_patience));
  const bool alive = lines && (lines->paper_empty || lines->error || !lines->selected);
  if (!ever_heard_ || alive) {
    bidi::Reason reason{.keyword = lines && lines->paper_empty ? "media-empty" : "timed-out",
                        .severity = bidi::Severity::error,
                        .sentence = lines && lines->paper_empty
                                        ? "The printer is out of paper. Load paper."
                                        : "The printer takes no more data. Look at the printer."};
    if (!disturbed(job)) listener_.needs_operator(job.id(), reason);
  }
  co_return alive || stalled < (ever_heard_ ? stall_lost : mute_stall_lost);
}

Task<void> LanguageMonitor::await_end(Job& job) {
  const Instant began = clock_.now();
  Duration quiet = quiet_before_asking;
  bool ask_now = job.reconnected;
  for (;;) {
    if (job.cancel_asked) {
      co_await abort_job(job);
      reader_.reset();
      greeting_due_ = true;
      co_return end_job(JobOutcome::canceled);
    }
    if (const auto& said = job.printers_end()) {
      const bool done = said->what == JobNews::What::ended;
      co_return end_job(
          done ? JobOutcome::completed : JobOutcome::canceled,
          done ? "" : "The job was canceled at the printer " + after_pages(job.progress().pages_out) + ".");
    }
    if (!link_.up()) {
      const Error why = *link_.lost();
      co_return end_job(JobOutcome::interrupted, why.sentence());
    }
    if (stopping_) co_return;
    Deadline until = Deadline::at(std::max(began, last_heard_) + quiet);
    if (!ever_heard_) {
      until = Deadline::at(began + last_words);
      if (until.passed(clock_)) {
        // Not before the wire is empty: a printer that cannot talk may stand without paper.
        auto drained = co_await link_.drain(Deadline::in(clock_, stall_look));
        if (!drained) {
          if (drained.error().is(Errc::timed_out)) {
            if (!co_await may_wait_on(job, clock_.now() - began)) link_.lose(drained.error());
          } else if (!drained.error().is(Errc::canceled)) {
            link_.lose(drained.error());
          }
          continue;
        }
        if (disturbed(job) || ever_heard_) continue;
        co_return end_job(JobOutcome::unconfirmed,
                          "The job was sent in full. This printer does not say whether it printed it.");
      }
    } else if (ask_now || until.passed(clock_)) {
      ask_now = false;
      const bool heard = co_await question(pjl::info("STATUS"), answer_patience);
      if (disturbed(job) || job.printers_end()) continue;
      if (heard && said_ready_)
        co_return end_job(JobOutcome::unconfirmed,
                          "The printer is ready again, but did not say that it printed the job.");
      if (!heard) {
        if (job.reconnected)
          co_return end_job(
              JobOutcome::unconfirmed,
              "The job was sent in full, but the printer fell silent before it said that it printed it.");
        link_.lose(fail(Errc::timed_out, "get an answer from the printer at", port_.uri()));
        co_return;
      }
      quiet = std::min(quiet * 2, longest_quiet);
      continue;
    }
    (void)co_await changed_.wait(clock_, until);
  }
}

void LanguageMonitor::end_job(JobOutcome outcome, std::string sentence) {
  const std::unique_ptr<Job> job = std::move(job_);
  refresh_due_ = true;
  next_refresh_ = clock_.now();
  // Its end may never be told now; and the printer would seem to print for ever.
  if (outcome != JobOutcome::completed && link_.up()) forget_conditions();
  if (job->flushed() && (outcome == JobOutcome::completed || outcome == JobOutcome::unconfirmed)) {
    // PJL's END comes for such a job too: the printer has read it to its end, and thrown it away.
    outcome = JobOutcome::not_understood;
    sentence = *job->flushed();
  }
  listener_.job_ended(job->end(outcome, std::move(sentence)));
  publish();
  changed_.notify();
}

}  // namespace platen::langmon
