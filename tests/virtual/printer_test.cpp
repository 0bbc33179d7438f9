// What happens when paper, toner or patience run out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.hpp"

namespace platen::vprinter {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string job(std::string_view name, std::string_view data) {
  return std::string(kUel) + "@PJL JOB NAME=\"" + std::string(name) + "\"\r\n@PJL ENTER LANGUAGE=PCL\r\n" +
         std::string(data) + std::string(kUel) + "@PJL EOJ NAME=\"" + std::string(name) + "\"\r\n" +
         std::string(kUel);
}

TEST(Printer, APageThatWantsPaperWaitsForItAndIsFinished) {
  Desk desk;
  Device& device = desk.printer.device();
  device.take_paper_out("tray1");
  EXPECT_EQ(device.status(), (Status{11204, "Tray 1 Empty", true}));
  desk.send(std::string(kUel) + "@PJL USTATUS DEVICE=ON JOB=ON PAGE=ON\r\n" + job("x", "one\ftwo\f"));
  EXPECT_EQ(device.status(), (Status{41204, "Load Tray 1 A4", false}));
  EXPECT_TRUE(desk.channel->held());
  EXPECT_FALSE(desk.waiting.empty());
  EXPECT_THAT(desk.heard(), HasSubstr("CODE=41204\r\nDISPLAY=\"Load Tray 1 A4\"\r\nONLINE=FALSE\r\n"));
  device.put_paper_in("Tray 1", 1);
  desk.pump();
  EXPECT_EQ(desk.output.pages.size(), 1u);
  EXPECT_EQ(device.status().code, 41204);
  device.put_paper_in("tray-1", std::nullopt);
  desk.pump();
  EXPECT_EQ(desk.output.pages.size(), 2u);
  EXPECT_THAT(desk.heard(), HasSubstr("END\r\nNAME=\"x\"\r\nPAGES=2\r\n"));
  EXPECT_EQ(device.status().code, 10001);
}

TEST(Printer, WaitsWithCoverJamAndOfflineAndShowsTheGravest) {
  Desk desk;
  Device& device = desk.printer.device();
  device.set_fault(Fault::offline, true);
  EXPECT_EQ(device.status(), (Status{10002, "Not Ready", false}));
  device.set_fault(Fault::jam, true);
  EXPECT_EQ(device.status(), (Status{42001, "200 Paper Jam", false}));
  device.set_fault(Fault::cover_open, true);
  EXPECT_EQ(device.status(), (Status{40021, "Close door", false}));
  desk.send("text\f");
  EXPECT_TRUE(desk.output.pages.empty());
  device.set_fault(Fault::cover_open, false);
  device.set_fault(Fault::jam, false);
  desk.pump();
  EXPECT_TRUE(desk.output.pages.empty());
  device.set_fault(Fault::offline, false);
  desk.pump();
  EXPECT_EQ(desk.output.pages.size(), 1u);
}

TEST(Printer, TonerRunsDownWithCoverageUntilItIsLowAndThenEmpty) {
  Desk desk;
  Device& device = desk.printer.device();
  // A solid square of 2400 dots is a sixth of an A4 sheet, more than three ordinary pages.
  const std::string page = "\x1B&u600D\x1B*p300x600Y\x1B*c2400a2400b0P\f";
  desk.send(page);
  EXPECT_NEAR(device.supplies()[0].percent, 100 - 100 * (2400.0 * 2400 / (4960.0 * 7016)) / 0.05 / 100, 0.01);
  EXPECT_EQ(device.supplies()[0].level(), 96);
  EXPECT_TRUE(device.set_supply("black", 9));
  EXPECT_EQ(device.status().code, 10006);
  EXPECT_EQ(device.status().display, "88 Toner Low");
  EXPECT_TRUE(device.status().online);
  for (int i = 0; i < 5; ++i) desk.send(page);
  EXPECT_EQ(device.status().code, 40038);
  EXPECT_FALSE(device.status().online);
  const std::size_t printed = desk.output.pages.size();
  EXPECT_LT(printed, 6u);
  device.set_supply("Black Toner Cartridge", 100);
  desk.pump();
  EXPECT_EQ(desk.output.pages.size(), 6u);
}

TEST(Printer, SourcesAreTraysAndTheFeederAsksForPaper) {
  Desk desk;
  desk.send("\x1B&l4h2Atext\f");
  EXPECT_EQ(desk.printer.device().trays()[1].sheets, 499);
  desk.send("\x1B&l2h26Atext\f");
  EXPECT_EQ(desk.printer.device().status(), (Status{41104, "Load Multipurpose Feeder A4", false}));
  desk.printer.device().put_paper_in("multipurpose", 5);
  desk.pump();
  EXPECT_EQ(desk.output.pages.size(), 2u);
}

TEST(Printer, PeopleLoadThePaperThatTheDisplayAsksFor) {
  Desk desk;
  desk.send("\x1B&l3Atext\f");
  EXPECT_EQ(desk.printer.device().status(), (Status{41203, "Load Tray 1 Legal", false}));
  desk.printer.device().put_paper_in("tray1", std::nullopt);
  desk.pump();
  EXPECT_EQ(desk.output.pages.size(), 1u);
}

TEST(Printer, DuplexPutsTwoPagesOnASheet) {
  Desk desk;
  desk.send("\x1B&l1Sone\ftwo\fthree\f");
  EXPECT_EQ(desk.output.pages.size(), 3u);
  EXPECT_EQ(desk.printer.device().trays()[0].sheets, 498);
}

TEST(Printer, PacesItsPages) {
  Desk desk("Lexmark T640", {.pages_per_minute = 30});
  desk.send("\x1B&l2Xone\ftwo\f");
  EXPECT_EQ(desk.output.pages.size(), 0u);
  EXPECT_EQ(desk.printer.device().status().code, 10023);
  desk.pass(2s);
  EXPECT_EQ(desk.output.pages.size(), 1u);
  desk.pass(2s);
  EXPECT_EQ(desk.output.pages.size(), 2u);
  desk.pass(4s);
  EXPECT_EQ(desk.output.pages.size(), 4u);
}

TEST(Printer, AStalledPrinterTakesNoData) {
  Desk desk;
  desk.printer.stall(true);
  desk.send(std::string(kUel) + "@PJL ECHO a\r\n");
  EXPECT_EQ(desk.heard(), "");
  desk.printer.stall(false);
  desk.pump();
  EXPECT_EQ(desk.heard(), "@PJL ECHO a\r\n\f");
}

TEST(Printer, WhatASilentPrinterWouldSayIsLost) {
  Desk desk;
  desk.printer.silence(true);
  desk.send(std::string(kUel) + "@PJL ECHO a\r\n");
  desk.printer.silence(false);
  desk.send("@PJL ECHO b\r\n");
  EXPECT_EQ(desk.heard(), "@PJL ECHO b\r\n\f");
}

TEST(Printer, AJobWithoutPjlEndsWithItsData) {
  Desk desk;
  desk.send("hello");
  desk.channel->end_of_input();
  EXPECT_TRUE(desk.channel->done());
  ASSERT_EQ(desk.output.jobs.size(), 1u);
  EXPECT_EQ(desk.output.jobs[0].result, JobResult::completed);
  EXPECT_EQ(desk.output.jobs[0].pages, 1);
  EXPECT_EQ(desk.output.jobs[0].bytes, 5u);
  EXPECT_EQ(desk.printer.device().status().code, 10001);
}

TEST(Printer, ALastPageThatWantsPaperKeepsTheWireUntilItIsOut) {
  Desk desk;
  desk.printer.device().take_paper_out("tray1");
  desk.send("hello");
  desk.channel->end_of_input();
  EXPECT_FALSE(desk.channel->done());
  desk.printer.device().put_paper_in("tray1", 10);
  desk.printer.look_again();
  EXPECT_TRUE(desk.channel->done());
  EXPECT_EQ(desk.output.jobs.at(0).pages, 1);
}

TEST(Printer, AJobThatIsCutOffLeavesNoPageAndACleanPrinter) {
  for (const bool in_order : {false, true}) {
    Desk desk;
    desk.send(std::string(kUel) + "@PJL JOB NAME=\"cut\"\r\n@PJL ENTER LANGUAGE=PCL\r\nfirst\fsecond");
    in_order ? desk.channel->end_of_input() : desk.channel->lost();
    EXPECT_TRUE(desk.channel->done());
    desk.plug_in();
    EXPECT_EQ(desk.output.pages.size(), 1u);
    ASSERT_EQ(desk.output.jobs.size(), 1u);
    EXPECT_EQ(desk.output.jobs[0].result, JobResult::disconnected);
    EXPECT_EQ(desk.output.jobs[0].pages, 1);
    EXPECT_EQ(desk.printer.device().status().code, 10001);
    desk.send(job("next", "fine"));
    EXPECT_EQ(desk.output.pages.size(), 2u);
    EXPECT_EQ(desk.output.jobs[1].result, JobResult::completed);
  }
}

TEST(Printer, APageThatWaitedForPaperGoesWithItsLostJob) {
  Desk desk;
  desk.printer.device().take_paper_out("tray1");
  desk.send(job("gone", "text\f"));
  EXPECT_EQ(desk.printer.device().status().code, 41204);
  desk.channel->lost();
  EXPECT_EQ(desk.printer.device().status().code, 11204);
  desk.printer.device().put_paper_in("tray1", 10);
  desk.printer.look_again();
  EXPECT_TRUE(desk.output.pages.empty());
}

TEST(Printer, ACancelledJobIsSwallowedToItsEnd) {
  Desk desk;
  desk.send(std::string(kUel) +
            "@PJL USTATUS JOB=ON\r\n@PJL JOB NAME=\"c\"\r\n@PJL ENTER LANGUAGE=PCL\r\none\ftwo");
  desk.heard();
  desk.printer.cancel();
  EXPECT_EQ(desk.heard(), "@PJL USTATUS JOB\r\nCANCELED\r\nNAME=\"c\"\r\nPAGES=1\r\n\f");
  EXPECT_EQ(desk.printer.device().status().code, 10007);
  desk.send(" three\f" + std::string(kUel) + "@PJL EOJ\r\n");
  EXPECT_EQ(desk.heard(), "");
  ASSERT_EQ(desk.output.jobs.size(), 1u);
  EXPECT_EQ(desk.output.jobs[0].result, JobResult::canceled);
  EXPECT_EQ(desk.output.pages.size(), 1u);
  desk.send(job("next", "fine"));
  EXPECT_EQ(desk.output.pages.size(), 2u);
  EXPECT_EQ(desk.output.jobs[1].result, JobResult::completed);
}

TEST(Printer, OnlyTheWantedPagesOfAJobArePutOut) {
  Desk desk;
  desk.send(std::string(kUel) +
            "@PJL JOB START=2 END=3\r\n@PJL ENTER LANGUAGE=PCL\r\none\ftwo\fthree\ffour\f" +
            std::string(kUel) + "@PJL EOJ\r\n");
  EXPECT_EQ(desk.output.pages.size(), 2u);
}

}  // namespace
}  // namespace platen::vprinter
