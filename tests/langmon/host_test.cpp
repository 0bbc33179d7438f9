// The monitor as a server, end to end: a spooler's RPC client over a Unix socket, a printer on TCP.
#include <fcntl.h>

#include "host_house.hpp"
#include "tcp_laser.hpp"

namespace platen::langmon {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using wire::JobOutcome;

class HostTest : public HostHouse {
 protected:
  void SetUp() override { plug(printer_.uri()); }
  void TearDown() override {
    HostHouse::TearDown();
    printer_.stop();
    reactor_.restart();
    reactor_.run_for(50ms);
  }

  TcpLaser printer_{clock_, reactor_.get_executor()};
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

TEST_F(HostTest, WhatIsKnownOfTheSuppliesOutlivesTheMonitor) {
  const auto ask = [this](wire::BidiAction action, const std::string& leaf, const std::string& value = {}) {
    auto reply = call<wire::Bidi>(
        {.action = action, .path = "\\Printer.Consumables.[Black]:" + leaf, .value = value, .fresh = false});
    if (!reply) return reply.error().sentence();
    return reply->values.at(0).value;
  };
  printer_.laser().tells_supplies = false;
  start();
  connect();
  watch();
  ASSERT_TRUE(wait([this] { return !spooler_.statuses.empty() && !spooler_.statuses.back().model.empty(); }));
  EXPECT_EQ(ask(wire::BidiAction::set, "Replaced", "true"), "true");
  EXPECT_EQ(ask(wire::BidiAction::set, "LowLevel", "35"), "35");
  wire::UseInkRequest used;
  used.uses.push_back({"black", 150.0});  // of 300 sheets
  ASSERT_TRUE(call<wire::UseInk>(std::move(used)));
  EXPECT_EQ(ask(wire::BidiAction::get, "Level"), "50");
  client_.reset();
  host_->stop();
  ASSERT_TRUE(wait([this] { return !running_; }));
  host_.reset();

  start();
  connect();
  watch();
  ASSERT_TRUE(wait([&] { return ask(wire::BidiAction::get, "Level") == "50"; }));
  EXPECT_EQ(ask(wire::BidiAction::get, "LowLevel"), "35");
  EXPECT_EQ(ask(wire::BidiAction::get, "Estimated"), "true");
  auto refused = call<wire::Bidi>({.action = wire::BidiAction::set,
                                   .path = "\\Printer.Consumables.[Black]:Level",
                                   .value = "9",
                                   .fresh = false});
  ASSERT_FALSE(refused);
  EXPECT_EQ(bidi::schema::bidi_result(refused.error(), true), 13002U);
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
  ASSERT_TRUE(recovers([this] { return !spooler_.ends.empty(); }, 1s));
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
  ASSERT_TRUE(recovers([this] { return spooler_.statuses.back().message == "Busy 100"; }, 2s));
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
