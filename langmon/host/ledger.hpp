// What the monitor has told and the spooler may not know yet. Only the newest of each kind is kept, so a slow
// spooler gets fewer and newer news, never a backlog; but the end of a job is kept until it is acknowledged.
//
// Each watcher has a Cursor: what it was told already. The log is told last: it is not to delay who watches,
// and a printer that changes its mind all the time is to fill no disk.
#pragma once

#include <set>
#include <variant>
#include <vector>

#include <spdlog/logger.h>

#include "base/event.hpp"
#include "langmon/host/supply_file.hpp"
#include "langmon/monitor.hpp"
#include "langmon/wire/monitor_interface.hpp"

namespace platen::langmon {

class Ledger final : public Listener {
 public:
  Ledger(Clock& clock, boost::asio::any_io_executor executor, std::shared_ptr<spdlog::logger> log)
      : clock_(clock), changed_(std::move(executor)), log_(std::move(log)) {}

  using News = std::variant<std::monostate, wire::StatusChangedRequest, wire::JobEndedRequest,
                            wire::NeedsOperatorRequest, wire::JobProgressRequest>;
  struct Cursor {
    std::uint64_t status = 0;
    std::uint64_t progress = 0;
    std::uint64_t operator_call = 0;
    std::set<std::uint64_t> ends;
  };
  // The next thing that this watcher was not told; std::monostate when it knows all. Marks it as told.
  [[nodiscard]] News next(Cursor& cursor) const;
  // Notified whenever next() may have something.
  [[nodiscard]] Event& changed() { return changed_; }

  [[nodiscard]] std::vector<wire::JobEndReport> ended() const;
  // Errc::not_found when no such job waits to be acknowledged.
  Result<void> acknowledge(std::uint32_t job);
  // The same job is sent again: its former end is no news any more.
  void forget(std::uint32_t job);

  void status_changed(const bidi::PrinterStatus& status) override;
  void job_progress(const wire::JobProgressReport& progress) override;
  void job_ended(const wire::JobEndReport& end) override;
  void needs_operator(std::uint32_t job, const bidi::Reason& reason) override;
  void keep_supplies(std::string text) override;
  // Where supplies are kept; without one they are not. Outlives the ledger.
  void keep_in(SupplyFile& file) { supplies_ = &file; }

 private:
  template <class T>
  struct Entry {
    std::uint64_t serial = 0;  // 0: never
    T value;
  };

  void log_status();

  Clock& clock_;
  std::uint64_t serial_ = 1;
  Entry<bidi::PrinterStatus> status_{1, {}};
  Entry<wire::JobProgressReport> progress_;
  Entry<wire::NeedsOperatorRequest> call_;
  std::vector<Entry<wire::JobEndReport>> ends_;
  SupplyFile* supplies_ = nullptr;
  Event changed_;
  std::shared_ptr<spdlog::logger> log_;
  std::string logged_;                 // the status, in words
  std::unique_ptr<Alarm> log_status_;  // it is due
};

}  // namespace platen::langmon
