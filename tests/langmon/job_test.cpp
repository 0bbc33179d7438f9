// A job on the port: sent, ended by the printer's own word, cancelled, broken off.
#include "house.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using wire::JobOutcome;
using wire::JobPhase;

class JobTest : public MonitorTest {
 protected:
  void SetUp() override {
    start();
    run(1s);
    (void)port_.far().take_heard();
  }
};

TEST_F(JobTest, AJobIsWrappedSentAndCompletedByThePrintersOwnWord) {
  print(17, "one\f\ntwo\f\n");
  run(1s);
  ASSERT_EQ(laser_.jobs().size(), 1U);
  EXPECT_EQ(laser_.jobs()[0].name, "Report");
  EXPECT_EQ(laser_.jobs()[0].language, "PCL");
  EXPECT_EQ(laser_.jobs()[0].data, "one\f\ntwo\f\n");
  EXPECT_TRUE(laser_.jobs()[0].ended);
  ASSERT_NE(end_of(17), nullptr);
  EXPECT_EQ(end_of(17)->outcome, JobOutcome::completed);
  EXPECT_EQ(end_of(17)->pages_out, 2U);
  EXPECT_EQ(end_of(17)->bytes_sent, 10U);
  EXPECT_THAT(end_of(17)->sentence, IsEmpty());
  EXPECT_FALSE(monitor_->job());
}

TEST_F(JobTest, TheEndOfTheDataAloneDoesNotEndTheJobOnThePrinter) {
  auto document = start_job(1);
  document->write("one\f\n");
  document->end();
  run(10s);
  ASSERT_EQ(laser_.jobs().size(), 1U);
  EXPECT_FALSE(laser_.jobs()[0].ended);
  EXPECT_EQ(end_of(1), nullptr);
  finish(1, true);
  run(1s);
  EXPECT_TRUE(laser_.jobs()[0].ended);
  ASSERT_NE(end_of(1), nullptr);
}

TEST_F(JobTest, AWriterThatFailedLeavesThePrinterCleanForTheNextJob) {
  auto document = start_job(1);
  document->write("half a pa\n");
  run(100ms);
  finish(1, false);
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::data_failed);
  EXPECT_THAT(end_of(1)->sentence, Not(IsEmpty()));
  EXPECT_EQ(port_.far().aborted(), 1);
  print(2, "whole\f\n");
  run(1s);
  ASSERT_NE(end_of(2), nullptr);
  EXPECT_EQ(end_of(2)->outcome, JobOutcome::completed);
}

TEST_F(JobTest, AJobThatIsBrokenOffAtAPrinterThatAResetHarmsIsEndedByItsData) {
  port_.far().forbid_reset();
  auto document = start_job(1);
  document->write("half a pa\n");
  run(100ms);
  EXPECT_TRUE(cancel(1));
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::canceled);
  ASSERT_EQ(laser_.jobs().size(), 1U);
  EXPECT_TRUE(laser_.jobs()[0].ended) << "the next job would lie within this one";
  EXPECT_EQ(port_.far().opened(), 1);
  print(2, "whole\f\n");
  run(1s);
  ASSERT_NE(end_of(2), nullptr);
  EXPECT_EQ(end_of(2)->outcome, JobOutcome::completed);
}

TEST_F(JobTest, AfterACancelAtSuchAPrinterThatIsOutOfPaperTheNextJobCanBeCanceledAtOnce) {
  port_.far().forbid_reset();
  auto document = start_job(1);
  document->write("half a pa\n");
  run(100ms);
  port_.far().stall(true);
  EXPECT_TRUE(cancel(1));
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  start_job(2);
  run(60s);
  EXPECT_EQ(end_of(2), nullptr);
  EXPECT_TRUE(cancel(2));
  run(1s);
  ASSERT_NE(end_of(2), nullptr);
  EXPECT_EQ(end_of(2)->outcome, JobOutcome::canceled);
  port_.far().stall(false);
  print(3, "whole\f\n");
  run(1s);
  ASSERT_NE(end_of(3), nullptr);
  EXPECT_EQ(end_of(3)->outcome, JobOutcome::completed);
}

TEST_F(JobTest, DataThatCannotBeReadFailsTheJob) {
  auto document = start_job(1);
  document->write("half\n");
  document->broken = true;
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::data_failed);
}

TEST_F(JobTest, AVerdictThatNeverComesIsNotWaitedForWithoutEnd) {
  auto document = start_job(1);
  document->write("one\f\n");
  document->end();
  run(verdict_patience + 1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::data_failed);
}

TEST_F(JobTest, Pappl434_ADocumentWithoutDataIsNeverSent) {
  print(1, "");
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::data_failed);
  EXPECT_THAT(laser_.jobs(), IsEmpty());
  EXPECT_EQ(port_.far().aborted(), 0);
}

TEST_F(JobTest, CancelWhilePrintingSilencesThePortWithinASecondAndIsToldOnce) {
  auto document = start_job(1);
  document->write("one\f\n");
  run(100ms);
  port_.far().stall(true);
  document->write(std::string(500'000, 'x'));
  run(5s);
  EXPECT_EQ(end_of(1), nullptr);
  EXPECT_TRUE(cancel(1));
  recovers_with_the_end_of(1, 1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::canceled);
  EXPECT_EQ(end_of(1)->pages_out, 1U);
  EXPECT_EQ(port_.far().aborted(), 1);
  EXPECT_FALSE(cancel(1)) << "it is over";
  port_.far().stall(false);
  (void)port_.far().take_heard();
  run(10s);
  EXPECT_THAT(port_.far().heard(), Not(HasSubstr("xxx")));
  EXPECT_EQ(heard_.ends.size(), 1U);
}

TEST_F(JobTest, AfterACancelTheNextJobPrintsClean) {
  auto document = start_job(1);
  document->write("one\f\nhalf\n");
  run(100ms);
  EXPECT_TRUE(cancel(1));
  run(100ms);
  print(2, "two\f\n");
  run(1s);
  ASSERT_EQ(laser_.jobs().size(), 2U);
  EXPECT_EQ(laser_.jobs()[1].data, "two\f\n");
  ASSERT_NE(end_of(2), nullptr);
  EXPECT_EQ(end_of(2)->outcome, JobOutcome::completed);
  EXPECT_EQ(end_of(2)->pages_out, 1U);
}

TEST_F(JobTest, AJobThatWaitsForItsPrinterIsCanceledAtOnce) {
  port_.far().refuse(true);
  port_.far().disconnect();
  run(1s);
  start_job(1);
  EXPECT_TRUE(cancel(1));
  recovers_with_the_end_of(1, 0s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::canceled);
}

TEST_F(JobTest, ASecondJobIsRefusedWhileOneIsOnThePort) {
  start_job(1);
  within([this] {
    auto document = std::make_shared<Document>(reactor_.get_executor());
    auto second = monitor_->start_job({.job = 2}, std::make_unique<DocumentSource>(document, clock_));
    ASSERT_FALSE(second);
    EXPECT_TRUE(second.error().is(Errc::busy));
    EXPECT_THAT(second.error().sentence(), HasSubstr("Job 1"));
  });
}

TEST_F(JobTest, Cups715_ACableThatIsPulledMidJobIsToldWithinASecondAndNotCountedAsPrinted) {
  auto document = start_job(1);
  document->write("one\f\ntwo\f\nthr\n");
  run(1s);
  port_.far().refuse(true);
  port_.far().disconnect();
  recovers_with_the_end_of(1, 1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::interrupted);
  EXPECT_EQ(end_of(1)->pages_out, 2U);
  EXPECT_GT(end_of(1)->bytes_sent, 0U);
  EXPECT_THAT(end_of(1)->sentence, Not(IsEmpty()));
  EXPECT_EQ(monitor_->status().state, bidi::State::offline);
  port_.far().refuse(false);
  run(5s);
  EXPECT_EQ(monitor_->status().state, bidi::State::idle);
  print(2, "three\f\n");
  run(1s);
  ASSERT_NE(end_of(2), nullptr);
  EXPECT_EQ(end_of(2)->outcome, JobOutcome::completed);
}

TEST_F(JobTest, ACableThatIsPulledAfterTheLastByteIsNoSuccessEither) {
  laser_.says_end = false;
  print(1, "one\f\ntwo\f\n");
  run(1s);
  port_.far().disconnect();
  recovers_with_the_end_of(1, 1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::interrupted);
  EXPECT_EQ(end_of(1)->pages_out, 2U);
}

TEST_F(JobTest, Cups72_WhatThePrinterSaysDuringAJobIsHeardInFull) {
  auto document = start_job(1);
  for (int page = 1; page <= 50; ++page) {
    document->write("page\f\n");
    laser_.device(10023, "Busy " + std::to_string(page), true);
    run(20ms);
    EXPECT_EQ(monitor_->status().message, "Busy " + std::to_string(page));
    ASSERT_TRUE(monitor_->job());
    EXPECT_EQ(monitor_->job()->pages_out, static_cast<std::uint32_t>(page));
  }
}

TEST_F(JobTest, ProgressIsToldAtMostTenTimesASecondAndAtEachPage) {
  auto document = start_job(1);
  run(200ms);
  heard_.progress.clear();
  for (int i = 0; i < 100; ++i) {
    document->write("data\n");
    run(10ms);
  }
  EXPECT_GE(heard_.progress.size(), 9U);
  EXPECT_LE(heard_.progress.size(), 12U);
  run(200ms);
  EXPECT_EQ(heard_.progress.back().bytes_sent, 500U);
  heard_.progress.clear();
  document->write("\f\n");
  run(0s);
  ASSERT_FALSE(heard_.progress.empty());
  EXPECT_EQ(heard_.progress.back().pages_out, 1U);
}

TEST_F(JobTest, NoQuestionIsEverMixedIntoAJobsData) {
  auto document = start_job(1);
  document->write("first\n");
  run(100ms);
  for (int i = 0; i < 20; ++i) {
    laser_.device(10006, "88 Toner Low " + std::to_string(i), true);
    run(1s);
  }
  document->write("last\f\n");
  document->end();
  finish(1, true);
  run(1s);
  ASSERT_EQ(laser_.jobs().size(), 1U);
  EXPECT_EQ(laser_.jobs()[0].data, "first\nlast\f\n");
}

TEST_F(JobTest, TheSuppliesAreAskedForAfterEveryJob) {
  const int before = laser_.supply_questions();
  laser_.black = 42;
  print(1, "one\f\n");
  run(5s);
  EXPECT_EQ(laser_.supply_questions(), before + 1);
  ASSERT_FALSE(monitor_->status().supplies.empty());
  EXPECT_EQ(monitor_->status().supplies[0].level, 42);
}

TEST_F(JobTest, APrinterOnWhichAPersonCancelsEndsTheJobAsCanceled) {
  auto document = start_job(1);
  document->write("one\f\ntwo\n");
  run(100ms);
  laser_.say("@PJL USTATUS JOB\r\nCANCELED\r\nNAME=\"Report\"\r\n\f");
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::canceled);
  EXPECT_THAT(end_of(1)->sentence, HasSubstr("at the printer"));
}

TEST_F(JobTest, WhatThePrinterSaysOfAnotherComputersJobChangesNothingOfOurs) {
  laser_.says_end = false;
  print(1, "one\f\n");
  run(1s);
  laser_.say("@PJL USTATUS JOB\r\nSTART\r\nNAME=\"Other\"\r\n\f");
  laser_.say("@PJL USTATUS PAGE\r\n7\r\n\f");
  laser_.say("@PJL USTATUS JOB\r\nEND\r\nNAME=\"Other\"\r\nPAGES=7\r\n\f");
  run(1s);
  EXPECT_EQ(end_of(1), nullptr);
  laser_.end_job();
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->pages_out, 1U);
}

TEST_F(JobTest, AJobThatThePrintersInterpreterFlushedIsNotCalledPrinted) {
  laser_.says_end = false;
  auto document = start_job(1);
  document->write("%!PS\nfoo\n");
  run(100ms);
  laser_.say("%%[ Error: undefined; OffendingCommand: foo ]%%\r\n");
  laser_.say("%%[ Flushing: rest of job (to end-of-file) will be ignored ]%%\r\n");
  document->write("showpage\n");
  document->end();
  finish(1, true);
  run(1s);
  EXPECT_EQ(end_of(1), nullptr) << "the printer still reads the rest";
  laser_.end_job();
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::not_understood);
  EXPECT_THAT(end_of(1)->sentence, HasSubstr("undefined at \"foo\""));
  EXPECT_THAT(end_of(1)->sentence, HasSubstr("Flushing: rest of job (to end-of-file) will be ignored"));
  EXPECT_TRUE(laser_.jobs()[0].ended);
  laser_.says_end = true;
  print(2, "next\f\n");
  run(1s);
  ASSERT_NE(end_of(2), nullptr);
  EXPECT_EQ(end_of(2)->outcome, JobOutcome::completed) << "what was said of the other counts no more";
}

TEST_F(JobTest, AnErrorThatTheProgramCaughtItselfDoesNoHarm) {
  auto document = start_job(1);
  document->write("%!PS\nfoo\n");
  run(100ms);
  laser_.say("%%[ Error: undefined; OffendingCommand: foo ]%%\r\n");
  document->write("page\f\n");
  document->end();
  finish(1, true);
  run(1s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::completed);
}

TEST_F(JobTest, AFlushBeforeOurJobBeganIsNotOurs) {
  laser_.say("%%[ Flushing: rest of job (to end-of-file) will be ignored ]%%\r\n");
  start_job(1);
  laser_.say("%%[ Flushing: rest of job (to end-of-file) will be ignored ]%%\r\n");
  run(1s);
  cancel(1);
  run(1s);
  print(2, "page\f\n");
  run(1s);
  ASSERT_NE(end_of(2), nullptr);
  EXPECT_EQ(end_of(2)->outcome, JobOutcome::completed);
}

TEST_F(JobTest, ALargeDocumentIsNotReadAheadOfThePrinter) {
  port_.far().stall(true);
  auto document = start_job(1);
  document->write(std::string(10'000'000, 'x'));
  run(1s);
  EXPECT_GE(document->bytes.size(), 10'000'000 - 2 * chunk_bytes);
  port_.far().stall(false);
  document->write("\f\n");
  document->end();
  finish(1, true);
  run(10s);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->bytes_sent, 10'000'002U);
}

TEST_F(JobTest, AMonitorThatIsStoppedMidJobSaysSoAndLeavesThePrinterClean) {
  auto document = start_job(1);
  document->write("half\n");
  run(100ms);
  within([this] { monitor_->stop(); });
  run(1s);
  EXPECT_FALSE(running_);
  ASSERT_NE(end_of(1), nullptr);
  EXPECT_EQ(end_of(1)->outcome, JobOutcome::interrupted);
  EXPECT_EQ(port_.far().aborted(), 1);
}

}  // namespace
}  // namespace platen::langmon
