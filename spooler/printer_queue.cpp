#include "spooler/printer_queue.hpp"

#include <algorithm>

#include "bidi/sentence.hpp"
#include "spooler/requests.hpp"

namespace platen::spooler {

using namespace std::chrono_literals;

namespace {

// An attempt that came no further is not repeated at once: the cause may be one that stays.
constexpr Duration kFirstPatience = 1s;
constexpr Duration kLongestPatience = 30s;
// A monitor ends a cancelled or broken job within a second or two, and has a printer to bring back to a clean
// start.
constexpr Duration kEnding = 30s;
// The longest a page may take to be rendered on the slowest machine that we know, times ten.
constexpr Duration kRendererSilent = 10min;
// A stopped renderer is gone after a second; longer only if the kernel holds it.
constexpr Duration kRendererGone = 5s;
// When we stop: a short document's renderer ends meanwhile, and the monitor can finish the job without us.
constexpr Duration kStopGrace = 3s;
// The watchdogs look this often.
constexpr Duration kWatchdog = 10s;
constexpr Duration kIdle = 1h;
// Between two tries to write to a full disk.
constexpr Duration kDiskRetry = 5s;
// A new monitor asks the printer at once; one that sleeps, or is mute, answers later than we care to wait.
constexpr Duration kPageCount = 15s;
// What a printer has in its paper path still comes out when nobody listens. More than this is not ours:
// another computer's pages, and to leave out a page is worse than to print one twice.
constexpr std::uint64_t kMostUnheard = 2;
// All that a renderer told of.
constexpr std::uint32_t kMostSides = 1'000'000;
// The link's own waits are bounded by seconds.
constexpr Duration kLinkEnds = 30s;

}  // namespace

// One attempt to print one job. Lives in the frame of print() or take_over().
struct PrinterQueue::Attempt {
  std::uint32_t job = 0;
  std::uint64_t session = 0;           // the link's, in which the monitor got the job
  std::shared_ptr<Renderer> renderer;  // none for RAW, and for a job that was taken over
  bool data_ok = true;                 // when there is no renderer to say so
  std::string trouble;                 // why not
  bool resume = false;                 // taken over half-way: taken back, to go on from there
  bool said_finish = false;
  bool said_cancel = false;
  std::optional<Instant> ending_since;  // we have asked for the end, or nothing else can come
  std::optional<wire::JobEndReport> report;
  bool left = false;  // we stop, the monitor goes on
  std::uint64_t bytes_sent = 0;
  std::uint32_t pages_out = 0;
  // The printer's own page counter before the first page. One that was not told yet is 0 and explains no
  // pages, since what comes later is too far from it.
  std::uint64_t count_before = 0;
  Instant advanced{};  // when its data or its pages last came further
  Instant leave_at = Instant::max();
};

std::shared_ptr<PrinterQueue> PrinterQueue::make(std::shared_ptr<const QueueTools> tools,
                                                 const PrinterRecord& record) {
  std::shared_ptr<PrinterQueue> queue(new PrinterQueue(tools, record.printer.name));
  std::weak_ptr<PrinterQueue> weak = queue;
  MonitorLink::Owner owner;
  owner.status = [weak](const bidi::PrinterStatus& status) {
    if (auto self = weak.lock()) self->on_status(status);
  };
  owner.progress = [weak](const wire::JobProgressReport& progress) {
    if (auto self = weak.lock()) self->on_progress(progress);
  };
  owner.needs_operator = [weak](std::uint32_t job, const bidi::Reason& reason) {
    if (auto self = weak.lock()) self->on_needs_operator(job, reason);
  };
  owner.changed = [weak] {
    if (auto self = weak.lock()) self->stir();
  };
  MonitorPlace place;
  place.program = tools->settings.libexec / "platen-monitor";
  place.socket = tools->settings.state / "run" / ("monitor-" + std::to_string(record.number) + ".sock");
  place.uri = record.printer.uri;
  place.printer = record.printer.name;
  place.supplies = tools->settings.state / "drivers" / record.printer.name / "supplies";
  queue->link_ = std::make_shared<MonitorLink>(tools->clock, tools->executor, tools->launcher,
                                               std::move(place), std::move(owner));
  return queue;
}

PrinterQueue::PrinterQueue(std::shared_ptr<const QueueTools> tools, std::string printer)
    : tools_(std::move(tools)),
      printer_(std::move(printer)),
      log_(named_log("queue " + printer_)),
      tasks_(tools_->executor),
      bell_(tools_->executor) {}

void PrinterQueue::stir() {
  stirred_ = true;
  bell_.notify();
}

Task<void> PrinterQueue::rest(Duration longest) {
  if (!stirred_) (void)co_await bell_.wait(tools_->clock, Deadline::in(tools_->clock, longest));
  stirred_ = false;
}

Task<void> PrinterQueue::run() {
  auto self = shared_from_this();
  tasks_.start(link_->run());
  while (!leaving()) co_await work();
  if (removing_)
    co_await link_->quit();
  else
    link_->stop();
  auto ended = co_await tasks_.ended(tools_->clock, Deadline::in(tools_->clock, kLinkEnds));
  if (!ended) log_->error("its monitor's link does not end");
  ended_ = true;
  stir();
}

void PrinterQueue::stop() {
  stopping_ = true;
  if (current_ != nullptr) current_->leave_at = tools_->clock.now() + kStopGrace;
  stir();
}

Task<void> PrinterQueue::remove() {
  auto self = shared_from_this();
  removing_ = true;
  stir();
  while (!ended_) (void)co_await bell_.wait(tools_->clock, Deadline::in(tools_->clock, kWatchdog));
}

std::optional<std::uint32_t> PrinterQueue::first_open(JobState state) const {
  for (const auto id : tools_->book.open_jobs(printer_)) {
    const Job& job = tools_->book.find_job(id)->job;
    if (job.state == state && !job.incoming) return id;
  }
  return std::nullopt;
}

bool PrinterQueue::wants_cancel(std::uint32_t job) const {
  const auto* record = tools_->book.find_job(job);
  return removing_ || record == nullptr || record->job.reason == being_canceled;
}

// One step: the first thing that there is to do, or a rest.
Task<void> PrinterQueue::work() {
  if (!link_->up()) {
    co_await rest(kIdle);
    co_return;
  }
  if (!link_->ended().empty()) {
    Attempt attempt;
    attempt.job = link_->ended().begin()->first;
    attempt.report = link_->ended().begin()->second;
    co_await settle(attempt);
    co_return;
  }
  if (link_->on_port()) {
    co_await take_over(link_->on_port()->job);
    co_return;
  }
  // The monitor does not know it: it died while we were away, or we died before we could tell it.
  if (const auto lost = first_open(JobState::processing)) {
    Attempt attempt;
    attempt.job = *lost;
    co_await settle(attempt);
    co_return;
  }
  const auto* printer = tools_->book.find_printer(printer_);
  const auto next =
      printer == nullptr || printer->printer.paused ? std::nullopt : first_open(JobState::pending);
  const Instant now = tools_->clock.now();
  if (!next)
    co_await rest(kIdle);
  else if (now < not_before_)
    co_await rest(not_before_ - now);
  else
    co_await print(*next);
}

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

// The monitor is gone, and with it the word of pages that came out since. The printer itself has counted
// them.
Task<void> PrinterQueue::count_unheard_pages(Attempt& attempt) {
  const auto deadline = Deadline::in(tools_->clock, kPageCount);
  while (!leaving() && !wants_cancel(attempt.job) && !deadline.passed(tools_->clock)) {
    const auto* printer = tools_->book.find_printer(printer_);
    const auto count = printer == nullptr ? 0 : printer->printer.status.page_count;
    if (link_->up() && link_->session() != attempt.session && count > 0) {
      const auto out = count - std::min(count, attempt.count_before);
      if (out > attempt.pages_out && out <= attempt.pages_out + kMostUnheard)
        attempt.pages_out = static_cast<std::uint32_t>(out);
      co_return;
    }
    co_await rest(deadline.left(tools_->clock));
  }
}

// Tells the monitor what the pages that came out have used. An estimate may miss a job whose monitor is gone.
Task<void> PrinterQueue::account(Attempt& attempt) {
  std::uint32_t out = attempt.pages_out;
  if (attempt.report) {
    const auto outcome = attempt.report->outcome;
    out = attempt.report->pages_out;
    const bool all = outcome == wire::JobOutcome::completed || outcome == wire::JobOutcome::unconfirmed;
    if (all && attempt.renderer) out = std::max(out, attempt.renderer->ink_on(kMostSides).sides);
  }
  if (out == 0 || !link_->up()) co_return;
  wire::UseInkRequest request;
  Renderer::Ink ink;
  if (attempt.renderer) ink = attempt.renderer->ink_on(out);
  for (const auto& [color, sheets] : ink.sheets) request.uses.push_back({color, sheets});
  request.uncounted_pages = out - ink.sides;
  auto told = co_await link_->use_ink(std::move(request));
  if (!told) log_->warn("job {}: {}", attempt.job, told.error().sentence());
}

Task<void> PrinterQueue::settle(Attempt& attempt) {
  if (attempt.renderer) {
    attempt.renderer->forget();
    if (attempt.left) co_return;
    attempt.renderer->stop();
    auto gone = co_await attempt.renderer->ended(Deadline::in(tools_->clock, kRendererGone));
    if (!gone) log_->error("job {}: its renderer cannot be ended", attempt.job);
  }
  if (attempt.left) co_return;
  if (!attempt.report && attempt.session != 0 && attempt.bytes_sent > 0)
    co_await count_unheard_pages(attempt);
  AttemptEnd end;
  end.report = attempt.report;
  end.pages_out = attempt.pages_out;
  end.renderer_sentence = attempt.trouble;
  if (attempt.renderer) {
    end.renderer = attempt.renderer->exit();
    end.renderer_sentence = attempt.renderer->sentence();
    if (end.renderer && end.renderer->ok() && attempt.renderer->last_page() > 0)
      end.pages = attempt.renderer->last_page();
  }
  bool over = true, further = true;
  const auto* record = tools_->book.find_job(attempt.job);
  if (record != nullptr && record->job.state == JobState::processing) {
    Book::JobEdit edit = [end, now = tools_->clock.wall()](JobRecord& changed) {
      conclude(changed, end, now);
    };
    if (!co_await commit(attempt.job, edit)) co_return;
    record = tools_->book.find_job(attempt.job);
    over = record == nullptr || is_over(record->job.state);
    further = over || record->job.pages_done > record->pages_before;
    if (record != nullptr) log_->info("job {}: {}", attempt.job, record->job.sentence);
    co_await account(attempt);
  }
  if (link_->ended().contains(attempt.job)) {
    auto acknowledged = co_await link_->acknowledge(attempt.job);
    if (!acknowledged) co_await rest(kFirstPatience);
  }
  patience_ = further ? Duration{} : std::clamp(patience_ * 2, kFirstPatience, kLongestPatience);
  not_before_ = tools_->clock.now() + patience_;
  if (over && tools_->job_over) tools_->job_over();
}

// Returns when it is on the disk, however long that is full; false when the job is gone, or we stop.
Task<bool> PrinterQueue::commit(std::uint32_t job, Book::JobEdit edit) {
  auto saved = co_await tools_->book.change_job(job, edit);
  while (!saved) {
    if (saved.error().is(Errc::not_found) || leaving()) co_return false;
    log_->error("job {}: {}", job, saved.error().sentence());
    co_await rest(kDiskRetry);
    Book::JobEdit as_it_is = [](JobRecord&) {};
    saved = co_await tools_->book.change_job(job, as_it_is);
  }
  co_return true;
}

void PrinterQueue::on_status(const bidi::PrinterStatus& status) {
  const auto* printer = tools_->book.find_printer(printer_);
  if (printer == nullptr || (printer->printer.status == status && !printer->printer.sentence.empty())) return;
  tools_->book.touch_printer(printer_, [&status](PrinterRecord& record) {
    record.printer.status = status;
    record.printer.sentence = bidi::sentence(status);
  });
  if (current_ != nullptr) {
    if (current_->bytes_sent == 0 && current_->session == link_->session() && status.page_count > 0)
      current_->count_before = status.page_count;
    stir();
  }
  const bool waits = status.state == bidi::State::stopped || status.state == bidi::State::offline;
  if (!waits && link_->on_port()) on_progress(*link_->on_port());
}

void PrinterQueue::on_progress(const wire::JobProgressReport& progress) {
  if (current_ == nullptr || current_->job != progress.job) return;
  const bool new_page = progress.pages_out > current_->pages_out;
  if (new_page || progress.bytes_sent > current_->bytes_sent) current_->advanced = tools_->clock.now();
  current_->pages_out = std::max(current_->pages_out, progress.pages_out);
  current_->bytes_sent = std::max(current_->bytes_sent, progress.bytes_sent);
  const auto* record = tools_->book.find_job(progress.job);
  if (record == nullptr || record->job.state != JobState::processing) return;
  const auto sentence =
      record->job.reason == being_canceled ? record->job.sentence : progress_sentence(*record, progress);
  if (new_page)
    tasks_.start(add_pages(progress.job, record->pages_before + progress.pages_out, sentence));
  else if (sentence != record->job.sentence)
    tools_->book.touch_job(progress.job, [&](JobRecord& changed) { changed.job.sentence = sentence; });
}

Task<void> PrinterQueue::add_pages(std::uint32_t job, std::uint32_t out, std::string sentence) {
  auto self = shared_from_this();
  Book::JobEdit told = [sentence](JobRecord& changed) {
    if (changed.job.reason != being_canceled) changed.job.sentence = sentence;
  };
  auto saved = co_await tools_->book.add_pages(job, out, std::move(told));
  if (!saved) log_->warn("job {}: {}", job, saved.error().sentence());
}

void PrinterQueue::on_needs_operator(std::uint32_t job, const bidi::Reason& reason) {
  const auto* record = tools_->book.find_job(job);
  if (record == nullptr || record->job.state != JobState::processing || record->job.reason == being_canceled)
    return;
  tools_->book.touch_job(job, [&reason](JobRecord& changed) { changed.job.sentence = reason.sentence; });
}

void PrinterQueue::on_page() {
  stir();
  if (current_ == nullptr || !current_->renderer) return;
  current_->advanced = tools_->clock.now();
  const auto* record = tools_->book.find_job(current_->job);
  if (record == nullptr) return;
  // Of a page that is printed several times there is one picture.
  const auto folder = tools_->documents.previews(current_->job);
  auto previews = record->job.previews;
  std::error_code ec;
  while (std::filesystem::exists(folder / (std::to_string(previews + 1) + ".png"), ec)) ++previews;
  if (previews == record->job.previews) return;
  tools_->book.touch_job(current_->job, [previews](JobRecord& changed) { changed.job.previews = previews; });
}

}  // namespace platen::spooler
