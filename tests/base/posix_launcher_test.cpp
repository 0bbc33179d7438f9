#include "base/posix_launcher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"

namespace platen {
namespace {

using namespace std::chrono_literals;

class PosixLauncherTest : public testing::Test {
 protected:
  boost::asio::io_context reactor_{one_thread};
  AlarmClock clock_{reactor_.get_executor()};
  PosixLauncher launcher_{reactor_.get_executor(), clock_};

  Result<ExitStatus> wait(Process& process, Duration span = 10s) {
    std::optional<Result<ExitStatus>> out;
    boost::asio::co_spawn(reactor_, process.wait(Deadline::in(clock_, span)),
                          [&out](std::exception_ptr, Result<ExitStatus> status) { out = std::move(status); });
    reactor_.restart();
    reactor_.run();
    return *out;
  }
};

TEST_F(PosixLauncherTest, TheExitCodeComesBack) {
  auto process = launcher_.launch({.program = "sh", .args = {"-c", "exit 3"}});
  ASSERT_TRUE(process) << process.error().sentence();
  auto status = wait(**process);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->sentence(), "exited with code 3");
}

TEST_F(PosixLauncherTest, AProgramThatIsNotThereIsNamed) {
  auto process = launcher_.launch({.program = "/no/such/program"});
  ASSERT_FALSE(process);
  EXPECT_THAT(process.error().sentence(), testing::HasSubstr("/no/such/program"));
}

TEST_F(PosixLauncherTest, AWaitEndsAtItsDeadlineAndASignalEndsTheProgram) {
  auto process = launcher_.launch({.program = "sleep", .args = {"100"}});
  ASSERT_TRUE(process);
  auto late = wait(**process, 20ms);
  ASSERT_FALSE(late);
  EXPECT_TRUE(late.error().is(Errc::timed_out));
  (*process)->signal(SIGKILL);
  auto status = wait(**process);
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->signaled);
}

// OpenPrinting/pappl-retrofit#35: it reaped whichever child ended, so that two jobs took each other's.
TEST_F(PosixLauncherTest, PapplRetrofit35_EachOfTwoProgramsGetsItsOwnEnd) {
  auto slow = launcher_.launch({.program = "sh", .args = {"-c", "sleep 0.05; exit 3"}});
  auto fast = launcher_.launch({.program = "sh", .args = {"-c", "exit 4"}});
  ASSERT_TRUE(slow && fast);
  auto first = wait(**slow);
  auto second = wait(**fast);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->sentence(), "exited with code 3");
  EXPECT_EQ(second->sentence(), "exited with code 4");
}

TEST_F(PosixLauncherTest, TheChildGetsItsDescriptorsAndNoOthers) {
  auto out = make_pipe();
  ASSERT_TRUE(out);
  Fd leaked(::dup(1));  // not close-on-exec, as some library would leave it
  Command command{.program = "sh", .args = {"-c", "ls /proc/self/fd | tr '\\n' ' ' >&7"}};
  command.descriptors.emplace(7, std::move(out->write_end));
  auto process = launcher_.launch(std::move(command));
  ASSERT_TRUE(process);
  EXPECT_TRUE(wait(**process)->ok());
  char text[100];
  const auto n = ::read(out->read_end.get(), text, sizeof text);
  ASSERT_GT(n, 0);
  // 3 is ls's own, on the folder it lists.
  EXPECT_EQ(std::string(text, static_cast<std::size_t>(n)), "0 1 2 3 7 ");
}

}  // namespace
}  // namespace platen
