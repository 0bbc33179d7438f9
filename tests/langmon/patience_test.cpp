// Whom the monitor waits for, how long, and what then: stopped, silent and mute printers.
#include "house.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

using testing::HasSubstr;
using wire::JobOutcome;

using PatienceTest = MonitorTest;

TEST_F(PatienceTest, PaperOutOverAWeekendIsWaitedForAndThePersonIsToldWhatIsWanted) {
  start();
  run(1s);
  auto document = start_job(1);
  document->write("one\f\n");
  run(100ms);
  laser_.device(41304, "Load Tray 3 A4", false);
  port_.far().stall(true);
  document->write(std::string(500'000, 'x') + "\f\n");
  run(1s);
  ASSERT_FALSE(heard_.calls.empty());
  EXPECT_THAT(heard_.calls[0].sentence, HasSubstr("ray 3"));
  const int before = clock_.rings;
  run(60h);
  EXPECT_EQ(end_of(1), nullptr);
  EXPECT_LE(clock_.rings - before, 60 * 60 * 2 + 200) << "a look every half minute, no more";
  EXPECT_EQ(heard_.calls.size(), 1U);
  port_.far().stall(false);
  laser_.device(10023, "Busy", true);
  document->end();
  finish(1, true);
  laser_.device(10001, "Ready", true);
  recovers_with_the_end_of(1, 5s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::completed);
}

TEST_F(PatienceTest, AJobThatStartsWhileThePrinterIsStoppedTellsThePersonWhatIsWanted) {
  start();
  run(1s);
  laser_.device(40021, "12 PRINTER OPEN", false);
  run(1s);
  start_job(1);
  ASSERT_FALSE(heard_.calls.empty());
  EXPECT_EQ(heard_.calls[0].code, 40021U);
}

TEST_F(PatienceTest, Q310703_APrinterThatTakesNothingAndSaysNothingIsGivenUpAfterAStatedTime) {
  start();
  run(1s);
  auto document = start_job(1);
  document->write("one\f\n");
  run(100ms);
  laser_.talks = false;
  port_.far().stall(true);
  document->write(std::string(500'000, 'x'));
  recovers_with_the_end_of(1, stall_lost + stall_look);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::interrupted);
  EXPECT_EQ(end_of(1)->pages_out, 1U);
  EXPECT_GE(port_.far().opened(), 2);
  port_.far().stall(false);
  laser_.talks = true;
  run(1min);
  EXPECT_EQ(monitor_->status().state, bidi::State::idle);
}

TEST_F(PatienceTest, Q175893_AMissingJobEndIsAskedForAndNotWaitedForWithoutEnd) {
  start();
  run(1s);
  laser_.says_end = false;
  print(1, "one\f\n");
  recovers_with_the_end_of(1, 2 * quiet_before_asking - 5s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::unconfirmed);
  EXPECT_EQ(end_of(1)->pages_out, 1U);
}

TEST_F(PatienceTest, APrinterThatIsStillBusyIsWaitedForThoughItIsQuiet) {
  start();
  run(1s);
  laser_.says_end = false;
  laser_.device(10023, "Busy", true);
  print(1, "one\f\n");
  run(10min);
  EXPECT_EQ(end_of(1), nullptr);
  laser_.end_job();
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::completed);
}

TEST_F(PatienceTest, APrinterThatFallsSilentAfterTheLastByteIsReconnectedOnceAndTheJobIsNotSentTwice) {
  start();
  run(1s);
  laser_.says_end = false;
  auto document = start_job(1);
  document->write("one\f\n");
  run(100ms);
  laser_.talks = false;
  document->end();
  finish(1, true);
  recovers_with_the_end_of(1, 2min);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::unconfirmed);
  EXPECT_THAT(end_of(1)->sentence, HasSubstr("silent"));
  EXPECT_EQ(port_.far().opened(), 2);
}

TEST_F(PatienceTest, AMutePrinterPrintsAndItsJobsAreUnconfirmed) {
  laser_.talks = false;
  start();
  print(1, "one\f\n");
  run(greeting_patience + last_words + 1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::unconfirmed);
  ASSERT_EQ(laser_.jobs().size(), 1U);
  EXPECT_EQ(laser_.jobs()[0].data, "one\f\n");
  EXPECT_EQ(monitor_->status().state, bidi::State::idle);
  print(2, "two\f\n");
  recovers_with_the_end_of(2, last_words + 1s);
  ASSERT_NE(end_of(2), nullptr) << "the second job does not pay for the greeting";
}

TEST_F(PatienceTest, Lprint157_APrinterThatNeverAnswersIsAskedEverMoreRarely) {
  laser_.talks = false;
  start();
  run(10s);
  const int first = laser_.questions();
  run(24h);
  // After 1, 2, 4 … 32 minutes and then once an hour; each greeting asks six things.
  EXPECT_LE(laser_.questions() - first, (24 + 7) * 6);
  EXPECT_GE(laser_.questions() - first, 20 * 6);
  EXPECT_EQ(port_.far().opened(), 1);
}

TEST_F(PatienceTest, AMutePrinterThatFindsItsVoiceIsListenedToAtOnce) {
  laser_.talks = false;
  start();
  run(10s);
  laser_.talks = true;
  laser_.device(10001, "Ready", true);
  print(1, "one\f\n");
  recovers_with_the_end_of(1, 1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::completed);
}

TEST_F(PatienceTest, AMutePrinterOutOfPaperGetsALongWeekendAndThePersonIsTold) {
  laser_.talks = false;
  start();
  run(10s);
  auto document = start_job(1);
  document->write("one\f\n");
  run(1s);
  port_.far().stall(true);
  const Instant stood_still = simulated_.now();
  document->write(std::string(500'000, 'x'));
  run(60h);
  EXPECT_EQ(end_of(1), nullptr);
  EXPECT_FALSE(heard_.calls.empty());
  while (end_of(1) == nullptr && simulated_.now() - stood_still < 73h) run(1min);
  recovered(simulated_.now() - stood_still, 73h, Time::simulated);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::interrupted);
}

TEST_F(PatienceTest, AOneWayPortIsNeverAskedAnything) {
  start({.keep_open = true, .bidirectional = false});
  run(10s);
  print(1, "one\f\n");
  run(10s);
  EXPECT_EQ(laser_.questions(), 0);
  ASSERT_NE(end_of(1), nullptr);
}

}  // namespace
}  // namespace platen::langmon
