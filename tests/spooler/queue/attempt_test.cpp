// What becomes of a job, by how its attempt ended.
#include "spooler/queue/attempt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::spooler {
namespace {

namespace wire = langmon::wire;
using ::testing::HasSubstr;

JobRecord printing(std::string type = "text/plain") {
  JobRecord record;
  record.job.id = 7;
  record.job.type = std::move(type);
  record.job.state = JobState::processing;
  record.job.reason = "job-printing";
  return record;
}

AttemptEnd ended(wire::JobOutcome outcome, std::uint32_t pages) {
  AttemptEnd end;
  end.report.emplace();
  end.report->outcome = outcome;
  end.report->pages_out = pages;
  end.report->bytes_sent = 1000;
  return end;
}

TEST(Attempt, PagesOfSeveralAttemptsAddUpAndNoneIsSentTwice) {
  auto record = printing();
  conclude(record, ended(wire::JobOutcome::interrupted, 2), {});
  EXPECT_EQ(record.job.state, JobState::pending);
  EXPECT_EQ(first_page(record.job), 3U);
  record.job.state = JobState::processing;
  record.pages_before = record.job.pages_done;
  conclude(record, ended(wire::JobOutcome::completed, 3), {});
  EXPECT_EQ(record.job.state, JobState::completed);
  EXPECT_EQ(record.job.pages_done, 5U);
}

TEST(Attempt, NoPageIsNamedThatTheJobMayNotHave) {
  auto record = printing();
  wire::JobProgressReport progress;
  progress.phase = wire::JobPhase::sending;
  EXPECT_EQ(progress_sentence(record, progress), "Printing page 1.");
  progress.pages_out = 1;
  EXPECT_EQ(progress_sentence(record, progress), "Printing, 1 page so far.");
  progress.pages_out = 2;
  EXPECT_EQ(progress_sentence(record, progress), "Printing, 2 pages so far.");
  record.job.pages = 2;
  EXPECT_EQ(progress_sentence(record, progress), "Printing page 2 of 2.");
}

TEST(Attempt, AJobOfWhichAllPagesAreOutIsNotPrintedAgain) {
  auto record = printing();
  record.job.pages = 2;
  conclude(record, ended(wire::JobOutcome::interrupted, 2), {});
  EXPECT_EQ(record.job.state, JobState::completed);
}

// How many pages it has was not yet known when the printer was lost after its last.
TEST(Attempt, AJobThatIsContinuedBehindItsLastPageIsComplete) {
  auto record = printing();
  conclude(record, ended(wire::JobOutcome::interrupted, 1), {});
  EXPECT_EQ(record.job.state, JobState::pending);
  record.job.state = JobState::processing;
  record.pages_before = record.job.pages_done;
  auto end = ended(wire::JobOutcome::data_failed, 0);
  end.renderer = ExitStatus{};  // it has nothing more to draw
  conclude(record, end, {});
  EXPECT_EQ(record.job.state, JobState::completed);
  EXPECT_EQ(record.job.pages, 1U);
}

TEST(Attempt, ARawJobStartsAnewAndSaysSo) {
  auto record = printing("application/octet-stream");
  conclude(record, ended(wire::JobOutcome::interrupted, 2), {});
  EXPECT_EQ(record.job.pages_done, 0U);
  EXPECT_EQ(first_page(record.job), 1U);
  EXPECT_THAT(record.job.sentence, HasSubstr("the whole job was sent again"));
}

TEST(Attempt, TheCancelOfAPersonWinsOverEveryEndButTheGoodOne) {
  for (auto outcome :
       {wire::JobOutcome::canceled, wire::JobOutcome::interrupted, wire::JobOutcome::data_failed}) {
    auto record = printing();
    record.job.reason = being_canceled;
    conclude(record, ended(outcome, 1), {});
    EXPECT_EQ(record.job.state, JobState::canceled);
  }
  auto record = printing();
  record.job.reason = being_canceled;
  conclude(record, ended(wire::JobOutcome::completed, 1), {});
  EXPECT_EQ(record.job.state, JobState::completed);
}

TEST(Attempt, ACancelAtThePrintersPanelIsOne) {
  auto record = printing();
  conclude(record, ended(wire::JobOutcome::canceled, 1), {});
  EXPECT_EQ(record.job.state, JobState::canceled);
  EXPECT_THAT(record.job.sentence, HasSubstr("at the printer"));
}

TEST(Attempt, ADocumentThatThePrinterDoesNotUnderstandIsNotSentAgainAndItsWordsAreTold) {
  auto record = printing();
  AttemptEnd end = ended(wire::JobOutcome::not_understood, 0);
  end.report->sentence = "The printer said: \"Flushing: rest of job\".";
  conclude(record, end, {});
  EXPECT_EQ(record.job.state, JobState::aborted);
  EXPECT_EQ(record.job.reason, "document-format-error");
  EXPECT_THAT(record.job.sentence, HasSubstr("Flushing"));
}

TEST(Attempt, AMonitorThatDiesUnderAJobAgainAndAgainEndsIt) {
  auto record = printing();
  for (std::uint32_t i = 0; i < most_monitor_losses; ++i) {
    ASSERT_FALSE(is_over(record.job.state));
    record.job.state = JobState::processing;
    conclude(record, AttemptEnd{}, {});
  }
  EXPECT_EQ(record.job.state, JobState::aborted);
}

TEST(Attempt, TheDeviceIsNeverCountedAgainstTheJob) {
  auto record = printing();
  for (int i = 0; i < 1000; ++i) {
    record.job.state = JobState::processing;
    conclude(record, ended(wire::JobOutcome::interrupted, 0), {});
    ASSERT_EQ(record.job.state, JobState::pending);
  }
  EXPECT_EQ(record.job.attempts, 0U);
}

}  // namespace
}  // namespace platen::spooler
