// What tests of the monitor as a server need: a host on a real port, and a spooler's RPC client over a Unix
// socket.
#pragma once

#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "langmon/host/host.hpp"
#include "port/make_port.hpp"
#include "recovered.hpp"
#include "rpc/client.hpp"

namespace platen::langmon {

using namespace std::chrono_literals;

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

class HostHouse : public testing::Test {
 protected:
  // Before anything else: a folder, and the port of this printer.
  void plug(const std::string& uri) {
    std::string pattern = (std::filesystem::temp_directory_path() / "platen-host-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto made = port::make_port(uri, reactor_.get_executor(), clock_);
    ASSERT_TRUE(made) << made.error().sentence();
    port_ = std::move(*made);
  }

  void TearDown() override {
    client_.reset();
    if (host_) {
      host_->stop();
      EXPECT_TRUE(wait([this] { return !running_; })) << "the host does not end";
    }
    std::filesystem::remove_all(folder_);
  }

  void start(Duration linger = 60s) {
    HostSettings settings{.socket = folder_ + "/monitor.sock",
                          .name = "office",
                          .linger = linger,
                          .supplies = folder_ + "/supplies"};
    settings.monitor.keep_open = keep_open_;
    host_ = std::make_unique<Host>(clock_, reactor_.get_executor(), *port_, settings);
    auto up = host_->listen();
    ASSERT_TRUE(up) << up.error().sentence();
    running_ = true;
    boost::asio::co_spawn(reactor_, host_->run(), [this](std::exception_ptr thrown) {
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

  // Waits, and tells how long it took (recovered.hpp).
  template <class Condition>
  bool recovers(Condition so, Duration most) {
    const Instant from = clock_.now();
    const bool did = wait(so, most);
    recovered(clock_.now() - from, most);
    return did;
  }

  template <class T>
  Result<T> get(Task<Result<T>> task) {
    std::optional<Result<T>> out;
    boost::asio::co_spawn(reactor_, std::move(task), [&out](std::exception_ptr thrown, Result<T> value) {
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
    boost::asio::co_spawn(reactor_,
                          client_->call<wire::Watch>({}, Deadline::in(clock_, 60s), &spooler_.callbacks),
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

  boost::asio::io_context reactor_{one_thread};
  AlarmClock clock_{reactor_.get_executor()};
  std::string folder_;
  std::unique_ptr<port::Port> port_;
  std::unique_ptr<Host> host_;
  bool running_ = false;
  bool keep_open_ = false;
  std::shared_ptr<rpc::Client> client_;
  Spooler spooler_;
  Fd data_;
};

}  // namespace platen::langmon
