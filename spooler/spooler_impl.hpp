// What is behind class Spooler: its parts, and what they do together. Private to spooler*.cpp.
#pragma once

#include "spooler/install/auto_install.hpp"
#include "spooler/install/install.hpp"
#include "spooler/queue/printer_queue.hpp"
#include "spooler/spooler.hpp"

namespace platen::spooler {

class Spooler::Impl : public std::enable_shared_from_this<Spooler::Impl> {
 public:
  Impl(Clock& clock, boost::asio::any_io_executor executor, Launcher& launcher, Settings settings);

  // spooler.cpp: beginning, end, and what goes on in between
  Task<Result<void>> start();
  Task<void> stop();
  void abandon();  // the Spooler is being destroyed

  // spooler_printers.cpp
  Task<Result<Printer>> install(InstallRequest request, Deadline deadline, StillWanted still_wanted = {});
  void watch_ports();
  Task<Result<void>> uninstall(std::string name);
  Task<Result<Printer>> pause(std::string name, bool paused);
  Task<Result<std::vector<BidiItem>>> bidi(std::string printer, std::string action, std::string path,
                                           std::string value, bool fresh, Deadline deadline);
  Task<Result<void>> new_cartridge(std::string printer, std::string cartridge, Deadline deadline);
  Task<Result<void>> maintain(std::string printer, std::string what, Deadline deadline);
  Task<Result<std::string>> ports(Deadline deadline);

  // spooler_jobs.cpp
  Result<void> validate(const JobRequest& request) const;
  Task<Result<Job>> create(JobRequest request);
  Task<Result<Job>> add_document(std::uint32_t id, std::string type, ByteSource& document, Deadline deadline);
  Task<Result<Job>> submit(JobRequest request, ByteSource& document, Deadline deadline);
  Task<Result<Job>> cancel(std::uint32_t id);
  Task<Result<Job>> hold(std::uint32_t id);
  Task<Result<Job>> release(std::uint32_t id);
  Task<Result<Job>> restart(std::uint32_t id);
  Task<Result<Job>> alter(std::uint32_t id, Options changes);

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  Launcher& launcher_;
  Settings settings_;
  std::shared_ptr<Worker> store_worker_;
  std::shared_ptr<Worker> file_worker_;
  Book book_;
  Documents documents_;

 private:
  void start_queue(const PrinterRecord& record);
  void stir(const std::string& printer);
  Result<std::shared_ptr<PrinterQueue>> queue_of(const std::string& printer) const;
  Result<const PrinterRecord*> printer_of(const std::string& name, const std::string& operation) const;
  Result<const JobRecord*> job_of(std::uint32_t id, const std::string& operation) const;
  Task<Result<Job>> apply(std::uint32_t id, Book::JobEdit edit);
  Result<void> make_folders();
  Task<void> remove_stray_drivers();
  Task<void> keep_house();
  Task<void> tidy_up();
  JobRecord new_record(const JobRequest& request) const;

  std::shared_ptr<const QueueTools> tools_;
  std::map<std::string, std::shared_ptr<PrinterQueue>> queues_;
  std::unique_ptr<AutoInstall> auto_install_;
  std::shared_ptr<PortWatch> port_watch_;
  Tasks tasks_;
  Event bell_;
  Fd lock_;
  bool installing_ = false;
  bool tidying_ = false;
  bool stopping_ = false;
  std::map<std::uint32_t, Instant> incoming_since_;
  std::set<std::uint32_t> receiving_;         // jobs whose document is arriving now
  std::set<std::uint32_t> without_document_;  // finished jobs whose document is no longer kept
};

}  // namespace platen::spooler
