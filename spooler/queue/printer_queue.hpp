// One printer's part of the scheduler: prints its jobs one after the other, oldest first, whatever happens to
// its monitor, to a renderer, to the printer or to us. It never stops by itself, and one bad job is one bad
// job.
//
//   auto queue = PrinterQueue::make(tools, record);
//   tasks.start(queue->run());
//   queue->stir();             // a job came, or something about one was changed
//
// What it knows of jobs it reads from the Book, also what people want of them (cancelled, held, paused): so
// there is one truth, and it survives us. One reactor.
#pragma once

#include "spooler/queue/monitor_link.hpp"
#include "spooler/queue/queue_tools.hpp"

namespace platen::spooler {

class PrinterQueue : public std::enable_shared_from_this<PrinterQueue> {
 public:
  static std::shared_ptr<PrinterQueue> make(std::shared_ptr<const QueueTools> tools,
                                            const PrinterRecord& record);

  Task<void> run();  // until stop() or remove()
  void stir();
  // Lets the printer go on with what it has. A renderer that still works is given a moment to come to its
  // end.
  void stop();
  // The printer is being uninstalled: ends its job and its monitor, and returns when both are gone.
  Task<void> remove();

  [[nodiscard]] MonitorLink& link() { return *link_; }
  [[nodiscard]] bool printing() const { return current_ != nullptr; }

 private:
  struct Attempt;
  PrinterQueue(std::shared_ptr<const QueueTools> tools, std::string printer);
  [[nodiscard]] std::optional<std::uint32_t> first_open(JobState state) const;
  [[nodiscard]] bool wants_cancel(std::uint32_t job) const;
  [[nodiscard]] bool leaving() const { return stopping_ || removing_; }
  Task<void> work();
  Task<void> rest(Duration longest);
  Task<void> print(std::uint32_t job);
  Task<void> take_over(std::uint32_t job);
  Task<void> send(Attempt& attempt);
  Result<void> start_renderer(Attempt& attempt, Fd document, Fd output);
  Task<void> follow(Attempt& attempt);
  Task<void> say(Attempt& attempt);
  void watch_over(Attempt& attempt);
  Task<void> count_unheard_pages(Attempt& attempt);
  Task<void> account(Attempt& attempt);
  Task<void> settle(Attempt& attempt);
  Task<bool> commit(std::uint32_t job, Book::JobEdit edit);
  Task<void> add_pages(std::uint32_t job, std::uint32_t out, std::string sentence);
  void on_status(const bidi::PrinterStatus& status);
  void on_progress(const wire::JobProgressReport& progress);
  void on_needs_operator(std::uint32_t job, const bidi::Reason& reason);
  void on_page();

  std::shared_ptr<const QueueTools> tools_;
  std::string printer_;
  std::shared_ptr<spdlog::logger> log_;
  Tasks tasks_;
  Event bell_;
  bool stirred_ = false;
  std::shared_ptr<MonitorLink> link_;
  Attempt* current_ = nullptr;
  Duration patience_{};  // before the next attempt, after one that came no further
  Instant not_before_{};
  bool stopping_ = false;
  bool removing_ = false;
  bool ended_ = false;
};

}  // namespace platen::spooler
