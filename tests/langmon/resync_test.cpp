// Garbage, broken answers and old ones: the monitor finds its place in the printer's talk again by ECHO.
#include "house.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kGarbage = "\x01\x93\xFE garbage \x02\r\n";
// What a question of before was answered with.
constexpr const char* kOld =
    "@PJL INFO STATUS\r\nCODE=41000\r\nDISPLAY=\"old\"\r\nONLINE=FALSE\r\n\f"
    "@PJL INFO SUPPLIES\r\nSUPPLY NAME=\"Black Toner\" COLORANT=BLACK LEVEL=1\r\n\f";

class ResyncTest : public MonitorTest {
 protected:
  void begin() {
    start();
    run(5s);
    heard_.statuses.clear();
    (void)port_.far().take_heard();
  }
  void expect_nothing_old() {
    EXPECT_THAT(heard_.statuses, Not(Contains(Field(&bidi::PrinterStatus::message, "old"))));
    for (const auto& status : heard_.statuses) {
      if (!status.supplies.empty()) {
        EXPECT_NE(status.supplies[0].level, 1);
      }
    }
    EXPECT_EQ(monitor_->status().state, bidi::State::idle);
  }
};

TEST_F(ResyncTest, AfterGarbageOldAnswersAreNotTakenForNewOnes) {
  begin();
  laser_.black = 55;
  laser_.old_words = kOld;
  laser_.say(kGarbage);
  run(5s);
  expect_nothing_old();
  ASSERT_FALSE(monitor_->status().supplies.empty());
  EXPECT_EQ(monitor_->status().supplies[0].level, 55) << "it was asked anew";
}

TEST_F(ResyncTest, AfterABrokenAnswerToo) {
  begin();
  laser_.black = 55;
  laser_.old_words = kOld;
  laser_.say("@PJL INFO PAGECOUNT\r\nPAGECOUNT=12\x03\x91\r\n\f");
  run(5s);
  expect_nothing_old();
  ASSERT_FALSE(monitor_->status().supplies.empty());
  EXPECT_EQ(monitor_->status().supplies[0].level, 55);
}

TEST_F(ResyncTest, AfterTheCableToo) {
  begin();
  laser_.old_words = kOld;
  port_.far().disconnect();
  run(5s);
  expect_nothing_old();
}

TEST_F(ResyncTest, WhatThePrinterSaysByItselfMeanwhileIsNewsAllTheSame) {
  begin();
  laser_.old_words = "@PJL USTATUS DEVICE\r\nCODE=40021\r\nDISPLAY=\"12 PRINTER OPEN\"\r\nONLINE=FALSE\r\n\f";
  laser_.say(kGarbage);
  run(5s);
  EXPECT_THAT(heard_.statuses, Contains(Field(&bidi::PrinterStatus::message, "12 PRINTER OPEN")));
}

TEST_F(ResyncTest, NoQuestionDisturbsAJob) {
  begin();
  auto document = start_job(1);
  document->write("first\n");
  run(100ms);
  laser_.say(kGarbage);
  run(5s);
  document->write("last\f\n");
  document->end();
  finish(1, true);
  run(5s);
  ASSERT_EQ(laser_.jobs().size(), 1U);
  EXPECT_EQ(laser_.jobs()[0].data, "first\nlast\f\n");
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, wire::JobOutcome::completed);
}

TEST_F(ResyncTest, NoiseWithoutEndIsAnsweredEverMoreRarely) {
  begin();
  const int before = laser_.questions();
  for (int i = 0; i < 3600; ++i) {
    laser_.say(kGarbage);
    run(1s);
  }
  // A question is four lines or five; one a minute, and some to begin with.
  EXPECT_LE(laser_.questions() - before, 5 * (60 + 10));
  EXPECT_GT(laser_.questions(), before);
  EXPECT_EQ(port_.far().opened(), 1);
}

TEST_F(ResyncTest, APrinterWithoutEchoIsUnderstoodAsEver) {
  laser_.knows_echo = false;
  start();
  run(20s);
  EXPECT_EQ(monitor_->status().model, "Lexmark T640");
  laser_.say(kGarbage);
  run(1s);
  laser_.device(40021, "12 PRINTER OPEN", false);
  run(1s);
  EXPECT_EQ(monitor_->status().message, "12 PRINTER OPEN");
  EXPECT_THAT(port_.far().heard(), Not(HasSubstr("PLATEN-SYNC")));
}

}  // namespace
}  // namespace platen::langmon
