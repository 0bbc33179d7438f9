#include "spooler/queue/printer_queue.hpp"

#include "spooler/queue/printer_queue_impl.hpp"

namespace platen::spooler {

using namespace std::chrono_literals;

namespace {

constexpr Duration kIdle = 1h;
// The link's own waits are bounded by seconds.
constexpr Duration kLinkEnds = 30s;

}  // namespace

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

}  // namespace platen::spooler
