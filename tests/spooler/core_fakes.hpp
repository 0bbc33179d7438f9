// A house in one process: a printer that prints a page a second on simulated time, a monitor that speaks the
// real RPC contract for it, renderers that write a line per page, and a launcher that plays all three.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/event.hpp"
#include "base/launcher.hpp"
#include "langmon/wire/monitor_interface.hpp"
#include "rpc/server.hpp"
#include "spooler/background/tasks.hpp"

namespace platen::spooler::testing {

namespace wire = langmon::wire;
using namespace std::chrono_literals;

// What came out of the printer, whatever happened to those who sent it.
struct FakePrinter {
  std::map<std::uint32_t, std::vector<std::string>> pages;  // per job, in the order of their coming
  Duration page_time = 1s;
  bool out_of_paper = false;
  std::uint64_t page_count = 0;  // of its whole life; 0: it does not say
};

// A process that runs in our own.
class FakeProcess : public std::enable_shared_from_this<FakeProcess> {
 public:
  FakeProcess(Clock& clock, boost::asio::any_io_executor executor, std::string program, std::int64_t id);
  virtual ~FakeProcess() = default;
  virtual void on_signal(int number);  // the default dies of it
  void exit(ExitStatus status);
  Task<Result<ExitStatus>> wait(Deadline deadline);
  [[nodiscard]] const std::optional<ExitStatus>& status() const { return status_; }

  std::string program;
  std::int64_t id;
  std::vector<int> signals;

 protected:
  Clock& clock_;
  boost::asio::any_io_executor executor_;
  Event ended_;
  std::optional<ExitStatus> status_;
};

class FakeMonitor final : public FakeProcess {
 public:
  FakeMonitor(Clock& clock, boost::asio::any_io_executor executor, std::int64_t id, FakePrinter& printer,
              std::string uri);
  void begin(const std::string& socket);
  void on_signal(int number) override;

  void tell_status(bidi::PrinterStatus status);
  void end_job(wire::JobOutcome outcome);  // by the printer's word
  void drop_connections();                 // without dying
  [[nodiscard]] const std::optional<wire::JobProgressReport>& job() const { return job_; }
  [[nodiscard]] std::size_t unacknowledged() const { return ended_jobs_.size(); }

  bool deaf = false;               // answers nothing any more
  std::vector<std::string> heard;  // "StartDoc 1", "FinishDoc 1 ok"
  std::vector<wire::UseInkRequest> used;
  std::optional<Error> refuse_start;
  std::map<std::uint32_t, std::string> languages;

 private:
  void serve();
  Task<Result<wire::WatchReply>> watch(rpc::Call& call);
  Task<void> print(std::uint64_t life, Fd data);
  Task<bool> silence();
  void news();

  FakePrinter& printer_;
  std::string uri_;
  std::string socket_;
  rpc::Service service_;
  std::unique_ptr<rpc::Server> server_;
  Tasks tasks_;
  Event changed_;
  std::uint64_t version_ = 0;
  bidi::PrinterStatus printer_status_;
  std::optional<wire::JobProgressReport> job_;
  std::optional<bool> verdict_;
  std::uint64_t life_ = 0;  // of the job on the port
  std::map<std::uint32_t, wire::JobEndReport> ended_jobs_;
};

// How renderers behave. Each writes the lines "1", "2" … of its pages and takes `per_page` for each.
struct RenderScript {
  int pages = 3;
  Duration per_page = 10ms;
  int exit_code = 0;
  int fail_after = -1;  // pages, then exit_code; -1: at the end
  int dies_of = 0;      // a signal instead of an exit code
  bool deaf_to_sigterm = false;
  bool hangs = false;  // after its pages
  std::string words;   // on stderr
};

class FakeRenderer final : public FakeProcess {
 public:
  FakeRenderer(Clock& clock, boost::asio::any_io_executor executor, std::int64_t id, RenderScript script,
               Command command);
  void begin();
  void on_signal(int number) override;
  std::vector<std::string> args;

 private:
  Task<void> work();
  RenderScript script_;
  Command command_;
};

// `platen-monitor --watch-ports`, as a test plays it.
class FakeWatcher final : public FakeProcess {
 public:
  FakeWatcher(Clock& clock, boost::asio::any_io_executor executor, std::int64_t id, Fd out);
  void on_signal(int number) override;
  void say(const std::string& line);
  void arrived(const std::string& uri, const std::string& device_id);
  void left(const std::string& uri);
  void die();

 private:
  Fd out_;
};

class FakeLauncher final : public Launcher {
 public:
  FakeLauncher(Clock& clock, boost::asio::any_io_executor executor)
      : clock_(clock), executor_(std::move(executor)) {}
  Result<std::unique_ptr<Process>> launch(Command command) override;

  [[nodiscard]] std::shared_ptr<FakeMonitor> monitor() const {
    return monitors.empty() ? nullptr : monitors.back();
  }

  FakePrinter printer;
  std::vector<RenderScript> scripts;  // for the next renderers; the last one stays
  std::vector<std::shared_ptr<FakeMonitor>> monitors;
  std::vector<std::shared_ptr<FakeRenderer>> renderers;
  std::vector<std::shared_ptr<FakeWatcher>> watchers;
  std::string device_id = "MFG:Lexmark International;MDL:Lexmark T640;CLS:PRINTER;";
  std::string describes;
  int describe_exit = 0;
  bool monitors_start = true;

 private:
  Result<std::unique_ptr<Process>> answer(Command& command, const std::string& text, int code);
  Clock& clock_;
  boost::asio::any_io_executor executor_;
  std::int64_t next_id_ = 1'000'000;
};

std::string described();  // what platen-render --describe says of the fake's model

}  // namespace platen::spooler::testing
