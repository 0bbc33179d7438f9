#include "port/file_port.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "play.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct FilePortTest : testing::Test {
  boost::asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  std::filesystem::path folder;

  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "platen-file-port-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  FilePort make(const std::string& name) { return FilePort(reactor.get_executor(), clock, folder / name); }
};

TEST_F(FilePortTest, AppendsWhatIsPrinted) {
  auto port = make("out");
  play(reactor, [](Port& p, Clock& c) -> Task<void> {
    const Deadline soon = Deadline::in(c, 5s);
    for (const std::string text : {"one ", "two"}) {
      auto opened = co_await p.open(soon);
      EXPECT_TRUE(opened);
      auto n = co_await p.write_some(std::as_bytes(std::span(text)), soon);
      EXPECT_EQ(n.value(), text.size());
      p.close();
    }
  }(port, clock));
  std::ifstream file(folder / "out");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "one two");
}

TEST_F(FilePortTest, AReadWaitsForItsDeadlineOrTheClose) {
  auto port = make("out");
  play(reactor, [](Port& p, Clock& c) -> Task<void> {
    auto opened = co_await p.open(Deadline::in(c, 5s));
    EXPECT_TRUE(opened);
    std::array<std::byte, 8> buffer;
    auto n = co_await p.read_some(buffer, Deadline::in(c, 10ms));
    EXPECT_TRUE(!n && n.error().is(Errc::timed_out));
    auto alarm = c.set(c.now() + 10ms, [port = &p] { port->close(); });
    auto after = co_await p.read_some(buffer, Deadline::in(c, 20s));
    EXPECT_TRUE(!after && after.error().is(Errc::closed));
  }(port, clock));
}

TEST_F(FilePortTest, RefusesWhatCouldWaitForEver) {
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  auto fifo = make("fifo"), missing = make("no/such/folder"), directory = make(".");
  for (Port* port : {static_cast<Port*>(&fifo), static_cast<Port*>(&missing), static_cast<Port*>(&directory)})
    play(reactor, [](Port& p, Clock& c) -> Task<void> {
      auto opened = co_await p.open(Deadline::in(c, 5s));
      EXPECT_FALSE(opened);
      EXPECT_FALSE(p.is_open());
    }(*port, clock));
}

TEST_F(FilePortTest, WhatIsNotOpenTakesNothing) {
  auto port = make("out");
  play(reactor, [](Port& p, Clock& c) -> Task<void> {
    auto n = co_await p.write_some(std::as_bytes(std::span("x", 1)), Deadline::in(c, 5s));
    EXPECT_TRUE(!n && n.error().is(Errc::closed));
    auto id = co_await p.device_id(Deadline::in(c, 5s));
    EXPECT_TRUE(!id && id.error().is(Errc::unsupported));
  }(port, clock));
}

}  // namespace
}  // namespace platen::port
