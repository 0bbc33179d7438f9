// Jobs all the way from submit() to their end, with everything dying on the way that can.
#include "core_house.hpp"

namespace platen::spooler {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::House;
using namespace std::chrono_literals;
namespace wire = langmon::wire;

class Printing : public House {
 protected:
  void SetUp() override {
    add_printer();
    start();
  }
  std::shared_ptr<testing::FakeMonitor> monitor() { return launcher_.monitor(); }
  std::size_t count(const std::string& what) {
    std::size_t n = 0;
    for (const auto& one : launcher_.monitors)
      n += static_cast<std::size_t>(std::count(one->heard.begin(), one->heard.end(), what));
    return n;
  }
  std::uint32_t begun(int pages = 5) {
    launcher_.scripts = {{.pages = pages}};
    auto made = submit();
    EXPECT_TRUE(made);
    EXPECT_TRUE(until([&] { return printed(made->id).size() == 2; }));
    return made->id;
  }
};

TEST_F(Printing, AJobIsRenderedPrintedOnceAndAcknowledged) {
  auto made = submit();
  ASSERT_TRUE(made) << made.error().sentence();
  EXPECT_EQ(made->state, JobState::pending);
  ASSERT_TRUE(ends(made->id));
  EXPECT_EQ(job(made->id).state, JobState::completed);
  EXPECT_EQ(job(made->id).pages_done, 3U);
  EXPECT_EQ(job(made->id).pages, 3U);
  EXPECT_EQ(job(made->id).sentence, "Printed.");
  EXPECT_THAT(printed(made->id), ElementsAre("1", "2", "3"));
  EXPECT_EQ(monitor()->languages[made->id], "PCL");
  EXPECT_TRUE(until([&] { return monitor()->unacknowledged() == 0; }));
}

TEST_F(Printing, RawDataGoesToTheMonitorAsAFileWithoutARenderer) {
  auto made = submit("\x1b%-12345X\n2\n", "");
  ASSERT_TRUE(made) << made.error().sentence();
  EXPECT_EQ(made->type, "application/octet-stream");
  ASSERT_TRUE(ends(made->id));
  EXPECT_EQ(job(made->id).state, JobState::completed);
  EXPECT_TRUE(launcher_.renderers.empty());
  EXPECT_EQ(monitor()->languages[made->id], "");
}

TEST_F(Printing, TheMonitorIsToldOnceWhatThePagesThatCameOutHaveUsed) {
  auto made = submit();
  ASSERT_TRUE(made);
  ASSERT_TRUE(ends(made->id));
  ASSERT_TRUE(until([&] { return monitor()->unacknowledged() == 0; }));
  ASSERT_EQ(monitor()->used.size(), 1U);
  const auto& used = monitor()->used[0];
  ASSERT_EQ(used.uses.size(), 1U);
  EXPECT_EQ(used.uses[0].color, "black");
  EXPECT_DOUBLE_EQ(used.uses[0].sheets, 0.75);
  EXPECT_EQ(used.uncounted_pages, 0U);
}

TEST_F(Printing, JobsArePrintedOneAfterTheOtherOldestFirst) {
  auto first = submit();
  auto second = submit();
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(ends(first->id));
  EXPECT_TRUE(printed(second->id).empty());
  ASSERT_TRUE(ends(second->id));
  EXPECT_THAT(printed(second->id), ElementsAre("1", "2", "3"));
}

TEST_F(Printing, ProgressIsToldInWordsWhileItPrints) {
  const auto id = begun();
  EXPECT_THAT(job(id).sentence, HasSubstr("Printing page 3"));
  EXPECT_EQ(job(id).pages_done, 2U);
  EXPECT_EQ(job(id).state, JobState::processing);
}

TEST_F(Printing, AMonitorKilledMidJobIsReplacedAndTheJobGoesOnAtTheFirstPageNotOut) {
  const auto id = begun();
  monitor()->on_signal(9);
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(launcher_.monitors.size(), 2U);
  EXPECT_THAT(printed(id), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_EQ(job(id).state, JobState::completed);
  EXPECT_EQ(job(id).pages_done, 5U);
  EXPECT_THAT(job(id).sentence, HasSubstr("after page 2; continued from page 3."));
}

TEST_F(Printing, APageThatCameOutWhileNoMonitorListenedIsNotPrintedTwice) {
  launcher_.printer.page_count = 1000;
  monitor()->on_signal(9);  // the next one has read the counter
  ASSERT_TRUE(until([&] { return launcher_.monitors.size() == 2; }));
  const auto id = begun();
  pass(10ms);
  monitor()->on_signal(9);
  launcher_.printer.pages[id].emplace_back("3");  // was in the paper path
  ++launcher_.printer.page_count;
  ASSERT_TRUE(ends(id));
  EXPECT_THAT(printed(id), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_EQ(job(id).pages_done, 5U);
}

TEST_F(Printing, PagesOfAnotherComputerAreNotTakenForOurs) {
  launcher_.printer.page_count = 1000;
  monitor()->on_signal(9);
  ASSERT_TRUE(until([&] { return launcher_.monitors.size() == 2; }));
  const auto id = begun();
  pass(10ms);
  monitor()->on_signal(9);
  launcher_.printer.page_count += 10;
  ASSERT_TRUE(ends(id));
  EXPECT_THAT(printed(id), ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(Printing, AMonitorThatAnswersNothingIsKilledAndReplaced) {
  ASSERT_TRUE(until([&] { return monitor() != nullptr; }));
  pass(1s);
  monitor()->deaf = true;
  EXPECT_TRUE(recovers([&] { return launcher_.monitors.size() == 2; }, 1min));
  EXPECT_THAT(launcher_.monitors[0]->signals, ElementsAre(9));
}

TEST_F(Printing, ALostConnectionToALivingMonitorChangesNothing) {
  const auto id = begun();
  monitor()->drop_connections();
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(launcher_.monitors.size(), 1U);
  EXPECT_EQ(launcher_.renderers.size(), 1U);
  EXPECT_THAT(printed(id), ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(Printing, APrinterLostMidJobIsNoFaultOfTheJob) {
  const auto id = begun();
  monitor()->end_job(wire::JobOutcome::interrupted);
  ASSERT_TRUE(recovers([&] { return is_over(job(id).state); }));
  EXPECT_THAT(printed(id), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_EQ(job(id).attempts, 0U);
  EXPECT_THAT(job(id).sentence, HasSubstr("The printer was lost after page 2; continued from page 3."));
}

TEST_F(Printing, ARendererKilledBySomebodyIsTriedAgainFromTheFirstPageNotOut) {
  launcher_.scripts = {{.pages = 4, .fail_after = 2, .dies_of = 11}, {.pages = 4}};
  auto made = submit();
  ASSERT_TRUE(made);
  ASSERT_TRUE(ends(made->id));
  EXPECT_EQ(job(made->id).state, JobState::completed);
  EXPECT_THAT(printed(made->id), ElementsAre("1", "2", "3", "4"));
  EXPECT_EQ(count("FinishDoc 1 broken"), 1U);
}

TEST_F(Printing, ARendererThatAlwaysFailsIsGivenUpAfterThreeTriesAndTheNextJobPrints) {
  launcher_.scripts = {{.pages = 0, .exit_code = 1, .words = "It went wrong.\n"}};
  auto bad = submit();
  ASSERT_TRUE(bad && ends(bad->id));
  EXPECT_EQ(job(bad->id).state, JobState::aborted);
  EXPECT_EQ(job(bad->id).sentence, "It went wrong. It was tried 3 times.");
  EXPECT_EQ(launcher_.renderers.size(), 3U);
  launcher_.scripts = {{.pages = 1}};
  auto good = submit();
  ASSERT_TRUE(good && ends(good->id));
  EXPECT_EQ(job(good->id).state, JobState::completed);
}

// One corrupt job hung the spooler.
TEST_F(Printing, Q245186ABrokenDocumentIsOneAbortedJobWithItsSentence) {
  launcher_.scripts = {{.pages = 0, .exit_code = 3, .words = "noise\nThe picture ends in its middle.\n"},
                       {.pages = 1}};
  auto bad = submit();
  auto good = submit();
  ASSERT_TRUE(bad && good && ends(bad->id) && ends(good->id));
  EXPECT_EQ(job(bad->id).state, JobState::aborted);
  EXPECT_EQ(job(bad->id).sentence, "The picture ends in its middle.");
  EXPECT_EQ(job(bad->id).reason, "document-format-error");
  EXPECT_EQ(job(good->id).state, JobState::completed);
}

TEST_F(Printing, ACancelledJobEndsOnceAndTheNextPrints) {
  const auto id = begun();
  auto next = submit();
  auto canceled = run(spooler_->cancel(id));
  ASSERT_TRUE(canceled);
  ASSERT_TRUE(ends(id, 2s));
  EXPECT_EQ(job(id).state, JobState::canceled);
  EXPECT_EQ(count("CancelDoc " + std::to_string(id)), 1U);
  EXPECT_EQ(count("FinishDoc " + std::to_string(id) + " ok"),
            0U + (launcher_.renderers[0]->status()->ok() ? 1U : 0U));
  ASSERT_TRUE(ends(next->id));
  EXPECT_EQ(job(next->id).state, JobState::completed);
  EXPECT_FALSE(run(spooler_->cancel(id)));
}

TEST_F(Printing, ARendererThatIgnoresSigtermIsKilledASecondLater) {
  launcher_.scripts = {{.pages = 2, .deaf_to_sigterm = true, .hangs = true}};
  auto made = submit();
  ASSERT_TRUE(made && until([&] { return printed(made->id).size() == 2; }));
  ASSERT_TRUE(run(spooler_->cancel(made->id)));
  ASSERT_TRUE(ends(made->id, 3s));
  EXPECT_THAT(launcher_.renderers[0]->signals, ElementsAre(15, 9));
}

// The print processor was not closed when a job was altered while it printed, and its bytes leaked.
TEST_F(Printing, Q223863AlteringOrCancellingInEveryPhaseClosesThePrintProcessExactlyOnce) {
  for (int phase = 0; phase < 40; ++phase) {
    launcher_.scripts = {{.pages = 3, .per_page = 300ms}};
    const auto before = launcher_.renderers.size();
    auto made = submit();
    ASSERT_TRUE(made);
    pass(phase * 100ms);
    Options changes{{"name", "altered"}, {"copies", "2"}};
    (void)run(spooler_->alter(made->id, changes));
    if (phase % 2 == 0) (void)run(spooler_->cancel(made->id));
    ASSERT_TRUE(ends(made->id)) << "phase " << phase;
    for (auto i = before; i < launcher_.renderers.size(); ++i) {
      EXPECT_TRUE(launcher_.renderers[i]->status()) << "phase " << phase;
      EXPECT_LE(launcher_.renderers[i]->signals.size(), 1U);
    }
    EXPECT_LE(launcher_.renderers.size() - before, 1U);
    const std::string id = std::to_string(made->id);
    EXPECT_LE(count("FinishDoc " + id + " ok") + count("FinishDoc " + id + " broken"), 1U);
    EXPECT_LE(count("CancelDoc " + id), 1U);
    EXPECT_TRUE(until([&] { return monitor()->unacknowledged() == 0; }));
    EXPECT_EQ(count("Acknowledge " + id), count("StartDoc " + id));
  }
}

// "0 bytes, 0 pages printed": messages were lost when client and server shared one process.
TEST_F(Printing, Q232230ManyJobsWithSpoolerAndMonitorInOneProcessLoseNothing) {
  launcher_.scripts = {{.pages = 2}};
  std::vector<std::uint32_t> ids;
  for (int i = 0; i < 100; ++i) {
    auto made = submit();
    ASSERT_TRUE(made);
    ids.push_back(made->id);
  }
  ASSERT_TRUE(ends(ids.back(), 1h));
  for (const auto id : ids) {
    EXPECT_EQ(job(id).state, JobState::completed);
    EXPECT_THAT(printed(id), ElementsAre("1", "2"));
  }
}

TEST_F(Printing, APrinterOutOfPaperForMoreThanADayStopsNothingButItsPages) {
  const auto id = begun();
  launcher_.printer.out_of_paper = true;
  bidi::PrinterStatus status;
  status.state = bidi::State::stopped;
  status.reasons.push_back(
      {"media-empty", bidi::Severity::error, "tray1", "Tray 1 is out of paper. Load A4 paper.", 0});
  monitor()->tell_status(status);
  pass(26h);  // no call lasts longer than a day
  EXPECT_EQ(job(id).state, JobState::processing);
  EXPECT_THAT(spooler_->printer("T640")->sentence, HasSubstr("Tray 1 is out of paper"));
  launcher_.printer.out_of_paper = false;
  status = {};
  status.state = bidi::State::idle;
  monitor()->tell_status(status);
  ASSERT_TRUE(recovers([&] { return is_over(job(id).state); }));
  EXPECT_THAT(printed(id), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_EQ(launcher_.renderers.size(), 1U);
}

TEST_F(Printing, ARendererThatHangsWhileThePrinterIsReadyIsReplaced) {
  launcher_.scripts = {{.pages = 1, .hangs = true}, {.pages = 2}};
  auto made = submit();
  ASSERT_TRUE(made && recovers([&] { return is_over(job(made->id).state); }, 30min));
  EXPECT_EQ(job(made->id).state, JobState::completed);
  EXPECT_THAT(printed(made->id), ElementsAre("1", "2"));
}

TEST_F(Printing, AJobThatWasRenderedIsFollowedByTheNextPlatend) {
  launcher_.printer.page_time = 10s;
  auto made = submit();
  ASSERT_TRUE(made && until([&] { return count("FinishDoc 1 ok") == 1; }));
  restart_spooler();
  EXPECT_EQ(job(made->id).state, JobState::processing);
  ASSERT_TRUE(ends(made->id));
  EXPECT_EQ(job(made->id).state, JobState::completed);
  EXPECT_THAT(printed(made->id), ElementsAre("1", "2", "3"));
  EXPECT_EQ(launcher_.monitors.size(), 1U);
}

TEST_F(Printing, AJobCutHalfWayIsTakenBackByTheNextPlatendAndPrintedOnce) {
  launcher_.scripts = {{.pages = 30, .per_page = 1s}};
  auto made = submit();
  ASSERT_TRUE(made && until([&] { return printed(made->id).size() == 4; }));
  restart_spooler();
  ASSERT_TRUE(ends(made->id));
  EXPECT_EQ(job(made->id).state, JobState::completed);
  std::vector<std::string> all;
  for (int i = 1; i <= 30; ++i) all.push_back(std::to_string(i));
  EXPECT_EQ(printed(made->id), all);
  EXPECT_THAT(job(made->id).sentence, HasSubstr("The spooler was restarted after page"));
}

TEST_F(Printing, AnEndThatCameWhileNoPlatendWasThereIsTakenOver) {
  launcher_.printer.page_time = 10s;
  auto made = submit();
  ASSERT_TRUE(made && until([&] { return count("FinishDoc 1 ok") == 1; }));
  stop();
  pass(5min);
  EXPECT_EQ(monitor()->unacknowledged(), 1U);
  start();
  ASSERT_TRUE(ends(made->id, 1s));
  EXPECT_EQ(job(made->id).state, JobState::completed);
  EXPECT_TRUE(until([&] { return monitor()->unacknowledged() == 0; }));
  EXPECT_THAT(printed(made->id), ElementsAre("1", "2", "3"));
}

TEST_F(Printing, ACancelIsNotForgottenByARestart) {
  launcher_.scripts = {{.pages = 30, .per_page = 1s}};
  auto made = submit();
  ASSERT_TRUE(made && until([&] { return printed(made->id).size() == 2; }));
  monitor()->deaf = true;  // so that the cancel cannot come through
  auto canceled = run(spooler_->cancel(made->id));
  ASSERT_TRUE(canceled);
  restart_spooler();
  ASSERT_TRUE(ends(made->id));
  EXPECT_EQ(job(made->id).state, JobState::canceled);
}

TEST_F(Printing, APausedPrinterFinishesWhatItHasAndStartsNothing) {
  const auto id = begun();
  ASSERT_TRUE(run(spooler_->pause("T640", true)));
  auto next = submit();
  ASSERT_TRUE(next && ends(id));
  pass(1h);
  EXPECT_EQ(job(next->id).state, JobState::pending);
  ASSERT_TRUE(run(spooler_->pause("T640", false)));
  EXPECT_TRUE(ends(next->id));
}

TEST_F(Printing, Q163219AMonitorThatDoesNotStartIsTriedAtABoundedRateAndSaysSo) {
  launcher_.monitors_start = false;
  ASSERT_TRUE(until([&] { return monitor() != nullptr; }));
  monitor()->on_signal(9);
  pass(1h);
  EXPECT_THAT(spooler_->printer("T640")->sentence, HasSubstr("platen-monitor"));
  auto made = submit();
  launcher_.monitors_start = true;
  ASSERT_TRUE(made && ends(made->id));
  EXPECT_EQ(job(made->id).state, JobState::completed);
}

}  // namespace
}  // namespace platen::spooler
