// The monitor and a printer on the USB: libusb and the virtual printer in between are what they always are.
#include <fstream>

#include "host_house.hpp"
#include "rigs/usb_rig.hpp"

namespace platen::langmon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using wire::JobOutcome;

constexpr const char* first_page =
    "\x1b"
    "EPage one.\r\n\f";

class UsbPrinterTest : public HostHouse {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "platen-usb-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    out_ = pattern;
    keep_open_ = true;
  }
  void TearDown() override {
    HostHouse::TearDown();
    std::filesystem::remove_all(out_);
  }

  void plug_in(int socket, const std::string& model = "E260dn") {
    const std::string number = std::to_string(socket);
    rig_.tell("plug " + number + " " + model);
    rig_.tell("printer " + number + " " + out_ + " Lexmark T640");
  }
  void ready() {
    start();
    connect();
    watch();
    ASSERT_TRUE(idle());
  }
  bool idle(Duration patience = 10s) {
    return wait(
        [this] { return !spooler_.statuses.empty() && spooler_.statuses.back().state == bidi::State::idle; },
        patience);
  }
  bool ended(std::size_t count, Duration patience = 20s) {
    return wait([this, count] { return spooler_.ends.size() >= count; }, patience);
  }
  void finish_with(std::uint32_t job, const std::string& text) {
    write(text +
          "\x1b"
          "E");
    finish(job);
  }

  rig::UsbRig rig_;
  std::string out_;
};

TEST_F(UsbPrinterTest, PagesArePrintedAndCountedAndItsSuppliesAreKnown) {
  plug_in(1);
  plug("usb://043d/0123?serial=7212M3J");
  ready();
  EXPECT_THAT(spooler_.statuses.back().device_id, HasSubstr("MDL:Lexmark E260dn;"))
      << "asked by the USB request";
  EXPECT_FALSE(spooler_.statuses.back().supplies.empty());
  for (std::uint32_t job = 1; job <= 3; ++job) {
    start_job(job);
    finish_with(job, std::string(first_page) + "Page two.\r\n\f");
    ASSERT_TRUE(ended(job));
    EXPECT_EQ(spooler_.ends.back().outcome, JobOutcome::completed) << spooler_.ends.back().sentence;
    EXPECT_EQ(spooler_.ends.back().pages_out, 2U);
  }
  EXPECT_TRUE(std::filesystem::exists(out_ + "/page-0006.png"));
  EXPECT_EQ(rig_.counts(1)["claimed"], 1) << "it stays open between jobs";
}

// OpenPrinting/cups#377: four to five seconds between two jobs, for the device is closed and opened.
TEST_F(UsbPrinterTest, Cups377_TheNextJobBeginsAtOnceForTheDeviceStaysOpen) {
  plug_in(1);
  plug("usb://043d/0123");
  ready();
  start_job(1);
  finish_with(1, first_page);
  ASSERT_TRUE(ended(1));
  const auto claims = rig_.counts(1)["claims"];
  const Instant between = clock_.now();
  start_job(2);
  write(first_page);
  ASSERT_TRUE(wait([this] {
    return !spooler_.progress.empty() && spooler_.progress.back().job == 2 &&
           spooler_.progress.back().bytes_sent > 0;
  }));
  recovered(clock_.now() - between, 2s);
  finish_with(2, "");
  ASSERT_TRUE(ended(2));
  EXPECT_EQ(rig_.counts(1)["claims"], claims);
}

TEST_F(UsbPrinterTest, PaperOutInTheMiddleOfAJobIsToldWithinASecond) {
  plug_in(1);
  plug("usb://043d/0123");
  ready();
  start_job(1);
  write(first_page);
  ASSERT_TRUE(
      wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; }, 20s));
  rig_.tell("tell 1 paper-out Tray 1");
  write("Page two.\r\n\f");
  ASSERT_TRUE(recovers([this] { return !spooler_.calls.empty(); }, 1s));
  EXPECT_THAT(spooler_.calls[0].sentence, HasSubstr("ray 1"));
  rig_.tell("tell 1 paper-in Tray 1");
  finish_with(1, "Page three.\r\n\f");
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed) << spooler_.ends[0].sentence;
  EXPECT_EQ(spooler_.ends[0].pages_out, 3U);
}

TEST_F(UsbPrinterTest, UnpluggedInAJobItIsMissedWithinASecondAndFoundAgainAtAnotherSocket) {
  plug_in(1);
  plug("usb://043d/0123?serial=7212M3J");
  ready();
  start_job(1);
  write(first_page);
  ASSERT_TRUE(
      wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; }, 20s));
  rig_.tell("unplug 1");
  ASSERT_TRUE(recovers([this] { return spooler_.ends.size() == 1; }, 1s));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::interrupted);
  EXPECT_EQ(spooler_.ends[0].pages_out, 1U);
  plug_in(2);
  start_job(2);
  finish_with(2, first_page);
  ASSERT_TRUE(ended(2));
  EXPECT_EQ(spooler_.ends[1].outcome, JobOutcome::completed) << spooler_.ends[1].sentence;
  EXPECT_EQ(spooler_.ends[1].pages_out, 1U);
}

TEST_F(UsbPrinterTest, ACancelledJobLeavesAStuckPrinterWithinASecondAndTheNextOnePrints) {
  plug_in(1);
  plug("usb://043d/0123");
  ready();
  start_job(1);
  write(std::string(first_page) + "Half of page");
  ASSERT_TRUE(
      wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; }, 20s));
  rig_.tell("tell 1 stall");
  write(std::string(30'000, ' '));
  ASSERT_TRUE(call<wire::CancelDoc>({.job = 1}));
  ASSERT_TRUE(recovers([this] { return spooler_.ends.size() == 1; }, 1s));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::canceled);
  rig_.tell("tell 1 resume");
  start_job(2);
  finish_with(2, first_page);
  ASSERT_TRUE(ended(2));
  EXPECT_EQ(spooler_.ends[1].outcome, JobOutcome::completed) << spooler_.ends[1].sentence;
}

TEST_F(UsbPrinterTest, AJobForAPrinterThatCannotTalkIsSentInFullOnlyWhenThePrinterHasTakenIt) {
  rig_.tell("plug 1 E120n takes=100");
  plug("usb://043d/00cc");
  start();
  connect();
  watch();
  start_job(1);
  finish_with(1, std::string(20'000, 'x'));
  EXPECT_FALSE(ended(1, 9s)) << "it said that it was sent, while it was not";
  rig_.tell("knob 1 takes=-1");
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::unconfirmed);
  EXPECT_THAT(rig_.heard(1), HasSubstr(std::string(20'000, 'x')));
}

TEST_F(UsbPrinterTest, TheProgramListsAndProbesIt) {
  plug_in(1);
  const auto listed = rig::UsbRig::run(std::string("LD_PRELOAD=") + std::getenv("LD_PRELOAD") +
                                       " " PLATEN_MONITOR " --list-ports");
  EXPECT_THAT(listed.out, AllOf(HasSubstr(R"("uri":"usb://043d/0123?serial=7212M3J")"),
                                HasSubstr("Lexmark E260dn, serial number 7212M3J, USB 1-1")));
  const auto probed = rig::UsbRig::run(std::string("LD_PRELOAD=") + std::getenv("LD_PRELOAD") +
                                       " " PLATEN_MONITOR " --probe 'usb://043d/0123?serial=7212M3J'");
  EXPECT_EQ(probed.code, 0) << probed.out;
  EXPECT_THAT(probed.out, HasSubstr("MDL:Lexmark E260dn;"));
}

}  // namespace
}  // namespace platen::langmon
