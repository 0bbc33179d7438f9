#include "spooler/queue/attempt.hpp"

#include <algorithm>

#include "spooler/model/document_type.hpp"
#include "spooler/queue/renderer.hpp"

namespace platen::spooler {

namespace wire = langmon::wire;

namespace {

std::string with_note(std::string sentence, const JobRecord& record) {
  return record.note.empty() ? sentence : sentence + " " + record.note;
}

void finish(JobRecord& record, JobState state, std::string reason, std::string sentence, WallTime now) {
  record.job.state = state;
  record.job.reason = std::move(reason);
  record.job.sentence = with_note(std::move(sentence), record);
  record.job.finished = now;
  record.rendered = false;
}

void again(JobRecord& record, const std::string& sentence) {
  record.job.state = JobState::pending;
  record.job.reason = "none";
  record.job.sentence = sentence.empty() ? "Waiting to be printed." : sentence;
  record.rendered = false;
}

// "The printer was lost after page 2; continued from page 3."
void interrupted(JobRecord& record, const std::string& what) {
  Job& job = record.job;
  if (is_raw(job)) {
    record.note = what + "; the whole job was sent again.";
  } else if (job.pages_done == 0) {
    record.note = what + " before the first page; started again.";
  } else {
    record.note = what + " after page " + std::to_string(job.pages_done) + "; continued from page " +
                  std::to_string(first_page(job)) + ".";
  }
  if (is_raw(job)) job.pages_done = 0;
  again(record, record.note);
}

void complete(JobRecord& record, bool confirmed, WallTime now) {
  Job& job = record.job;
  if (!confirmed && job.pages) job.pages_done = *job.pages;
  if (job.pages_done > 0 && (!job.pages || *job.pages < job.pages_done)) job.pages = job.pages_done;
  finish(record, JobState::completed, "job-completed-successfully",
         confirmed ? "Printed." : "Sent; this printer does not say when it has printed.", now);
}

bool over_its_tries(JobRecord& record, std::uint32_t most) {
  return ++record.job.attempts >= most;
}

void render_failed(JobRecord& record, const AttemptEnd& end, WallTime now) {
  record.note.clear();  // what happens now matters more
  const std::string why = end.renderer_sentence.empty() ? "The page renderer failed." : end.renderer_sentence;
  const int code = end.renderer && !end.renderer->signaled ? end.renderer->code : -1;
  if (code == static_cast<int>(RenderExit::broken))
    return finish(record, JobState::aborted, "document-format-error", why, now);
  if (code == static_cast<int>(RenderExit::unknown_type))
    return finish(record, JobState::aborted, "unsupported-document-format", why, now);
  if (code == static_cast<int>(RenderExit::arguments))
    return finish(record, JobState::aborted, "aborted-by-system", why, now);
  if (over_its_tries(record, most_render_failures)) {
    const std::string tries = " It was tried " + std::to_string(record.job.attempts) + " times.";
    return finish(record, JobState::aborted, "aborted-by-system", why + tries, now);
  }
  interrupted(record, "The page renderer failed");
}

}  // namespace

bool is_raw(const Job& job) {
  return job.type == kRawType;
}

std::uint32_t first_page(const Job& job) {
  return is_raw(job) ? 1 : job.pages_done + 1;
}

void conclude(JobRecord& record, const AttemptEnd& end, WallTime now) {
  Job& job = record.job;
  const auto out = record.pages_before + (end.report ? end.report->pages_out : end.pages_out);
  const bool came_further = out > record.pages_before;
  job.pages_done = std::max(job.pages_done, out);
  record.pages_out = 0;
  if (end.pages) job.pages = end.pages;
  // Continued behind its last page: the renderer ended well and had nothing more to draw.
  if (!end.pages && !job.pages && end.renderer && end.renderer->ok() && record.pages_before > 0 &&
      !is_raw(job))
    job.pages = record.pages_before;
  if (came_further) job.attempts = 0;

  const auto outcome = end.report ? end.report->outcome : wire::JobOutcome::interrupted;
  const bool done = outcome == wire::JobOutcome::completed || outcome == wire::JobOutcome::unconfirmed;
  if (done) return complete(record, outcome == wire::JobOutcome::completed, now);
  if (job.reason == being_canceled)
    return finish(record, JobState::canceled, "job-canceled-by-user", "Cancelled.", now);
  // Only the printer's last word is missing.
  if (!is_raw(job) && job.pages && job.pages_done >= *job.pages) return complete(record, true, now);
  if (job.reason == being_resumed) return interrupted(record, "The spooler was restarted");

  switch (outcome) {
    case wire::JobOutcome::canceled:
      return finish(record, JobState::canceled, "job-canceled-at-device", "Cancelled at the printer.", now);
    case wire::JobOutcome::not_understood:
      return finish(record, JobState::aborted, "document-format-error", end.report->sentence, now);
    case wire::JobOutcome::data_failed:
      return render_failed(record, end, now);
    default:
      break;
  }
  if (end.report && end.report->bytes_sent == 0 && !came_further)
    return again(record, record.note);  // nothing lost
  if (end.report) return interrupted(record, "The printer was lost");
  if (!came_further && over_its_tries(record, most_monitor_losses))
    return finish(record, JobState::aborted, "aborted-by-system",
                  "The printer's monitor ended " + std::to_string(job.attempts) + " times while printing it.",
                  now);
  interrupted(record, "The printer's monitor was lost");
}

std::string progress_sentence(const JobRecord& record, const wire::JobProgressReport& progress) {
  const Job& job = record.job;
  std::string sentence;
  switch (progress.phase) {
    case wire::JobPhase::connecting:
      sentence = "Waiting for the printer.";
      break;
    case wire::JobPhase::sending:
    case wire::JobPhase::finishing: {
      const auto out = record.pages_before + progress.pages_out;
      if (job.pages)
        sentence = "Printing page " + std::to_string(std::min(out + 1, *job.pages)) + " of " +
                   std::to_string(*job.pages) + ".";
      else if (out == 0)
        sentence = "Printing page 1.";
      else  // whether another page follows is not known yet
        sentence = "Printing, " + std::to_string(out) + (out == 1 ? " page so far." : " pages so far.");
      break;
    }
  }
  return with_note(sentence, record);
}

}  // namespace platen::spooler
