// The monitor against the virtual printer, which shares no parser and no encoder with it.
#include <signal.h>

#include "base/posix_launcher.hpp"
#include "host_house.hpp"
#include "langmon/host/pipe_source.hpp"

namespace platen::langmon {
namespace {

using testing::HasSubstr;
using wire::JobOutcome;
namespace asio = boost::asio;

class VirtualPrinterTest : public HostHouse {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "platen-vp-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    out_ = pattern;
    auto pipe = make_pipe();
    ASSERT_TRUE(pipe);
    Command command{.program = PLATEN_VPRINTER,
                    .args = {"--out", out_, "--listen", "127.0.0.1:0", "--control", control()}};
    command.descriptors.emplace(1, std::move(pipe->write_end));
    auto launched = launcher_.launch(std::move(command));
    ASSERT_TRUE(launched) << launched.error().sentence();
    printer_ = std::move(*launched);
    auto line = get(first_line(clock_, std::move(pipe->read_end)));
    ASSERT_TRUE(line) << line.error().sentence();
    ASSERT_TRUE(line->starts_with("ready ")) << *line;
    plug(line->substr(6));
  }

  void TearDown() override {
    HostHouse::TearDown();
    printer_->signal(SIGTERM);
    EXPECT_TRUE(get(printer_->wait(Deadline::in(clock_, 10s))));
    std::filesystem::remove_all(out_);
  }

  static Task<Result<std::string>> first_line(Clock& clock, Fd from) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto source = make_source(clock, executor, std::move(from));
    if (!source) co_return source.error();
    std::string line;
    std::byte one{};
    while (true) {
      auto count = co_await (*source)->read_some(std::span(&one, 1), Deadline::in(clock, 10s));
      if (!count) co_return count.error();
      if (*count == 0 || one == std::byte{'\n'}) co_return line;
      line += static_cast<char>(one);
    }
  }

  [[nodiscard]] std::string control() const { return out_ + "/control"; }
  void tell(const std::string& words) {
    auto launched =
        launcher_.launch({.program = PLATEN_VPRINTER, .args = {"--control", control(), "--tell", words}});
    ASSERT_TRUE(launched);
    auto status = get((*launched)->wait(Deadline::in(clock_, 10s)));
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->ok()) << words << ": " << status->sentence();
  }
  void ready() {
    start();
    connect();
    watch();
    ASSERT_TRUE(wait([this] {
      return !spooler_.statuses.empty() && spooler_.statuses.back().state == bidi::State::idle;
    }));
  }
  bool ended(std::size_t count, Duration patience = 20s) {
    return wait([this, count] { return spooler_.ends.size() >= count; }, patience);
  }

  PosixLauncher launcher_{reactor_.get_executor(), clock_};
  std::string out_;
  std::unique_ptr<Process> printer_;
};

TEST_F(VirtualPrinterTest, TwoPagesOfTextArePrintedAndCounted) {
  ready();
  EXPECT_FALSE(spooler_.statuses.back().supplies.empty());
  EXPECT_FALSE(spooler_.statuses.back().trays.empty());
  start_job(1);
  write(
      "\x1b"
      "E"
      "Page one.\r\n\fPage two.\r\n\f"
      "\x1b"
      "E");
  finish(1);
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed) << spooler_.ends[0].sentence;
  EXPECT_EQ(spooler_.ends[0].pages_out, 2U);
  EXPECT_TRUE(std::filesystem::exists(out_ + "/page-0002.png"));
}

TEST_F(VirtualPrinterTest, PaperOutIsToldWithinASecondAndTheJobGoesOnWithPaper) {
  ready();
  tell("paper-out Tray 1");
  start_job(1);
  write(
      "\x1b"
      "E"
      "Page one.\r\n\f"
      "\x1b"
      "E");
  finish(1);
  ASSERT_TRUE(wait([this] { return !spooler_.calls.empty(); }, 1s));
  EXPECT_THAT(spooler_.calls[0].sentence, HasSubstr("ray 1"));
  EXPECT_EQ(spooler_.statuses.back().state, bidi::State::stopped);
  EXPECT_FALSE(ended(1, 500ms));
  tell("paper-in Tray 1");
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed) << spooler_.ends[0].sentence;
}

TEST_F(VirtualPrinterTest, ACancelInTheMiddleOfAStalledJobLeavesThePrinterCleanForTheNext) {
  ready();
  start_job(1);
  write(
      "\x1b"
      "E"
      "Page one.\r\n\fHalf of page");
  ASSERT_TRUE(
      wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; }, 20s));
  tell("stall");
  ASSERT_TRUE(call<wire::CancelDoc>({.job = 1}));
  ASSERT_TRUE(ended(1, 1s));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::canceled);
  tell("resume");
  start_job(2);
  write(
      "\x1b"
      "E"
      "Whole.\r\n\f"
      "\x1b"
      "E");
  finish(2);
  ASSERT_TRUE(ended(2));
  EXPECT_EQ(spooler_.ends[1].outcome, JobOutcome::completed) << spooler_.ends[1].sentence;
  EXPECT_EQ(spooler_.ends[1].pages_out, 1U);
}

TEST_F(VirtualPrinterTest, ADroppedConnectionInterruptsTheJobAndTheNextOnePrints) {
  ready();
  start_job(1);
  write(
      "\x1b"
      "E"
      "Page one.\r\n\fHalf of page");
  ASSERT_TRUE(
      wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; }, 20s));
  tell("disconnect");
  ASSERT_TRUE(ended(1, 1s));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::interrupted);
  EXPECT_EQ(spooler_.ends[0].pages_out, 1U);
  start_job(2);
  write(
      "\x1b"
      "E"
      "The rest.\r\n\f"
      "\x1b"
      "E");
  finish(2);
  ASSERT_TRUE(ended(2));
  EXPECT_EQ(spooler_.ends[1].outcome, JobOutcome::completed) << spooler_.ends[1].sentence;
}

TEST_F(VirtualPrinterTest, GarbageFromThePrinterHarmsNoJob) {
  ready();
  start_job(1);
  write(
      "\x1b"
      "E"
      "Page one.\r\n\f");
  tell("garbage 100000");
  write(
      "Page two.\r\n\f"
      "\x1b"
      "E");
  finish(1);
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed) << spooler_.ends[0].sentence;
  EXPECT_EQ(spooler_.ends[0].pages_out, 2U);
}

}  // namespace
}  // namespace platen::langmon
