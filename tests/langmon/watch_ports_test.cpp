// `platen-monitor --watch-ports` in the rig, as platend runs it.
#include <csignal>
#include <memory>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.hpp"
#include "rigs/usb_rig.hpp"

namespace platen::langmon {
namespace {

using testing::HasSubstr;

constexpr const char* uri = "usb://043d/0123?serial=7212M3J";
constexpr int patience_ms = 20'000;

class WatchPortsTest : public testing::Test {
 protected:
  void start() {
    auto in = make_pipe();
    auto out = make_pipe();
    ASSERT_TRUE(in && out);
    pid_ = ::fork();
    ASSERT_GE(pid_, 0);
    if (pid_ == 0) {
      ::dup2(in->read_end.get(), 0);
      ::dup2(out->write_end.get(), 1);
      ::execl(PLATEN_MONITOR, "platen-monitor", "--watch-ports", nullptr);
      ::_exit(127);
    }
    in_ = std::move(in->write_end);
    out_ = std::move(out->read_end);
  }
  void TearDown() override {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  // The next line; an empty object when none comes, or its end.
  boost::json::object next() {
    std::string line;
    for (pollfd waiting{out_.get(), POLLIN, 0}; ::poll(&waiting, 1, patience_ms) == 1;) {
      char c = 0;
      if (::read(out_.get(), &c, 1) != 1) break;
      if (c == '\n') return boost::json::parse(line).as_object();
      line += c;
    }
    return {};
  }
  static std::string text(const boost::json::object& line, const char* key) {
    const auto* value = line.if_contains(key);
    return value != nullptr ? std::string(value->as_string()) : std::string();
  }
  std::string next_event() {
    const auto line = next();
    return text(line, "event") + " " + text(line, "uri");
  }
  // -1 when it has not ended in time; TearDown() ends it then.
  int exit_code() {
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    pollfd ended{process.get(), POLLIN, 0};
    if (::poll(&ended, 1, patience_ms) != 1) return -1;
    int status = 0;
    if (::waitpid(std::exchange(pid_, -1), &status, 0) < 0) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  rig::UsbRig rig_;
  pid_t pid_ = -1;
  Fd in_;
  Fd out_;
};

TEST_F(WatchPortsTest, ItTellsWhatIsThereThenWhatArrivesAndLeavesAndTakesNoPrinter) {
  rig_.tell("plug 1 E260dn usblp=1");
  start();
  const auto first = next();
  EXPECT_EQ(text(first, "event"), "arrived");
  EXPECT_EQ(text(first, "uri"), uri);
  EXPECT_EQ(text(first, "at"), "1-1");
  EXPECT_THAT(text(first, "deviceId"), HasSubstr("MDL:Lexmark E260dn;")) << "asked by the USB request";
  EXPECT_THAT(text(first, "description"), HasSubstr("Lexmark E260dn, serial number 7212M3J"));
  EXPECT_EQ(next_event(), "listed ");
  rig_.tell("plug 3 E120n");
  EXPECT_EQ(next_event(), "arrived usb://043d/00cc?at=1-3");
  rig_.tell("unplug 1");
  EXPECT_EQ(next_event(), std::string("left ") + uri);
  rig_.tell("plug 2 E260dn");
  EXPECT_EQ(next_event(), std::string("arrived ") + uri);
  EXPECT_EQ(rig_.counts(2)["claimed"], 0);
  EXPECT_EQ(rig_.counts(3)["claimed"], 0);
}

TEST_F(WatchPortsTest, APrinterThatDoesNotTellItsIdIsToldByItsNames) {
  rig_.tell("plug 1 E260dn id=none");
  start();
  EXPECT_THAT(text(next(), "deviceId"), HasSubstr("MDL:Lexmark E260dn;"));
}

TEST_F(WatchPortsTest, TwoOfTheSameSerialNumberAreToldApartAndLeaveByTheNameTheyCameWith) {
  rig_.tell("plug 1 E260dn");
  start();
  EXPECT_EQ(next_event(), std::string("arrived ") + uri);
  EXPECT_EQ(next_event(), "listed ");
  rig_.tell("plug 2 E260dn");
  EXPECT_EQ(next_event(), "arrived usb://043d/0123?at=1-2&serial=7212M3J");
  rig_.tell("unplug 1");
  EXPECT_EQ(next_event(), std::string("left ") + uri);
  rig_.tell("unplug 2");
  EXPECT_EQ(next_event(), "left usb://043d/0123?at=1-2&serial=7212M3J");
}

TEST_F(WatchPortsTest, ItEndsWhenItsInputIsClosed) {
  start();
  EXPECT_EQ(next_event(), "listed ");
  in_.reset();
  EXPECT_EQ(exit_code(), 0);
}

TEST_F(WatchPortsTest, ItEndsWhenNobodyReadsItsOutputThoughNothingHappens) {
  start();
  EXPECT_EQ(next_event(), "listed ");
  out_.reset();
  EXPECT_EQ(exit_code(), 0);
}

}  // namespace
}  // namespace platen::langmon
