// The program platen-monitor as a person or platend starts it.
#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "base/posix_launcher.hpp"
#include "langmon/host/pipe_source.hpp"
#include "tcp_laser.hpp"

namespace platen::langmon {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace asio = boost::asio;

struct Ended {
  ExitStatus status;
  std::string out;
  std::string err;
};

class ProgramTest : public testing::Test {
 protected:
  static Task<Result<std::string>> read_all(Clock& clock, Fd from) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto source = make_source(clock, executor, std::move(from));
    if (!source) co_return source.error();
    std::string all;
    std::array<std::byte, 4096> buffer{};
    for (;;) {
      auto count = co_await (*source)->read_some(buffer, Deadline::in(clock, 30s));
      if (!count) co_return count.error();
      if (*count == 0) co_return all;
      all.append(reinterpret_cast<const char*>(buffer.data()), *count);
    }
  }

  // `after` is called once the program runs.
  Ended run(std::vector<std::string> args, std::function<void(Process&)> after = {}) {
    auto out = make_pipe();
    auto err = make_pipe();
    Command command{.program = PLATEN_MONITOR, .args = std::move(args)};
    command.descriptors.emplace(1, std::move(out->write_end));
    command.descriptors.emplace(2, std::move(err->write_end));
    auto process = launcher_.launch(std::move(command));
    EXPECT_TRUE(process);
    Ended ended;
    int open = 3;
    const auto keep = [this, &open](std::string& into) {
      return [this, &open, &into](std::exception_ptr, Result<std::string> text) {
        if (text) into = *text;
        if (--open == 0) reactor_.stop();
      };
    };
    asio::co_spawn(reactor_, read_all(clock_, std::move(out->read_end)), keep(ended.out));
    asio::co_spawn(reactor_, read_all(clock_, std::move(err->read_end)), keep(ended.err));
    asio::co_spawn(reactor_, (*process)->wait(Deadline::in(clock_, 30s)),
                   [this, &open, &ended](std::exception_ptr, Result<ExitStatus> status) {
                     EXPECT_TRUE(status) << status.error().sentence();
                     if (status) ended.status = *status;
                     if (--open == 0) reactor_.stop();
                   });
    if (after) after(**process);
    reactor_.restart();
    reactor_.run_for(40s);
    return ended;
  }

  asio::io_context reactor_{one_thread};
  AlarmClock clock_{reactor_.get_executor()};
  PosixLauncher launcher_{reactor_.get_executor(), clock_};
};

TEST_F(ProgramTest, ProbeTellsWhoThePrinterIs) {
  TcpLaser printer(clock_, reactor_.get_executor());
  const Ended ended = run({"--probe", printer.uri()});
  EXPECT_TRUE(ended.status.ok()) << ended.err;
  const auto answer = boost::json::parse(ended.out).as_object();
  EXPECT_EQ(answer.at("uri"), boost::json::string(printer.uri()));
  EXPECT_EQ(answer.at("model"), "Lexmark T640");
  EXPECT_THAT(std::string(answer.at("deviceId").as_string()), HasSubstr("MDL:"));
  printer.stop();
  reactor_.restart();
  reactor_.run_for(50ms);
}

TEST_F(ProgramTest, ProbeOfAPortWhereNobodyIsSaysSo) {
  std::string uri;
  {
    asio::ip::tcp::acceptor closed(reactor_, {asio::ip::address_v4::loopback(), 0});
    uri = "socket://127.0.0.1:" + std::to_string(closed.local_endpoint().port());
  }
  const Ended ended = run({"--probe", uri});
  EXPECT_EQ(ended.status.code, 1);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr(uri));
}

TEST_F(ProgramTest, ListPortsIsAJsonArray) {
  const Ended ended = run({"--list-ports"});
  EXPECT_TRUE(ended.status.ok()) << ended.err;
  EXPECT_TRUE(boost::json::parse(ended.out).is_array());
}

TEST_F(ProgramTest, WrongArgumentsAreNamedAndExitWithTwo) {
  for (const auto& args : std::vector<std::vector<std::string>>{
           {},
           {"--port"},
           {"--nonsense", "1"},
           {"--port", "socket://127.0.0.1:1", "--socket", "/tmp/x"},
           {"--port", "a", "--socket", "b", "--name", "c", "--linger", "soon"}}) {
    const Ended ended = run(args);
    EXPECT_EQ(ended.status.code, 2) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("platen-monitor"));
  }
}

TEST_F(ProgramTest, AnUnknownKindOfPortIsNamed) {
  const Ended ended = run({"--port", "carrier-pigeon://roof", "--socket", "/tmp/never", "--name", "office"});
  EXPECT_EQ(ended.status.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("carrier-pigeon"));
}

TEST_F(ProgramTest, SigtermEndsAnIdleMonitorCleanly) {
  TcpLaser printer(clock_, reactor_.get_executor());
  std::string folder = (std::filesystem::temp_directory_path() / "platen-program-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string socket = folder + "/monitor.sock";
  std::unique_ptr<Alarm> look;
  std::function<void()> once_there;
  const Ended ended = run({"--port", printer.uri(), "--socket", socket, "--name", "office"},
                          [this, &look, &once_there, &socket](Process& process) {
                            once_there = [this, &look, &once_there, &socket, &process] {
                              if (std::filesystem::exists(socket)) return process.signal(SIGTERM);
                              asio::post(reactor_, [this, &look, &once_there] {
                                look = clock_.set(clock_.now() + 20ms, once_there);
                              });
                            };
                            look = clock_.set(clock_.now() + 20ms, once_there);
                          });
  EXPECT_TRUE(ended.status.ok()) << ended.status.sentence() << ended.err;
  EXPECT_FALSE(std::filesystem::exists(socket));
  printer.stop();
  reactor_.restart();
  reactor_.run_for(50ms);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace platen::langmon
