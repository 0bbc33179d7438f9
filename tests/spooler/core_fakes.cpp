#include "core_fakes.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

namespace platen::spooler::testing {

namespace {

constexpr Duration kFar = 1h;

class ProcessHandle final : public Process {
 public:
  explicit ProcessHandle(std::shared_ptr<FakeProcess> process) : process_(std::move(process)) {}
  [[nodiscard]] std::int64_t id() const override { return process_->id; }
  Task<Result<ExitStatus>> wait(Deadline deadline) override { return process_->wait(deadline); }
  void signal(int number) override {
    if (process_->status()) return;
    process_->signals.push_back(number);
    process_->on_signal(number);
  }

 private:
  std::shared_ptr<FakeProcess> process_;
};

std::string argument(const Command& command, const std::string& name) {
  auto found = std::find(command.args.begin(), command.args.end(), name);
  return found == command.args.end() || found + 1 == command.args.end() ? "" : *(found + 1);
}

bool has(const Command& command, const std::string& name) {
  return std::find(command.args.begin(), command.args.end(), name) != command.args.end();
}

bool put(int fd, const std::string& text) {
  return fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

FakeProcess::FakeProcess(Clock& clock, boost::asio::any_io_executor executor, std::string name,
                         std::int64_t number)
    : program(std::move(name)), id(number), clock_(clock), executor_(executor), ended_(executor) {}

void FakeProcess::on_signal(int number) {
  exit({true, number});
}

void FakeProcess::exit(ExitStatus status) {
  if (status_) return;
  status_ = status;
  ended_.notify();
}

Task<Result<ExitStatus>> FakeProcess::wait(Deadline deadline) {
  auto self = shared_from_this();
  while (!status_)
    if (auto woken = co_await ended_.wait(clock_, deadline); !woken) co_return woken.error();
  co_return *status_;
}

// --- the monitor

FakeMonitor::FakeMonitor(Clock& clock, boost::asio::any_io_executor executor, std::int64_t number,
                         FakePrinter& printer, std::string uri)
    : FakeProcess(clock, executor, "platen-monitor", number),
      printer_(printer),
      uri_(std::move(uri)),
      service_(wire::kMonitor),
      tasks_(executor),
      changed_(executor) {
  printer_status_.state = bidi::State::idle;
  printer_status_.online = true;
  printer_status_.page_count = printer_.page_count;
}

void FakeMonitor::begin(const std::string& socket) {
  socket_ = socket;
  serve();
  drop_connections();
}

void FakeMonitor::drop_connections() {
  server_.reset();
  rpc::ServerOptions options;
  options.allow = [](const rpc::Peer&) { return true; };
  server_ = std::make_unique<rpc::Server>(clock_, executor_, std::move(options));
  server_->add(service_);
  if (auto up = server_->listen(socket_); !up) exit({false, 1});
}

void FakeMonitor::on_signal(int number) {
  ++life_;
  server_.reset();
  news();
  FakeProcess::on_signal(number);
}

void FakeMonitor::news() {
  ++version_;
  changed_.notify();
}

Task<bool> FakeMonitor::silence() {
  while (deaf && !status_) (void)co_await changed_.wait(clock_, Deadline::in(clock_, kFar));
  co_return true;
}

void FakeMonitor::serve() {
  service_.on<wire::Hello>([this](rpc::Call&, wire::HelloRequest) -> Task<Result<wire::HelloReply>> {
    co_await silence();
    wire::HelloReply reply;
    reply.port_uri = uri_;
    reply.pid = id;
    co_return reply;
  });
  service_.on<wire::Snapshot>([this](rpc::Call&, wire::SnapshotRequest) -> Task<Result<wire::SnapshotReply>> {
    co_await silence();
    wire::SnapshotReply reply;
    reply.status = printer_status_;
    reply.job = job_;
    for (const auto& [job, end] : ended_jobs_) reply.ended.push_back(end);
    co_return reply;
  });
  service_.on<wire::Acknowledge>(
      [this](rpc::Call&, wire::AcknowledgeRequest request) -> Task<Result<wire::AcknowledgeReply>> {
        heard.push_back("Acknowledge " + std::to_string(request.job));
        if (ended_jobs_.erase(request.job) == 0) co_return fail(Errc::not_found, "acknowledge", "that job");
        co_return wire::AcknowledgeReply{};
      });
  service_.on<wire::StartDoc>(
      [this](rpc::Call&, wire::StartDocRequest request) -> Task<Result<wire::StartDocReply>> {
        co_await silence();
        heard.push_back("StartDoc " + std::to_string(request.job));
        if (refuse_start) co_return *refuse_start;
        if (job_) co_return fail(Errc::busy, "start a job on", uri_);
        languages[request.job] = request.language;
        job_.emplace();
        job_->job = request.job;
        job_->phase = wire::JobPhase::sending;
        job_->bytes_sent = 1;  // the job's header
        verdict_.reset();
        tasks_.start(print(++life_, std::move(request.data)));
        news();
        co_return wire::StartDocReply{};
      });
  service_.on<wire::FinishDoc>(
      [this](rpc::Call&, wire::FinishDocRequest request) -> Task<Result<wire::FinishDocReply>> {
        heard.push_back("FinishDoc " + std::to_string(request.job) + (request.ok ? " ok" : " broken"));
        if (!job_ || job_->job != request.job) co_return fail(Errc::not_found, "finish", "that job");
        verdict_ = request.ok;
        news();
        co_return wire::FinishDocReply{};
      });
  service_.on<wire::CancelDoc>(
      [this](rpc::Call&, wire::CancelDocRequest request) -> Task<Result<wire::CancelDocReply>> {
        heard.push_back("CancelDoc " + std::to_string(request.job));
        wire::CancelDocReply reply;
        reply.was_active = job_ && job_->job == request.job;
        if (reply.was_active) end_job(wire::JobOutcome::canceled);
        co_return reply;
      });
  service_.on<wire::Watch>(
      [this](rpc::Call& call, wire::WatchRequest) -> Task<Result<wire::WatchReply>> { return watch(call); });
  service_.on<wire::Bidi>([this](rpc::Call&, wire::BidiRequest request) -> Task<Result<wire::BidiReply>> {
    if (request.action == wire::BidiAction::set) {
      heard.push_back("Set " + request.path + "=" + request.value);
      if (request.path.find("Black") == std::string::npos)
        co_return fail(Errc::not_found, "set", request.path);
    }
    wire::BidiReply reply;
    reply.values.push_back({request.path, "string", "T640"});
    co_return reply;
  });
  service_.on<wire::Maintain>([this](rpc::Call&, wire::MaintainRequest) -> Task<Result<wire::MaintainReply>> {
    heard.push_back("Maintain");
    co_return wire::MaintainReply{};
  });
  service_.on<wire::UseInk>(
      [this](rpc::Call&, wire::UseInkRequest request) -> Task<Result<wire::UseInkReply>> {
        used.push_back(std::move(request));
        co_return wire::UseInkReply{};
      });
  service_.on<wire::Quit>([this](rpc::Call&, wire::QuitRequest) -> Task<Result<wire::QuitReply>> {
    heard.push_back("Quit");
    FakeProcess::exit({false, 0});
    co_return wire::QuitReply{};
  });
}

Task<Result<wire::WatchReply>> FakeMonitor::watch(rpc::Call& call) {
  const Deadline until = Deadline::at(call.deadline().when() - 1s);
  std::set<std::uint32_t> told;
  std::uint64_t seen = version_ - 1;
  while (!call.canceled() && !until.passed(clock_) && !status_) {
    if (seen != version_) {
      seen = version_;
      wire::StatusChangedRequest changed;
      changed.status = printer_status_;
      auto answer = co_await call.call_back<wire::StatusChanged>(std::move(changed), until);
      if (answer && job_) {
        wire::JobProgressRequest progress;
        progress.progress = *job_;
        answer = co_await call.call_back<wire::JobProgress>(std::move(progress), until);
      }
      const auto ended = ended_jobs_;
      for (const auto& [job, end] : ended) {
        if (!answer || !told.insert(job).second) continue;
        wire::JobEndedRequest report;
        report.end = end;
        answer = co_await call.call_back<wire::JobEnded>(std::move(report), until);
      }
      if (!answer) co_return answer.error();
      for (auto one = told.begin(); one != told.end();)
        one = ended_jobs_.contains(*one) ? std::next(one) : told.erase(one);
      continue;
    }
    (void)co_await changed_.wait(clock_, until);
  }
  co_return wire::WatchReply{};
}

// Prints the lines of the data as pages, until somebody says that this was all, or none of it.
Task<void> FakeMonitor::print(std::uint64_t life, Fd data) {
  auto self = shared_from_this();
  struct stat about {};
  ::fstat(data.get(), &about);
  std::string line;
  std::optional<boost::asio::posix::stream_descriptor> pipe;
  if (!S_ISREG(about.st_mode)) pipe.emplace(executor_, data.release());
  for (;;) {
    std::array<char, 2> one{};  // so little that a renderer's pipe may fill
    std::size_t got = 0;
    if (pipe) {
      auto [ec, n] = co_await before(clock_, Deadline::in(clock_, kFar), [&pipe, &one](auto token) {
        return pipe->async_read_some(boost::asio::buffer(one), token);
      });
      got = ec ? 0 : n;
    } else {
      got = static_cast<std::size_t>(std::max<ssize_t>(::read(data.get(), one.data(), one.size()), 0));
    }
    if (life != life_) co_return;
    if (got == 0) break;
    for (std::size_t i = 0; i < got; ++i) {
      if (one[i] != '\n') {
        line += one[i];
        continue;
      }
      (void)co_await sleep(clock_, printer_.page_time);
      while (printer_.out_of_paper && life == life_)
        (void)co_await changed_.wait(clock_, Deadline::in(clock_, kFar));
      if (life != life_) co_return;
      printer_.pages[job_->job].push_back(std::exchange(line, {}));
      if (printer_.page_count > 0) printer_status_.page_count = ++printer_.page_count;
      job_->pages_out++;
      job_->bytes_sent += 2;
      news();
    }
  }
  while (!verdict_ && life == life_) (void)co_await changed_.wait(clock_, Deadline::in(clock_, kFar));
  if (life == life_) end_job(*verdict_ ? wire::JobOutcome::completed : wire::JobOutcome::data_failed);
}

void FakeMonitor::end_job(wire::JobOutcome outcome) {
  ++life_;
  wire::JobEndReport end;
  end.job = job_->job;
  end.outcome = outcome;
  end.pages_out = job_->pages_out;
  end.bytes_sent = std::max<std::uint64_t>(job_->bytes_sent, 1);
  ended_jobs_.insert_or_assign(end.job, end);
  job_.reset();
  news();
}

void FakeMonitor::tell_status(bidi::PrinterStatus status) {
  printer_status_ = std::move(status);
  news();
}

// --- the renderer

FakeRenderer::FakeRenderer(Clock& clock, boost::asio::any_io_executor executor, std::int64_t number,
                           RenderScript script, Command command)
    : FakeProcess(clock, std::move(executor), "platen-render", number),
      args(command.args),
      script_(std::move(script)),
      command_(std::move(command)) {}

void FakeRenderer::begin() {
  boost::asio::co_spawn(executor_, work(), boost::asio::detached);
}

void FakeRenderer::on_signal(int number) {
  if (number == SIGTERM && script_.deaf_to_sigterm) return;
  command_.descriptors.clear();
  FakeProcess::on_signal(number);
}

Task<void> FakeRenderer::work() {
  auto self = shared_from_this();
  put(command_.descriptors[2].get(), script_.words);
  const int first = std::max(1, std::atoi(argument(command_, "--first-page").c_str()));
  int code = script_.exit_code;
  for (int page = first; page <= script_.pages; ++page) {
    (void)co_await sleep(clock_, script_.per_page);
    if (status_) co_return;
    if (script_.fail_after >= 0 && page > script_.fail_after) break;
    if (!put(command_.descriptors[1].get(), std::to_string(page) + "\n")) {
      code = 5;
      break;
    }
    put(command_.descriptors[3].get(),
        "{\"page\":" + std::to_string(page) + ",\"bytes\":2,\"ink\":{\"black\":0.25}}\n");
  }
  if (script_.hangs) co_return;
  if (status_) co_return;
  command_.descriptors.clear();
  if (script_.dies_of != 0)
    exit({true, script_.dies_of});
  else
    exit({false, code});
}

// --- the watch over the ports

FakeWatcher::FakeWatcher(Clock& clock, boost::asio::any_io_executor executor, std::int64_t number, Fd out)
    : FakeProcess(clock, std::move(executor), "platen-monitor", number), out_(std::move(out)) {}

void FakeWatcher::on_signal(int number) {
  out_.reset();
  FakeProcess::on_signal(number);
}

void FakeWatcher::say(const std::string& line) {
  put(out_.get(), line + "\n");
}

void FakeWatcher::arrived(const std::string& uri, const std::string& device_id) {
  say(R"({"event":"arrived","uri":")" + uri + R"(","at":"1-1","deviceId":")" + device_id +
      R"(","description":"A printer"})");
}

void FakeWatcher::left(const std::string& uri) {
  say(R"({"event":"left","uri":")" + uri + "\"}");
}

void FakeWatcher::die() {
  on_signal(SIGSEGV);
}

// --- the launcher

std::string described() {
  return R"({"personality":"PCL","color":false,"duplex":true,"ppm":35,"resolutions":[600],"media":[{"name":"iso_a4_210x297mm",)"
         R"("width":21000,"height":29700,"left":423,"right":423,"top":423,"bottom":423}],"mediaDefault":"iso_a4_210x297mm",)"
         R"("sources":["tray-1"],"types":["application/octet-stream","text/plain","image/png"]})";
}

Result<std::unique_ptr<Process>> FakeLauncher::answer(Command& command, const std::string& text, int code) {
  auto process = std::make_shared<FakeProcess>(clock_, executor_, command.program, next_id_++);
  put(command.descriptors[code == 0 ? 1 : 2].get(), text);
  command.descriptors.clear();
  process->exit({false, code});
  return std::unique_ptr<Process>(std::make_unique<ProcessHandle>(process));
}

Result<std::unique_ptr<Process>> FakeLauncher::launch(Command command) {
  const auto name = command.program.substr(command.program.rfind('/') + 1);
  if (has(command, "--probe")) {
    if (device_id.empty()) return answer(command, "The printer cannot be reached.\n", 1);
    return answer(command, R"({"uri":"x","deviceId":")" + device_id + "\"}", 0);
  }
  if (has(command, "--watch-ports")) {
    auto watcher =
        std::make_shared<FakeWatcher>(clock_, executor_, next_id_++, std::move(command.descriptors[1]));
    watchers.push_back(watcher);
    return std::unique_ptr<Process>(std::make_unique<ProcessHandle>(watcher));
  }
  if (has(command, "--list-ports")) return answer(command, "[]", 0);
  if (has(command, "--describe"))
    return answer(command, describes.empty() ? described() : describes, describe_exit);
  if (name == "platen-monitor") {
    if (!monitors_start) return fail(Errc::not_found, "start", command.program);
    auto monitor =
        std::make_shared<FakeMonitor>(clock_, executor_, next_id_++, printer, argument(command, "--port"));
    monitor->begin(argument(command, "--socket"));
    monitors.push_back(monitor);
    return std::unique_ptr<Process>(std::make_unique<ProcessHandle>(monitor));
  }
  RenderScript script = scripts.empty() ? RenderScript{} : scripts.front();
  if (scripts.size() > 1) scripts.erase(scripts.begin());
  auto renderer = std::make_shared<FakeRenderer>(clock_, executor_, next_id_++, script, std::move(command));
  renderers.push_back(renderer);
  renderer->begin();
  return std::unique_ptr<Process>(std::make_unique<ProcessHandle>(renderer));
}

}  // namespace platen::spooler::testing
