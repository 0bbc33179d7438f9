// The spooler's line to one printer's platen-monitor, kept up whatever happens to that process.
//
// run() connects to a monitor that is already there (it outlives us), else starts one; says Hello, takes the
// Snapshot, and then stays in Watch, inside which the monitor calls back. A monitor that is gone is started
// again, one that does not answer in its time is killed and started again, with a growing pause between the
// tries.
//
// What the monitor has said is kept here: its latest progress, and how jobs ended, until acknowledge(). Owned
// by a PrinterQueue; one reactor. Owner's functions are called from the reactor and must not wait.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "base/event.hpp"
#include "base/launcher.hpp"
#include "base/log.hpp"
#include "langmon/wire/monitor_interface.hpp"
#include "rpc/client.hpp"
#include "spooler/background/tasks.hpp"

namespace platen::spooler {

namespace wire = langmon::wire;

struct MonitorPlace {
  std::filesystem::path program;  // platen-monitor
  std::filesystem::path socket;
  std::string uri;
  std::string printer;
  std::filesystem::path supplies;  // where the monitor keeps what it counts
};

class MonitorLink : public std::enable_shared_from_this<MonitorLink> {
 public:
  struct Owner {
    std::function<void(bidi::PrinterStatus)> status;
    std::function<void(wire::JobProgressReport)> progress;
    std::function<void(std::uint32_t, bidi::Reason)> needs_operator;
    std::function<void()> changed;  // up, down, or a job has ended
  };

  MonitorLink(Clock& clock, boost::asio::any_io_executor executor, Launcher& launcher, MonitorPlace place,
              Owner owner);
  ~MonitorLink();

  Task<void> run();  // until stop()
  void stop();       // leaves the monitor running
  // Asks the monitor to end, and sees to it that it does; then stop().
  Task<void> quit();
  // Kills the monitor, for a reason that goes to the log; run() starts another.
  void replace(const std::string& why);

  [[nodiscard]] bool up() const { return up_; }
  // Another number for each connection: what was asked of an earlier one is lost.
  [[nodiscard]] std::uint64_t session() const { return session_; }
  [[nodiscard]] const std::optional<wire::JobProgressReport>& on_port() const { return on_port_; }
  [[nodiscard]] const std::map<std::uint32_t, wire::JobEndReport>& ended() const { return ended_; }

  Task<Result<void>> acknowledge(std::uint32_t job);
  Task<Result<void>> start_doc(wire::StartDocRequest request);
  Task<Result<void>> finish_doc(std::uint32_t job, bool ok);
  Task<Result<void>> cancel_doc(std::uint32_t job);
  Task<Result<void>> use_ink(wire::UseInkRequest request);

  template <class Op>
  Task<Result<typename Op::Reply>> call(typename Op::Request request, Deadline deadline) {
    auto client = client_;
    if (!up_ || !client) co_return not_up();
    co_return co_await client->template call<Op>(std::move(request), deadline);
  }

 private:
  void serve_callbacks();
  [[nodiscard]] Error not_up() const;
  Task<Result<void>> connect();
  Task<Result<void>> launch();
  Task<Result<void>> greet();
  Task<Result<void>> look();  // Snapshot
  Task<void> watch();
  Task<bool> is_alive(std::shared_ptr<rpc::Client> client);
  Task<void> check_pulse(std::shared_ptr<rpc::Client> client);
  Task<void> pause(Duration span);
  void kill();
  void down();
  void trouble(const Error& error);

  Clock& clock_;
  Launcher& launcher_;
  MonitorPlace place_;
  Owner owner_;
  std::shared_ptr<spdlog::logger> log_;
  Tasks tasks_;
  Event stir_;
  rpc::Service callbacks_;
  std::shared_ptr<rpc::Client> client_;
  std::unique_ptr<Process> process_;  // when it was started by us
  Fd pidfd_;                          // when it was already there
  bool up_ = false;
  bool stopping_ = false;
  std::uint64_t session_ = 0;
  std::optional<wire::JobProgressReport> on_port_;
  std::map<std::uint32_t, wire::JobEndReport> ended_;
};

}  // namespace platen::spooler
