// The link's keeper: opening, losing, idling, and what it costs.
#include "house.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

using bidi::State;
using testing::HasSubstr;

using LinkTest = MonitorTest;

TEST_F(LinkTest, APrinterThatIsOpenedIsAskedWhoAndHowItIs) {
  start();
  run(1s);
  const auto status = monitor_->status();
  EXPECT_EQ(status.state, State::idle);
  EXPECT_EQ(status.model, "Lexmark T640");
  EXPECT_EQ(status.page_count, 1234U);
  ASSERT_FALSE(status.supplies.empty());
  EXPECT_EQ(status.supplies[0].level, 80);
  ASSERT_FALSE(heard_.statuses.empty());
  EXPECT_EQ(heard_.statuses.back(), status);
}

TEST_F(LinkTest, Q175893_AnIdlePrinterWakesNobody) {
  start();
  run(10s);
  const int before = clock_.rings;
  run(6h);
  // One read and one wait an hour, and nothing else: no polling.
  EXPECT_LE(clock_.rings - before, 2 * 6 + 2);
  EXPECT_TRUE(port_.far().is_open());
}

TEST_F(LinkTest, Q163219_AnOfflinePrinterIsTriedWithABackOffAndItsPortIsNamed) {
  port_.far().refuse(true);
  start();
  run(1h);
  EXPECT_EQ(monitor_->status().state, State::offline);
  ASSERT_FALSE(monitor_->status().reasons.empty());
  EXPECT_THAT(monitor_->status().reasons[0].sentence, HasSubstr("memory:laser"));
  // 0.5, 1, 2, 4, 8, then every 15 s.
  EXPECT_LE(clock_.rings, 3600 / 15 + 10);
  EXPECT_LE(heard_.statuses.size(), 3U);
  port_.far().refuse(false);
  recovers([this] { return monitor_->status().state == State::idle; }, longest_back_off + 1s);
  EXPECT_EQ(monitor_->status().state, State::idle);
}

TEST_F(LinkTest, AJobDoesNotWaitForTheBackOffToPass) {
  port_.far().refuse(true);
  start();
  run(10min);
  port_.far().refuse(false);
  print(1, "page\f\n");
  recovers_with_the_end_of(1, 1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, wire::JobOutcome::completed);
}

TEST_F(LinkTest, APrinterThatIsPluggedInIsOpenedWithoutWaitingForTheBackOff) {
  port_.far().refuse(true);
  start();
  run(10min);
  port_.far().refuse(false);
  within([this] { port_.far().arrive(); });
  EXPECT_TRUE(port_.far().is_open());
  recovers([this] { return monitor_->status().state == State::idle; }, 1s);
  EXPECT_EQ(monitor_->status().state, State::idle);
}

TEST_F(LinkTest, APrinterThatIsPluggedInAndNotReadyYetIsTriedQuicklyAgain) {
  port_.far().refuse(true);
  start();
  run(10min);
  within([this] { port_.far().arrive(); });
  port_.far().refuse(false);
  run(first_back_off);
  EXPECT_TRUE(port_.far().is_open());
}

TEST_F(LinkTest, AConnectionThatIsDroppedAtOnceIsNotReopenedWithoutEnd) {
  start();
  run(1s);
  for (int i = 0; i < 600; ++i) {
    if (port_.far().is_open()) port_.far().disconnect();
    run(1s);
  }
  EXPECT_LE(port_.far().opened(), 600 / 15 + 10);
}

TEST_F(LinkTest, ANetworkPrinterThatNobodyWantsIsLeftToOthersAndItsLastStateStays) {
  start({.keep_open = false});
  run(1min);
  EXPECT_EQ(port_.far().opened(), 0) << "nobody asked for it";
  print(1, "page\f\n");
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_TRUE(port_.far().is_open());
  run(idle_drop + 5s);
  EXPECT_FALSE(port_.far().is_open());
  EXPECT_EQ(monitor_->status().state, State::idle);
  EXPECT_EQ(monitor_->status().model, "Lexmark T640");
  print(2, "page\f\n");
  run(1s);
  ASSERT_NE(end_of(2), nullptr);
  EXPECT_EQ(end_of(2)->outcome, wire::JobOutcome::completed);
}

TEST_F(LinkTest, ANetworkPrinterStaysConnectedWhileSomebodyWatches) {
  start({.keep_open = false});
  within([this] { monitor_->watch(true); });
  run(1h);
  EXPECT_TRUE(port_.far().is_open());
  EXPECT_EQ(port_.far().opened(), 1);
  within([this] { monitor_->watch(false); });
  run(idle_drop + 5s);
  EXPECT_FALSE(port_.far().is_open());
}

TEST_F(LinkTest, APrinterWithAFullBackChannelIsReadWhateverElseHappens) {
  // Some Lexmarks stop when 64 bytes of theirs are not taken.
  start();
  run(1s);
  auto document = start_job(1);
  document->write("page 1\f\n");
  run(1s);
  port_.far().stall(true);
  document->write(std::string(200'000, 'x'));
  for (int i = 0; i < 100; ++i) {
    laser_.device(10023, "Busy " + std::to_string(i), true);
    run(10ms);
    ASSERT_EQ(port_.far().unread(), 0U) << "after message " << i;
  }
  port_.far().stall(false);
  document->end();
  finish(1, true);
  laser_.device(10001, "Ready", true);
  recovers_with_the_end_of(1, 2s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, wire::JobOutcome::completed);
}

TEST_F(LinkTest, GarbageIsPassedOverAndTheNextWordIsUnderstood) {
  start();
  run(1s);
  std::string garbage;
  for (unsigned i = 0; i < 100'000; ++i) garbage += static_cast<char>(i * 2654435761U >> 13);
  laser_.say(garbage + "\f");
  run(1s);
  laser_.device(40021, "12 PRINTER OPEN", false);
  recovers([this] { return monitor_->status().message == "12 PRINTER OPEN"; }, 1s);
  EXPECT_EQ(monitor_->status().state, State::stopped);
  EXPECT_EQ(monitor_->status().message, "12 PRINTER OPEN");
}

TEST_F(LinkTest, Q158949_TheStatusIsThePrintersOwnWordsAndNeverJustPrinterError) {
  start();
  run(1s);
  laser_.device(41304, "Load Tray 3 A4", false);
  recovers([this] { return monitor_->status().message == "Load Tray 3 A4"; }, 1s);
  const auto status = monitor_->status();
  EXPECT_EQ(status.message, "Load Tray 3 A4");
  ASSERT_FALSE(status.reasons.empty());
  EXPECT_THAT(status.reasons[0].sentence, HasSubstr("ray 3"));
  laser_.device(10001, "Ready", true);
  run(1s);
  EXPECT_EQ(monitor_->status().state, State::idle);
}

TEST_F(LinkTest, AMessageWhoseFormFeedIsMissingIsUnderstoodAfterAMoment) {
  start();
  run(1s);
  laser_.say("@PJL USTATUS DEVICE\r\nCODE=40021\r\nDISPLAY=\"12 PRINTER OPEN\"\r\nONLINE=FALSE\r\n");
  run(3s);
  EXPECT_THAT(heard_.statuses,
              testing::Contains(testing::Field(&bidi::PrinterStatus::message, "12 PRINTER OPEN")));
}

}  // namespace
}  // namespace platen::langmon
