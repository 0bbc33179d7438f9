// The spooler's printers and jobs in memory, each change of which goes to the store and to the subscribers.
//
//   auto saved = co_await book.change_job(17, [](JobRecord& record) { record.job.state = JobState::held; });
//
// Memory is changed and announced at once; change_…() and add_…() return when the store has it on disk. As
// the store keeps the order of calls, the disk never goes back behind the memory. Pages that are out are the
// other way round: told when they are on the disk, since a page that was told is never printed again. One
// reactor.
#pragma once

#include <functional>
#include <set>

#include "spooler/store/store.hpp"
#include "spooler/store/subscription.hpp"

namespace platen::spooler {

class Book {
 public:
  Book(Clock& clock, boost::asio::any_io_executor executor, Worker& worker);

  Task<Result<void>> open(std::filesystem::path file);

  [[nodiscard]] const PrinterRecord* find_printer(const std::string& name) const;
  [[nodiscard]] const JobRecord* find_job(std::uint32_t id) const;
  [[nodiscard]] const std::map<std::string, PrinterRecord>& printers() const { return printers_; }
  [[nodiscard]] const std::map<std::uint32_t, JobRecord>& jobs() const { return jobs_; }
  // The jobs of a printer that are not over, oldest first.
  [[nodiscard]] const std::set<std::uint32_t>& open_jobs(const std::string& printer) const;
  [[nodiscard]] Printer view(const PrinterRecord& record) const;

  // An id that no job had before, even if the job that gets it is never added.
  [[nodiscard]] std::uint32_t next_job_id() { return ++last_job_; }

  Task<Result<void>> add_job(JobRecord record);
  using JobEdit = std::function<void(JobRecord&)>;
  Task<Result<void>> change_job(std::uint32_t id, JobEdit edit);
  void touch_job(std::uint32_t id, const JobEdit& edit);  // what need not survive: not written to disk
  // `out` pages are out of a job that prints; `told` is applied as they are shown. They are shown also when
  // the disk refuses them: what it has is older then, and a kill would print a page again.
  Task<Result<void>> add_pages(std::uint32_t id, std::uint32_t out, JobEdit told);
  Task<Result<void>> remove_jobs(std::vector<std::uint32_t> ids);

  Task<Result<void>> add_printer(PrinterRecord record);
  using PrinterEdit = std::function<void(PrinterRecord&)>;
  Task<Result<void>> change_printer(std::string name, PrinterEdit edit);
  void touch_printer(const std::string& name, const PrinterEdit& edit);
  Task<Result<void>> remove_printer(std::string name);  // and its jobs

  [[nodiscard]] Announcer& announcer() { return announcer_; }

 private:
  void index(const JobRecord& record);
  void announce_printer(const std::string& name);

  Clock& clock_;
  Store store_;
  Announcer announcer_;
  std::map<std::string, PrinterRecord> printers_;
  std::map<std::uint32_t, JobRecord> jobs_;
  std::map<std::string, std::set<std::uint32_t>> open_jobs_;
  std::uint32_t last_job_ = 0;
};

}  // namespace platen::spooler
