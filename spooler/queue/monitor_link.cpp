#include "spooler/queue/monitor_link.hpp"

#include <algorithm>

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace platen::spooler {

using namespace std::chrono_literals;

namespace {

// A monitor answers from memory; a second is far more than it needs, and this is what a loaded machine may
// add.
constexpr Duration kAnswer = 5s;
// From exec to a socket that listens: milliseconds, unless the disk must first bring the program in.
constexpr Duration kStart = 10s;
constexpr Duration kStartPoll = 20ms;
// How long one Watch lasts. Each renewal is also a sign of life and a Snapshot.
constexpr Duration kWatch = 60s;
// What a Watch may take over its time before the monitor counts as wedged.
constexpr Duration kWatchGrace = 5s;
// How soon a monitor that hangs is found out: this and kAnswer.
constexpr Duration kPulse = 10s;
// Between two tries to have a monitor: quickly at first, then never more than twice a minute (Q163219).
constexpr Duration kFirstRestart = 100ms;
constexpr Duration kLongestRestart = 30s;
// A monitor that lived this long was healthy: the next try is quick again.
constexpr Duration kMonitorHealthy = 30s;
// A killed process is gone at once, unless the kernel holds it; then another is started without waiting
// longer.
constexpr Duration kMonitorDying = 2s;

}  // namespace

MonitorLink::MonitorLink(Clock& clock, boost::asio::any_io_executor executor, Launcher& launcher,
                         MonitorPlace place, Owner owner)
    : clock_(clock),
      launcher_(launcher),
      place_(std::move(place)),
      owner_(std::move(owner)),
      log_(named_log("monitor of " + place_.printer)),
      tasks_(executor),
      stir_(executor),
      callbacks_(wire::kSpoolerCallbacks) {
  serve_callbacks();
}

MonitorLink::~MonitorLink() = default;

void MonitorLink::serve_callbacks() {
  using Answer = Task<Result<wire::CallbackReply>>;
  callbacks_.on<wire::StatusChanged>([this](rpc::Call&, wire::StatusChangedRequest request) -> Answer {
    owner_.status(std::move(request.status));
    co_return wire::CallbackReply{};
  });
  callbacks_.on<wire::JobProgress>([this](rpc::Call&, wire::JobProgressRequest request) -> Answer {
    on_port_ = request.progress;
    owner_.progress(request.progress);
    co_return wire::CallbackReply{};
  });
  callbacks_.on<wire::JobEnded>([this](rpc::Call&, wire::JobEndedRequest request) -> Answer {
    if (on_port_ && on_port_->job == request.end.job) on_port_.reset();
    ended_.insert_or_assign(request.end.job, request.end);
    owner_.changed();
    co_return wire::CallbackReply{};
  });
  callbacks_.on<wire::NeedsOperator>([this](rpc::Call&, wire::NeedsOperatorRequest request) -> Answer {
    owner_.needs_operator(request.job, std::move(request.reason));
    co_return wire::CallbackReply{};
  });
}

Task<void> MonitorLink::run() {
  auto self = shared_from_this();
  Duration wait = kFirstRestart;
  while (!stopping_) {
    auto connected = co_await connect();
    if (connected) {
      const Instant since = clock_.now();
      co_await watch();
      if (clock_.now() - since >= kMonitorHealthy) wait = kFirstRestart;
    } else if (!stopping_) {
      trouble(connected.error());
      kill();
    }
    down();
    if (stopping_) break;
    co_await pause(wait);
    wait = std::min(wait * 2, kLongestRestart);
  }
}

Task<Result<void>> MonitorLink::connect() {
  auto there = co_await rpc::Client::connect(clock_, place_.socket.string(), wire::kMonitor,
                                             Deadline::in(clock_, kAnswer));
  if (there) {
    client_ = std::move(*there);
    process_.reset();
    // Taken while the connection stands, so that the number is still this process's.
    const auto pid = client_->peer().pid;
    pidfd_ = Fd(pid == ::getpid() ? -1 : static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  } else {
    if (there.error().is(Errc::timed_out)) kill();  // it listens and does not accept: wedged
    auto launched = co_await launch();
    if (!launched) co_return launched;
  }
  co_return co_await greet();
}

Task<Result<void>> MonitorLink::launch() {
  if (process_) {
    auto gone = co_await process_->wait(Deadline::in(clock_, kMonitorDying));
    if (!gone) log_->warn("the old process {} does not end; another takes its place", process_->id());
  }
  pidfd_.reset();
  Command command;
  command.program = place_.program.string();
  command.args = {"--port", place_.uri, "--socket", place_.socket.string(), "--name", place_.printer};
  if (!place_.supplies.empty()) {
    command.args.emplace_back("--supplies");
    command.args.push_back(place_.supplies.string());
  }
  command.own_session = true;
  auto process = launcher_.launch(std::move(command));
  if (!process) co_return process.error();
  process_ = std::move(*process);
  const auto deadline = Deadline::in(clock_, kStart);
  for (;;) {
    auto client = co_await rpc::Client::connect(clock_, place_.socket.string(), wire::kMonitor, deadline);
    if (client) {
      client_ = std::move(*client);
      co_return Result<void>();
    }
    if (stopping_) co_return fail(Errc::canceled, "start the monitor of", place_.printer);
    auto status = co_await process_->wait(deadline.within(clock_, kStartPoll));
    if (status)
      co_return fail(Errc::failed, "start the monitor of", place_.printer,
                     "platen-monitor " + status->sentence() + ". Its log says why.");
    if (deadline.passed(clock_)) co_return client.error();
  }
}

Task<Result<void>> MonitorLink::greet() {
  wire::HelloRequest hello;
  hello.spooler_version = "0.1.0";
  auto reply = co_await client_->call<wire::Hello>(std::move(hello), Deadline::in(clock_, kAnswer));
  if (!reply) co_return reply.error();
  if (reply->port_uri != place_.uri)
    co_return fail(Errc::conflict, "use the monitor of", place_.printer,
                   "It serves " + reply->port_uri + " and not " + place_.uri + "; it is replaced.");
  auto looked = co_await look();
  if (!looked) co_return looked;
  up_ = true;
  ++session_;
  log_->info("up, process {}", reply->pid);
  owner_.changed();
  co_return looked;
}

Task<Result<void>> MonitorLink::look() {
  auto client = client_;
  if (!client) co_return not_up();
  wire::SnapshotRequest request;
  auto snapshot = co_await client->call<wire::Snapshot>(request, Deadline::in(clock_, kAnswer));
  if (!snapshot) co_return snapshot.error();
  on_port_ = snapshot->job;
  for (auto& end : snapshot->ended) ended_.insert_or_assign(end.job, std::move(end));
  owner_.status(std::move(snapshot->status));
  if (on_port_) owner_.progress(*on_port_);
  owner_.changed();
  co_return Result<void>();
}

Task<void> MonitorLink::watch() {
  auto client = client_;
  tasks_.start(check_pulse(client));
  while (!stopping_ && client->connected()) {
    wire::WatchRequest request;
    auto watched =
        co_await client->call<wire::Watch>(request, Deadline::in(clock_, kWatch + kWatchGrace), &callbacks_);
    if (stopping_ || !client->connected()) break;
    if (!watched) {
      // Perhaps it was us who were slow to take a callback: a monitor that answers is a good one.
      log_->warn("{}", watched.error().sentence());
      co_await pause(kFirstRestart);
    }
    if (!co_await is_alive(client)) break;
  }
}

// Looks, and again when the answer was late: it may have been us who were not given the processor. A monitor
// that does not answer then is replaced.
Task<bool> MonitorLink::is_alive(std::shared_ptr<rpc::Client> client) {
  auto looked = co_await look();
  if (!looked && looked.error().is(Errc::timed_out)) looked = co_await look();
  if (looked || stopping_ || client != client_) co_return !stopping_ && client == client_;
  if (client->connected()) replace(looked.error().sentence());
  co_return false;
}

Task<void> MonitorLink::check_pulse(std::shared_ptr<rpc::Client> client) {
  auto self = shared_from_this();
  while (!stopping_ && client->connected() && client == client_) {
    auto woken = co_await stir_.wait(clock_, Deadline::in(clock_, kPulse));
    if (!woken && client->connected() && client == client_) (void)co_await is_alive(client);
  }
}

Task<void> MonitorLink::pause(Duration span) {
  const auto deadline = Deadline::in(clock_, span);
  while (!stopping_ && !deadline.passed(clock_)) {
    auto woken = co_await stir_.wait(clock_, deadline);
    if (!woken) break;
  }
}

void MonitorLink::replace(const std::string& why) {
  log_->warn("is replaced: {}", why);
  kill();
  if (client_) client_->close();
}

void MonitorLink::kill() {
  if (process_)
    process_->signal(SIGKILL);
  else if (pidfd_)
    ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
  // One that the kernel will not let die still holds the socket open, and must not be taken for the next one.
  std::error_code ec;
  std::filesystem::remove(place_.socket, ec);
}

void MonitorLink::down() {
  if (client_) client_->close();
  client_.reset();
  on_port_.reset();
  if (!std::exchange(up_, false)) return;
  ++session_;
  stir_.notify();
  if (!stopping_) log_->warn("down");
  owner_.changed();
}

void MonitorLink::trouble(const Error& error) {
  log_->warn("{}", error.sentence());
  bidi::PrinterStatus status;
  status.state = bidi::State::offline;
  bidi::Reason reason;
  reason.keyword = "other";
  reason.severity = bidi::Severity::error;
  reason.sentence = error.sentence();
  status.reasons.push_back(std::move(reason));
  owner_.status(std::move(status));
}

void MonitorLink::stop() {
  stopping_ = true;
  stir_.notify();
  if (client_) client_->close();
}

Task<void> MonitorLink::quit() {
  auto self = shared_from_this();
  wire::QuitRequest request;
  auto asked = co_await call<wire::Quit>(request, Deadline::in(clock_, kAnswer));
  bool gone = false;
  if (asked && process_) {
    auto status = co_await process_->wait(Deadline::in(clock_, kMonitorDying));
    gone = status.has_value();
  }
  stop();
  // Asked and adopted: it ends by its own word. Else it is made to.
  if (!gone && (process_ || !asked)) kill();
  std::error_code ec;
  std::filesystem::remove(place_.socket, ec);
}

Error MonitorLink::not_up() const {
  return fail(Errc::closed, "reach the monitor of", place_.printer,
              "It is being started again; try once more.");
}

Task<Result<void>> MonitorLink::acknowledge(std::uint32_t job) {
  wire::AcknowledgeRequest request;
  request.job = job;
  auto done = co_await call<wire::Acknowledge>(request, Deadline::in(clock_, kAnswer));
  // A monitor that was started since knows nothing of that job: then there is nothing left to acknowledge.
  const bool asked = done || !(done.error().is(Errc::closed) || done.error().is(Errc::timed_out));
  if (asked) ended_.erase(job);
  if (!done) co_return done.error();
  co_return Result<void>();
}

Task<Result<void>> MonitorLink::start_doc(wire::StartDocRequest request) {
  auto done = co_await call<wire::StartDoc>(std::move(request), Deadline::in(clock_, kAnswer));
  if (!done) co_return done.error();
  co_return Result<void>();
}

Task<Result<void>> MonitorLink::finish_doc(std::uint32_t job, bool ok) {
  wire::FinishDocRequest request;
  request.job = job;
  request.ok = ok;
  auto done = co_await call<wire::FinishDoc>(request, Deadline::in(clock_, kAnswer));
  if (!done) co_return done.error();
  co_return Result<void>();
}

Task<Result<void>> MonitorLink::cancel_doc(std::uint32_t job) {
  wire::CancelDocRequest request;
  request.job = job;
  auto done = co_await call<wire::CancelDoc>(request, Deadline::in(clock_, kAnswer));
  if (!done) co_return done.error();
  co_return Result<void>();
}

Task<Result<void>> MonitorLink::use_ink(wire::UseInkRequest request) {
  auto done = co_await call<wire::UseInk>(std::move(request), Deadline::in(clock_, kAnswer));
  if (!done) co_return done.error();
  co_return Result<void>();
}

}  // namespace platen::spooler
