#include "port/scripted_port.hpp"

#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;

Task<void> play_script(Port& port, Clock& clock, std::vector<std::string>& heard) {
  auto opened = co_await port.open(Deadline::in(clock, 1s));
  EXPECT_TRUE(opened);
  for (;;) {
    std::array<std::byte, 4> buffer;
    auto n = co_await port.read_some(buffer, Deadline::in(clock, 2s));
    if (n) {
      heard.emplace_back(reinterpret_cast<const char*>(buffer.data()), *n);
    } else {
      heard.push_back(n.error().code.message());
      if (!n.error().is(Errc::timed_out)) co_return;
    }
  }
}

TEST(ScriptedPort, PlaysItsScriptAndIsThenUnplugged) {
  boost::asio::io_context reactor{one_thread};
  SimulatedClock clock(reactor.get_executor());
  ScriptedPort port(reactor.get_executor(), clock, {{.says = "hello"}, {.after = 5s, .says = "late"}});
  std::vector<std::string> heard;
  boost::asio::co_spawn(reactor, play_script(port, clock, heard), boost::asio::detached);
  EXPECT_TRUE(run_simulation(reactor, clock, 1min));
  const std::string late = make_error_code(Errc::timed_out).message();
  EXPECT_EQ(heard, (std::vector<std::string>{"hell", "o", late, late, "late", "the connection was closed"}));
  EXPECT_EQ(clock.now(), Instant(5s));
  EXPECT_FALSE(port.is_open());
}

TEST(ScriptedPort, FailsWhereTheScriptSaysSo) {
  boost::asio::io_context reactor{one_thread};
  SimulatedClock clock(reactor.get_executor());
  ScriptedPort port(reactor.get_executor(), clock, {{.error = Errc::failed}, {.says = "never"}});
  std::vector<std::string> heard;
  boost::asio::co_spawn(reactor, play_script(port, clock, heard), boost::asio::detached);
  EXPECT_TRUE(run_simulation(reactor, clock, 1min));
  EXPECT_EQ(heard, (std::vector<std::string>{"it did not work"}));
}

}  // namespace
}  // namespace platen::port
