// What a queue hears while a job prints: of the printer, of the job on it, and of the renderer.
#include <algorithm>

#include "bidi/sentence.hpp"
#include "spooler/queue/printer_queue_impl.hpp"

namespace platen::spooler {

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
