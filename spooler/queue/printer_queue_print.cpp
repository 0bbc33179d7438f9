// How a queue prints one job: gives it to the monitor, and stays with it until it has ended.
#include "spooler/model/requests.hpp"
#include "spooler/queue/printer_queue_impl.hpp"

namespace platen::spooler {

using namespace std::chrono_literals;

namespace {

// A monitor ends a cancelled or broken job within a second or two, and has a printer to bring back to a clean
// start.
constexpr Duration kEnding = 30s;
// The longest a page may take to be rendered on the slowest machine that we know, times ten.
constexpr Duration kRendererSilent = 10min;

}  // namespace

Task<void> PrinterQueue::print(std::uint32_t job) {
  Attempt attempt;
  attempt.job = job;
  attempt.session = link_->session();
  attempt.advanced = tools_->clock.now();
  if (const auto* printer = tools_->book.find_printer(printer_))
    attempt.count_before = printer->printer.status.page_count;
  current_ = &attempt;
  Book::JobEdit begin = [now = tools_->clock.wall()](JobRecord& record) {
    record.job.state = JobState::processing;
    record.job.reason = "job-printing";
    record.pages_before = is_raw(record.job) ? 0 : record.job.pages_done;
    record.rendered = false;
    if (!record.job.started) record.job.started = now;
  };
  if (co_await commit(job, begin)) {
    if (!wants_cancel(job)) {
      co_await send(attempt);
      if (!attempt.report) co_await follow(attempt);
    }
    co_await settle(attempt);
  }
  current_ = nullptr;
}

// A job that an earlier platend gave to this monitor.
Task<void> PrinterQueue::take_over(std::uint32_t job) {
  Attempt attempt;
  attempt.job = job;
  attempt.session = link_->session();
  attempt.advanced = tools_->clock.now();
  current_ = &attempt;
  const auto* record = tools_->book.find_job(job);
  const bool ours = record != nullptr && record->job.state == JobState::processing;
  // Whoever wrote its data is no child of ours: whether it ended well, nobody can say any more.
  attempt.resume = !ours || !(is_raw(record->job) || record->rendered);
  bool known = true;
  if (ours && attempt.resume && record->job.reason != being_canceled) {
    Book::JobEdit mark = [](JobRecord& changed) { changed.job.reason = being_resumed; };
    known = co_await commit(job, mark);
  }
  log_->info("job {} was being printed before we came; it is {}", job,
             attempt.resume ? "taken back" : "followed");
  if (known) {
    co_await follow(attempt);
    co_await settle(attempt);
  }
  current_ = nullptr;
}

Task<void> PrinterQueue::send(Attempt& attempt) {
  const auto* record = tools_->book.find_job(attempt.job);
  const auto* printer = tools_->book.find_printer(printer_);
  wire::StartDocRequest request;
  request.job = attempt.job;
  request.title = record->job.name;
  request.user = record->job.user;
  const bool raw = is_raw(record->job);
  if (!raw) request.language = printer->printer.can.personality;

  wire::JobEndReport failed;  // when it does not come to StartDoc
  failed.job = attempt.job;
  failed.outcome = wire::JobOutcome::data_failed;

  auto document = tools_->documents.open(attempt.job);
  auto pipe = make_pipe();
  if (!document || !pipe) {
    attempt.trouble = (!document ? document.error() : pipe.error()).sentence();
    attempt.report = failed;
    co_return;
  }
  request.data = raw ? std::move(*document) : std::move(pipe->read_end);
  auto started = co_await link_->start_doc(std::move(request));
  if (!started && started.error().is(Errc::timed_out)) link_->replace("it did not take a job");
  if (!started && !started.error().is(Errc::timed_out) && !started.error().is(Errc::closed)) {
    log_->warn("job {}: {}", attempt.job, started.error().sentence());
    if (started.error().is(Errc::busy)) failed.outcome = wire::JobOutcome::interrupted;
    attempt.trouble = started.error().sentence();
    attempt.report = failed;
    co_return;
  }
  // Otherwise the monitor may have it or not: the next session tells.
  if (!started || raw || wants_cancel(attempt.job)) co_return;
  auto rendering = start_renderer(attempt, std::move(*document), std::move(pipe->write_end));
  if (!rendering) {
    attempt.data_ok = false;
    attempt.trouble = rendering.error().sentence();
  }
}

Result<void> PrinterQueue::start_renderer(Attempt& attempt, Fd document, Fd output) {
  const auto* record = tools_->book.find_job(attempt.job);
  const auto* printer = tools_->book.find_printer(printer_);
  RenderPlan plan;
  plan.program = tools_->settings.libexec / "platen-render";
  plan.gpd = printer->gpd;
  plan.previews = tools_->documents.previews(attempt.job);
  plan.type = record->job.type;
  plan.title = record->job.name;
  plan.first_page = first_page(record->job);
  plan.copies = record->job.copies;
  plan.options = render_options(record->job.options);
  std::error_code ec;  // without pictures it prints all the same
  std::filesystem::create_directory(plan.previews, ec);
  std::weak_ptr<PrinterQueue> weak = weak_from_this();
  auto changed = [weak] {
    if (auto self = weak.lock()) self->on_page();
  };
  auto renderer = Renderer::start(tools_->clock, tools_->executor, tools_->launcher, std::move(plan),
                                  std::move(document), std::move(output), changed);
  if (!renderer) return renderer.error();
  attempt.renderer = std::move(*renderer);
  return {};
}

// Stays with the job until the monitor says how it ended, or is gone with it.
Task<void> PrinterQueue::follow(Attempt& attempt) {
  for (;;) {
    if (auto end = link_->ended().find(attempt.job); end != link_->ended().end()) {
      attempt.report = end->second;
      co_return;
    }
    if (link_->up() && link_->session() != attempt.session) {
      if (!link_->on_port() || link_->on_port()->job != attempt.job) co_return;
      attempt.session = link_->session();
      attempt.said_finish = attempt.said_cancel = false;
    }
    if (!link_->up() && wants_cancel(attempt.job)) co_return;
    const bool rendering = attempt.renderer && !attempt.renderer->exit();
    if (stopping_ && (tools_->clock.now() >= attempt.leave_at || (!rendering && attempt.said_finish))) {
      attempt.left = true;
      co_return;
    }
    if (link_->up()) co_await say(attempt);
    watch_over(attempt);
    co_await rest(stopping_ ? std::min(kStopGrace, kWatchdog) : kWatchdog);
  }
}

// Tells the monitor what it has to know by now.
Task<void> PrinterQueue::say(Attempt& attempt) {
  const bool cancel = attempt.resume || wants_cancel(attempt.job);
  Result<void> said;
  if (cancel && !attempt.said_cancel) {
    attempt.said_cancel = true;
    attempt.ending_since = tools_->clock.now();
    if (attempt.renderer) attempt.renderer->stop();
    said = co_await link_->cancel_doc(attempt.job);
  } else if (!cancel && !attempt.said_finish && (!attempt.renderer || attempt.renderer->exit())) {
    const bool ok = attempt.renderer ? attempt.renderer->exit()->ok() : attempt.data_ok;
    if (ok && attempt.renderer) {
      Book::JobEdit rendered = [last = attempt.renderer->last_page()](JobRecord& record) {
        record.rendered = true;
        if (last > 0) record.job.pages = last;
      };
      (void)co_await commit(attempt.job, rendered);
    }
    attempt.said_finish = true;
    if (!ok) attempt.ending_since = tools_->clock.now();
    said = co_await link_->finish_doc(attempt.job, ok);
  }
  if (said) co_return;
  log_->warn("job {}: {}", attempt.job, said.error().sentence());
  if (!attempt.ending_since) attempt.ending_since = tools_->clock.now();
  if (said.error().is(Errc::timed_out)) link_->replace("it does not answer");
}

void PrinterQueue::watch_over(Attempt& attempt) {
  const Instant now = tools_->clock.now();
  if (attempt.ending_since && now - *attempt.ending_since >= kEnding) {
    attempt.ending_since = now;
    link_->replace("it does not end job " + std::to_string(attempt.job));
  }
  if (!attempt.renderer || attempt.renderer->exit()) return;
  const auto* printer = tools_->book.find_printer(printer_);
  const auto state = printer == nullptr ? bidi::State::unknown : printer->printer.status.state;
  // A printer that waits for a person, or for its cable, holds the renderer up for as long as it likes.
  const bool flows = state == bidi::State::idle || state == bidi::State::processing;
  if (!flows) attempt.advanced = now;
  if (now - attempt.advanced >= kRendererSilent) attempt.renderer->stop();
}

}  // namespace platen::spooler
