// What a queue does when an attempt is over: counts, accounts, and writes down what became of the job.
#include <algorithm>

#include "spooler/queue/printer_queue_impl.hpp"

namespace platen::spooler {

using namespace std::chrono_literals;

namespace {

// An attempt that came no further is not repeated at once: the cause may be one that stays.
constexpr Duration kFirstPatience = 1s;
constexpr Duration kLongestPatience = 30s;
// A stopped renderer is gone after a second; longer only if the kernel holds it.
constexpr Duration kRendererGone = 5s;
// Between two tries to write to a full disk.
constexpr Duration kDiskRetry = 5s;
// A new monitor asks the printer at once; one that sleeps, or is mute, answers later than we care to wait.
constexpr Duration kPageCount = 15s;
// What a printer has in its paper path still comes out when nobody listens. More than this is not ours:
// another computer's pages, and to leave out a page is worse than to print one twice.
constexpr std::uint64_t kMostUnheard = 2;
// All that a renderer told of.
constexpr std::uint32_t kMostSides = 1'000'000;

}  // namespace

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

}  // namespace platen::spooler
