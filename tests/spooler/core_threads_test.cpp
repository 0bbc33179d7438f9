// The Spooler with its disk threads and the real clock, for the sanitizers to look at.
#include <boost/asio/co_spawn.hpp>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "core_house.hpp"

namespace platen::spooler {
namespace {

using namespace std::chrono_literals;

class Threads : public testing::House {};

Task<void> submit_some(Clock& clock, Spooler& spooler, int& done) {
  for (int i = 0; i < 10; ++i) {
    JobRequest request;
    request.printer = "T640";
    request.type = "text/plain";
    request.hold = true;
    TextSource source(std::string(100'000, 'x'));
    auto job = co_await spooler.submit(std::move(request), source, Deadline::in(clock, 1min));
    if (!job) co_return;
    auto canceled = co_await spooler.cancel(job->id);
    if (canceled) ++done;
  }
}

Task<void> begin_and_end(Clock& clock, Spooler& spooler, int& done) {
  auto started = co_await spooler.start();
  if (!started) co_return;
  auto executor = co_await boost::asio::this_coro::executor;
  Tasks tasks(executor);
  for (int i = 0; i < 4; ++i) tasks.start(submit_some(clock, spooler, done));
  (void)co_await tasks.ended(clock, Deadline::in(clock, 50s));
  co_await spooler.stop();
}

TEST_F(Threads, ManySubmittersShareTheDisksThreads) {
  add_printer();
  launcher_.monitors_start = false;
  int done = 0;
  {
    boost::asio::io_context reactor{one_thread};
    AlarmClock clock(reactor.get_executor());
    testing::FakeLauncher launcher(clock, reactor.get_executor());
    launcher.monitors_start = false;
    Settings settings;
    settings.state = folder_.path();
    Spooler spooler(clock, reactor.get_executor(), launcher, settings);
    boost::asio::co_spawn(reactor, begin_and_end(clock, spooler, done), boost::asio::detached);
    reactor.run_for(55s);
    EXPECT_TRUE(reactor.stopped()) << "the spooler does not stop";
  }
  EXPECT_EQ(done, 40);
}

// The reactor goes away with everything under way, as when platend's main ends early.
TEST_F(Threads, ASpoolerThatIsDestroyedAtWorkLeavesNothingBehind) {
  add_printer();
  int done = 0;
  for (const auto life : {0ms, 1ms, 5ms, 30ms, 100ms}) {
    boost::asio::io_context reactor{one_thread};
    AlarmClock clock(reactor.get_executor());
    testing::FakeLauncher launcher(clock, reactor.get_executor());
    Settings settings;
    settings.state = folder_.path();
    Spooler spooler(clock, reactor.get_executor(), launcher, settings);
    boost::asio::co_spawn(reactor, begin_and_end(clock, spooler, done), boost::asio::detached);
    reactor.run_for(life);
  }
  launcher_.monitors_start = false;
  start();
  EXPECT_GE(spooler_->jobs().size(), static_cast<std::size_t>(done));
}

}  // namespace
}  // namespace platen::spooler
