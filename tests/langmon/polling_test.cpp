// Printers that do not tell by themselves, and are asked in another way.
#include "house.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

// Answers what it is told to, at once or never.
struct Source final : StatusSource {
  explicit Source(Clock& its_clock) : clock(its_clock) {
    answer.state = bidi::State::idle;
    answer.supplies = {{.name = "Toner", .type = "toner", .color = "#000000", .level = 50}};
  }
  Task<Result<bidi::PrinterStatus>> ask(Deadline deadline) override {
    ++asked;
    if (answers) co_return answer;
    (void)co_await sleep(clock, deadline.left(clock));
    co_return fail(Errc::timed_out, "ask", "the printer");
  }
  void stop() override {}

  Clock& clock;
  bidi::PrinterStatus answer;
  bool answers = true;
  int asked = 0;
};

class PollingTest : public MonitorTest {
 protected:
  void start_polling(Options options = {}) {
    start(options);
    polling_ = true;
    boost::asio::co_spawn(reactor_, monitor_->poll(source_), [this](std::exception_ptr thrown) {
      polling_ = false;
      EXPECT_FALSE(thrown);
    });
    within([this] { monitor_->watch(true); });
  }
  void TearDown() override {
    MonitorTest::TearDown();
    EXPECT_FALSE(polling_) << "poll() has not returned after stop()";
  }
  Source source_{clock_};
  bool polling_ = false;
};

TEST_F(PollingTest, APrinterThatSaysNothingIsWhatItAnswers) {
  laser_.talks = false;
  start_polling();
  run(greeting_patience + 1s);
  EXPECT_GT(source_.asked, 0);
  EXPECT_EQ(monitor_->status().state, bidi::State::idle);
  ASSERT_EQ(monitor_->status().supplies.size(), 1u);
  source_.answer.state = bidi::State::stopped;
  source_.answer.reasons = {{"media-jam", bidi::Severity::error, "", "Paper is jammed.", 0}};
  run(longest_poll);
  EXPECT_EQ(monitor_->status().state, bidi::State::stopped);
  EXPECT_EQ(heard_.statuses.back().reasons.at(0).keyword, "media-jam");
}

TEST_F(PollingTest, ItIsAskedEverMoreRarelyWhileNothingChangesAndNotWhenNobodyWatches) {
  laser_.talks = false;
  start_polling();
  run(10min);
  const int at_first = source_.asked;
  run(10min);
  EXPECT_LE(source_.asked - at_first, 11);
  within([this] { monitor_->watch(false); });
  run(1min);
  const int before = source_.asked;
  run(2h);
  EXPECT_EQ(source_.asked, before);
}

TEST_F(PollingTest, OneThatSleepsIsLeftAloneUntilAJobWakesIt) {
  laser_.talks = false;
  source_.answer.reasons = {{"power-saver", bidi::Severity::report, "", "The printer sleeps.", 0}};
  start_polling();
  run(1h);
  EXPECT_LE(source_.asked, 6);
  EXPECT_EQ(monitor_->status().state, bidi::State::idle);
  source_.answer.reasons.clear();
  auto document = start_job(1);
  document->write("data\n");
  run(2 * quickest_poll);
  EXPECT_TRUE(monitor_->status().reasons.empty());
  document->end();
  finish(1, true);
}

TEST_F(PollingTest, OneThatDoesNotAnswerEitherCostsLittle) {
  laser_.talks = false;
  source_.answers = false;
  start_polling();
  run(24h);
  EXPECT_LT(source_.asked, 50);
}

TEST_F(PollingTest, APrinterThatTellsEverythingIsNeverAsked) {
  start_polling();
  run(1h);
  EXPECT_EQ(source_.asked, 0);
}

TEST_F(PollingTest, WhileAJobPrintsNewsComeInSeconds) {
  laser_.talks = false;
  start_polling();
  run(10min);
  auto document = start_job(1);
  document->write("data\n");
  run(1s);
  source_.answer.state = bidi::State::stopped;
  source_.answer.reasons = {{"media-empty", bidi::Severity::error, "tray1", "Tray 1 is out of paper.", 0}};
  run(2 * quickest_poll);
  EXPECT_EQ(monitor_->status().state, bidi::State::stopped);
  ASSERT_FALSE(heard_.calls.empty());
  EXPECT_EQ(heard_.calls.back().keyword, "media-empty");
  document->end();
  finish(1, true);
}

TEST_F(PollingTest, PostScriptStatusIsTheStatus) {
  start();
  run(1s);
  laser_.say("%%[ PrinterError: paper jam; source: USB ]%%\r\n");
  run(100ms);
  EXPECT_EQ(monitor_->status().state, bidi::State::stopped);
  EXPECT_EQ(monitor_->status().reasons.at(0).keyword, "media-jam");
  laser_.say("%%[ status: idle ]%%\r\n");
  run(100ms);
  EXPECT_EQ(monitor_->status().state, bidi::State::idle);
}

}  // namespace
}  // namespace platen::langmon
