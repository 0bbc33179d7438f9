// The monitor as a server, end to end: a spooler's RPC client over a Unix socket, a printer on TCP.
#include "langmon/host/host.hpp"

#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "port/make_port.hpp"
#include "rpc/client.hpp"
#include "tcp_laser.hpp"

namespace platen::langmon {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using wire::JobOutcome;
namespace asio = boost::asio;

// What a spooler hears in its Watch.
struct Spooler {
  Spooler() {
    callbacks.on<wire::StatusChanged>(
        [this](rpc::Call&, wire::StatusChangedRequest request) -> Task<Result<wire::CallbackReply>> {
          statuses.push_back(std::move(request.status));
          if (slow && clock) (void)co_await sleep(*clock, slow_for);
          co_return wire::CallbackReply{};
        });
    callbacks.on<wire::JobProgress>(
        [this](rpc::Call&, wire::JobProgressRequest request) -> Task<Result<wire::CallbackReply>> {
          progress.push_back(request.progress);
          co_return wire::CallbackReply{};
        });
    callbacks.on<wire::JobEnded>(
        [this](rpc::Call&, wire::JobEndedRequest request) -> Task<Result<wire::CallbackReply>> {
          ends.push_back(std::move(request.end));
          co_return wire::CallbackReply{};
        });
    callbacks.on<wire::NeedsOperator>(
        [this](rpc::Call&, wire::NeedsOperatorRequest request) -> Task<Result<wire::CallbackReply>> {
          calls.push_back(std::move(request.reason));
          co_return wire::CallbackReply{};
        });
  }
  rpc::Service callbacks{wire::kSpoolerCallbacks};
  std::vector<bidi::PrinterStatus> statuses;
  std::vector<wire::JobProgressReport> progress;
  std::vector<wire::JobEndReport> ends;
  std::vector<bidi::Reason> calls;
  Clock* clock = nullptr;
  bool slow = false;
  Duration slow_for = 200ms;
};

class HostTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "platen-host-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto made = port::make_port(printer_.uri(), reactor_.get_executor(), clock_);
    ASSERT_TRUE(made) << made.error().sentence();
    port_ = std::move(*made);
  }

  void TearDown() override {
    client_.reset();
    if (host_) {
      host_->stop();
      EXPECT_TRUE(wait([this] { return !running_; })) << "the host does not end";
    }
    printer_.stop();
    reactor_.restart();
    reactor_.run_for(50ms);
    std::filesystem::remove_all(folder_);
  }

  void start(Duration linger = 60s) {
    HostSettings settings{.socket = folder_ + "/monitor.sock", .name = "office", .linger = linger};
    settings.monitor.keep_open = false;
    host_ = std::make_unique<Host>(clock_, reactor_.get_executor(), *port_, settings);
    auto up = host_->listen();
    ASSERT_TRUE(up) << up.error().sentence();
    running_ = true;
    asio::co_spawn(reactor_, host_->run(), [this](std::exception_ptr thrown) {
      EXPECT_FALSE(thrown);
      running_ = false;
    });
  }

  template <class Condition>
  bool wait(Condition condition, Duration patience = 10s) {
    const Deadline deadline = Deadline::in(clock_, patience);
    while (!condition() && !deadline.passed(clock_)) {
      reactor_.restart();
      reactor_.run_one_for(50ms);
    }
    return condition();
  }

  template <class T>
  Result<T> get(Task<Result<T>> task) {
    std::optional<Result<T>> out;
    asio::co_spawn(reactor_, std::move(task), [&out](std::exception_ptr thrown, Result<T> value) {
      out = thrown ? Result<T>(fail(Errc::failed, "run", "a call")) : std::move(value);
    });
    wait([&out] { return out.has_value(); }, 20s);
    return out ? std::move(*out) : Result<T>(fail(Errc::timed_out, "run", "a call"));
  }

  void connect() {
    auto connected = get(rpc::Client::connect(clock_, folder_ + "/monitor.sock", wire::kMonitor, soon()));
    ASSERT_TRUE(connected) << connected.error().sentence();
    client_ = std::move(*connected);
  }
  template <class Op>
  Result<typename Op::Reply> call(typename Op::Request request) {
    return get(client_->call<Op>(std::move(request), soon()));
  }
  void watch() {
    asio::co_spawn(reactor_, client_->call<wire::Watch>({}, Deadline::in(clock_, 60s), &spooler_.callbacks),
                   [keep = client_](std::exception_ptr, const Result<wire::WatchReply>&) {});
  }
  Deadline soon() { return Deadline::in(clock_, 5s); }

  // Starts a job; what is written to data_ is its document.
  void start_job(std::uint32_t job) {
    auto pipe = make_pipe();
    ASSERT_TRUE(pipe);
    data_ = std::move(pipe->write_end);
    wire::StartDocRequest request{.job = job, .title = "Report", .user = "ada", .language = "PCL"};
    request.data = std::move(pipe->read_end);
    auto started = call<wire::StartDoc>(std::move(request));
    ASSERT_TRUE(started) << started.error().sentence();
  }
  void write(const std::string& text) {
    ASSERT_EQ(::write(data_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void finish(std::uint32_t job, bool ok = true) {
    data_.reset();
    auto finished = call<wire::FinishDoc>({.job = job, .ok = ok});
    EXPECT_TRUE(finished) << finished.error().sentence();
  }

  asio::io_context reactor_;
  AlarmClock clock_{reactor_.get_executor()};
  TcpLaser printer_{clock_, reactor_.get_executor()};
  std::string folder_;
  std::unique_ptr<port::Port> port_;
  std::unique_ptr<Host> host_;
  bool running_ = false;
  std::shared_ptr<rpc::Client> client_;
  Spooler spooler_;
  Fd data_;
};

TEST_F(HostTest, AJobGoesFromThePipeToThePrinterAndItsEndIsCalledBack) {
  start();
  connect();
  auto hello = call<wire::Hello>({.spooler_version = "test"});
  ASSERT_TRUE(hello) << hello.error().sentence();
  EXPECT_EQ(hello->port_uri, printer_.uri());
  EXPECT_EQ(hello->pid, ::getpid());
  watch();
  ASSERT_TRUE(wait(
      [this] { return !spooler_.statuses.empty() && spooler_.statuses.back().state == bidi::State::idle; }));
  start_job(17);
  write("one\f\ntwo\f\n");
  ASSERT_TRUE(wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 2; }));
  finish(17);
  ASSERT_TRUE(wait([this] { return !spooler_.ends.empty(); }));
  EXPECT_EQ(spooler_.ends[0].job, 17U);
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed);
  EXPECT_EQ(spooler_.ends[0].pages_out, 2U);
  ASSERT_EQ(printer_.laser().jobs().size(), 1U);
  EXPECT_EQ(printer_.laser().jobs()[0].data, "one\f\ntwo\f\n");
}

TEST_F(HostTest, StatusAndSuppliesAreCalledBackLive) {
  start();
  connect();
  watch();
  ASSERT_TRUE(wait(
      [this] { return !spooler_.statuses.empty() && spooler_.statuses.back().state == bidi::State::idle; }));
  printer_.laser().black = 7;
  printer_.laser().device(40021, "12 PRINTER OPEN", false);
  EXPECT_TRUE(wait([this] { return spooler_.statuses.back().message == "12 PRINTER OPEN"; }, 1s));
  EXPECT_TRUE(wait([this] { return spooler_.statuses.back().supplies.at(0).level == 7; }));
}

TEST_F(HostTest, ASpoolerThatIsLostMidJobFindsTheJobsEndWhenItComesBack) {
  start();
  connect();
  watch();
  start_job(3);
  write("one\f\n");
  ASSERT_TRUE(wait([this] { return !printer_.laser().jobs().empty(); }));
  client_->close();
  client_.reset();
  write("two\f\n");
  connect();
  auto during = call<wire::Snapshot>({});
  ASSERT_TRUE(during) << during.error().sentence();
  ASSERT_TRUE(during->job);
  EXPECT_EQ(during->job->job, 3U);
  finish(3);
  client_->close();
  client_.reset();
  ASSERT_TRUE(wait([this] { return printer_.laser().jobs()[0].ended; }));
  spooler_.ends.clear();
  connect();
  watch();
  ASSERT_TRUE(wait([this] { return !spooler_.ends.empty(); })) << "told again in a new Watch";
  auto after = call<wire::Snapshot>({});
  ASSERT_TRUE(after);
  ASSERT_EQ(after->ended.size(), 1U);
  EXPECT_EQ(after->ended[0].outcome, JobOutcome::completed);
  EXPECT_EQ(after->ended[0].pages_out, 2U);
  EXPECT_TRUE(call<wire::Acknowledge>({.job = 3}));
  EXPECT_TRUE(call<wire::Snapshot>({})->ended.empty());
  EXPECT_FALSE(call<wire::Acknowledge>({.job = 3}));
}

TEST_F(HostTest, ASecondJobIsRefusedAndTheFirstCanBeCanceled) {
  start();
  connect();
  start_job(1);
  write("half\n");
  ASSERT_TRUE(wait([this] { return !printer_.laser().jobs().empty(); }));
  auto pipe = make_pipe();
  wire::StartDocRequest second{.job = 2};
  second.data = std::move(pipe->read_end);
  auto refused = call<wire::StartDoc>(std::move(second));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(Errc::busy)) << refused.error().sentence();
  auto canceled = call<wire::CancelDoc>({.job = 1});
  ASSERT_TRUE(canceled);
  EXPECT_TRUE(canceled->was_active);
  watch();
  ASSERT_TRUE(wait([this] { return !spooler_.ends.empty(); }, 1s));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::canceled);
  EXPECT_FALSE(call<wire::CancelDoc>({.job = 1})->was_active);
  start_job(2);
  write("whole\f\n");
  finish(2);
  ASSERT_TRUE(wait([this] { return spooler_.ends.size() == 2; }));
  EXPECT_EQ(spooler_.ends[1].outcome, JobOutcome::completed);
}

TEST_F(HostTest, AFileIsAJobsDataToo) {
  start();
  connect();
  const std::string path = folder_ + "/document";
  data_.reset(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  write("from a file\f\n");
  wire::StartDocRequest request{.job = 5, .title = "File", .language = "PCL", .more_to_say = false};
  request.data.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(call<wire::StartDoc>(std::move(request)));
  watch();
  ASSERT_TRUE(wait([this] { return !spooler_.ends.empty(); }));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed);
  EXPECT_EQ(printer_.laser().jobs()[0].data, "from a file\f\n");
}

TEST_F(HostTest, AJobWithoutDataIsRefused) {
  start();
  connect();
  auto refused = call<wire::StartDoc>({.job = 1});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().sentence(), HasSubstr("data"));
}

TEST_F(HostTest, AnUnpluggedPrinterInterruptsTheJobWithinASecond) {
  start();
  connect();
  watch();
  start_job(1);
  write("one\f\nhalf\n");
  ASSERT_TRUE(wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; }));
  printer_.unplug();
  ASSERT_TRUE(wait([this] { return !spooler_.ends.empty(); }, 1s));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::interrupted);
  EXPECT_EQ(spooler_.ends[0].pages_out, 1U);
  EXPECT_TRUE(wait([this] { return spooler_.statuses.back().state == bidi::State::offline; }));
}

TEST_F(HostTest, ASlowSpoolerGetsTheNewestStatusAndNoBacklog) {
  start();
  connect();
  spooler_.clock = &clock_;
  spooler_.slow = true;
  watch();
  ASSERT_TRUE(wait(
      [this] { return !spooler_.statuses.empty() && spooler_.statuses.back().state == bidi::State::idle; }));
  for (int i = 1; i <= 100; ++i) {
    printer_.laser().device(10023, "Busy " + std::to_string(i), true);
    reactor_.restart();
    reactor_.run_for(2ms);
  }
  ASSERT_TRUE(wait([this] { return spooler_.statuses.back().message == "Busy 100"; }));
  EXPECT_LT(spooler_.statuses.size(), 30U);
}

TEST_F(HostTest, WhatThePrinterWantsOfAPersonIsCalledBack) {
  start();
  connect();
  watch();
  start_job(1);
  write("one\n");
  ASSERT_TRUE(wait([this] { return !printer_.laser().jobs().empty(); }));
  printer_.laser().device(41304, "Load Tray 3 A4", false);
  ASSERT_TRUE(wait([this] { return !spooler_.calls.empty(); }, 1s));
  EXPECT_THAT(spooler_.calls[0].sentence, HasSubstr("ray 3"));
}

TEST_F(HostTest, BidiQueriesAreAnsweredOverTheWire) {
  start();
  connect();
  auto fresh = call<wire::Bidi>({.action = wire::BidiAction::get_all, .path = "", .fresh = true});
  ASSERT_TRUE(fresh) << fresh.error().sentence();
  EXPECT_THAT(fresh->values, Contains(Field(&wire::BidiValue::value, "80")));
  auto unknown = call<wire::Bidi>({.action = wire::BidiAction::get, .path = "\\Nothing"});
  ASSERT_FALSE(unknown);
  EXPECT_TRUE(unknown.error().is(Errc::not_found));
  auto clean = call<wire::Maintain>({.what = wire::Maintenance::clean});
  ASSERT_FALSE(clean);
  EXPECT_TRUE(clean.error().is(Errc::unsupported));
}

TEST_F(HostTest, ASecondMonitorOnTheSameSocketIsRefused) {
  start();
  Host second(clock_, reactor_.get_executor(), *port_,
              {.socket = folder_ + "/monitor.sock", .name = "second"});
  auto up = second.listen();
  ASSERT_FALSE(up);
  EXPECT_TRUE(up.error().is(Errc::busy)) << up.error().sentence();
}

TEST_F(HostTest, AMonitorThatNobodyWantsEndsAfterItsLingerTime) {
  start(300ms);
  EXPECT_TRUE(wait([this] { return !running_; }, 3s));
}

TEST_F(HostTest, AMonitorWithASpoolerStaysAndEndsWhenTheSpoolerHasGone) {
  start(300ms);
  connect();
  watch();
  EXPECT_FALSE(wait([this] { return !running_; }, 1s));
  client_->close();
  client_.reset();
  EXPECT_TRUE(wait([this] { return !running_; }, 3s));
}

TEST_F(HostTest, AMonitorWithAJobStaysThoughItsSpoolerHasGone) {
  start(300ms);
  connect();
  start_job(1);
  write("one\n");
  client_->close();
  client_.reset();
  EXPECT_FALSE(wait([this] { return !running_; }, 1s));
  EXPECT_FALSE(printer_.laser().jobs().empty());
}

TEST_F(HostTest, QuitEndsTheProcessButNotTheJobThatPrints) {
  start();
  connect();
  watch();
  start_job(1);
  write("one\f\n");
  ASSERT_TRUE(wait([this] { return !printer_.laser().jobs().empty(); }));
  ASSERT_TRUE(call<wire::Quit>({}));
  auto pipe = make_pipe();
  wire::StartDocRequest another{.job = 2};
  another.data = std::move(pipe->read_end);
  EXPECT_FALSE(call<wire::StartDoc>(std::move(another)));
  EXPECT_TRUE(running_);
  finish(1);
  EXPECT_TRUE(wait([this] { return !running_; }));
  ASSERT_EQ(spooler_.ends.size(), 1U);
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed);
}

}  // namespace
}  // namespace platen::langmon
