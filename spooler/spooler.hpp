// The spooler as its front doors use it: printers, jobs, and a stream of changes. It coordinates, stores and
// answers; it never touches a device, parses no page and moves no page bytes.
//
// One reactor, one thread. What has returned success is on disk.
//
//   auto job = co_await spooler.submit(request, body, deadline);
//   auto changes = spooler.subscribe();
//   while (auto batch = co_await changes->next(deadline)) …
#pragma once

#include <filesystem>
#include <memory>

#include "base/launcher.hpp"
#include "base/stream.hpp"
#include "spooler/model/model.hpp"
#include "spooler/model/settings.hpp"
#include "spooler/store/changes.hpp"

namespace platen::spooler {

class Spooler {
 public:
  Spooler(Clock& clock, boost::asio::any_io_executor executor, Launcher& launcher, Settings settings);
  ~Spooler();
  Spooler(const Spooler&) = delete;
  Spooler& operator=(const Spooler&) = delete;

  // Opens the store, takes up the jobs where they were, and starts the monitors.
  Task<Result<void>> start();
  // Lets what is printing go on without us, and returns when everything is on disk.
  Task<void> stop();

  [[nodiscard]] std::vector<Printer> printers() const;
  [[nodiscard]] std::optional<Printer> printer(const std::string& name) const;
  [[nodiscard]] std::vector<Job> jobs() const;  // oldest first
  [[nodiscard]] std::optional<Job> job(std::uint32_t id) const;
  [[nodiscard]] std::optional<std::filesystem::path> preview(std::uint32_t id, std::uint32_t page) const;

  Task<Result<Printer>> install(InstallRequest request, Deadline deadline);
  Task<Result<void>> uninstall(std::string name);
  Task<Result<Printer>> pause(std::string name, bool paused);
  Task<Result<Job>> print_test_page(std::string name);

  // Checks a request without making a job (IPP Validate-Job).
  [[nodiscard]] Result<void> validate(const JobRequest& request) const;
  // A job whose document comes later, with add_document(); held until then.
  Task<Result<Job>> create(JobRequest request);
  Task<Result<Job>> add_document(std::uint32_t id, std::string type, ByteSource& document, Deadline deadline);
  Task<Result<Job>> submit(JobRequest request, ByteSource& document, Deadline deadline);

  Task<Result<Job>> cancel(std::uint32_t id);
  Task<Result<Job>> hold(std::uint32_t id);
  Task<Result<Job>> release(std::uint32_t id);
  Task<Result<Job>> restart(std::uint32_t id);
  Task<Result<Job>> alter(std::uint32_t id, Options changes);  // name, copies, priority-free options

  struct BidiItem {
    std::string path;
    std::string type;
    std::string value;
  };
  Task<Result<std::vector<BidiItem>>> bidi(std::string printer, std::string action, std::string path,
                                           std::string value, bool fresh, Deadline deadline);
  // Says that a cartridge of the printer is new, so that its ink is counted from full on. "Black".
  Task<Result<void>> new_cartridge(std::string printer, std::string cartridge, Deadline deadline);
  Task<Result<void>> maintain(std::string printer, std::string what, Deadline deadline);  // "clean", "align"
  Task<Result<std::string>> ports(Deadline deadline);  // JSON of `platen-monitor --list-ports`

  [[nodiscard]] std::shared_ptr<Subscription> subscribe();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with its background tasks
};

}  // namespace platen::spooler
