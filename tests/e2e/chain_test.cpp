// One job all the way through, as a person at the command line sends it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "house/house.hpp"
#include "house/http.hpp"
#include "house/picture.hpp"

namespace platen::e2e {
namespace {

using testing::HasSubstr;

TEST(Chain, ThePrinterIsFoundInTheInfByItsOwnIdAndBecomesAQueue) {
  House house;
  house.install("Laser");
  auto printer = house.status("Laser");
  EXPECT_EQ(printer.at("model").as_string(), "Lexmark T640");
  EXPECT_TRUE(house.sentence_has("Laser", "Ready"));
}

TEST(Chain, ATextJobComesOutAsAPageAndTheTonerGoesDown) {
  House house;
  house.install("Laser");
  ASSERT_TRUE(eventually([&] { return !house.status("Laser").at("supplies").as_array().empty(); }));
  const auto level_of = [&] {
    return json::value_to<int>(house.status("Laser").at("supplies").as_array().at(0).as_object().at("level"));
  };
  house.printer().tell("supply black 60");
  auto id = house.print("Laser", house.long_text("long.txt", 3));
  ASSERT_TRUE(house.job_reaches(id, "completed"));
  auto job = house.job(id);
  EXPECT_EQ(json::value_to<int>(job.at("pagesDone")), 3);
  ASSERT_EQ(house.printer().pages().size(), 3u);
  EXPECT_GT(Picture::load_png(house.printer().page_file(0)).ink(), 0.005);
  EXPECT_TRUE(eventually([&] { return level_of() <= 60 && level_of() > 50; })) << level_of();
  const auto jobs = house.printer().jobs();
  ASSERT_FALSE(jobs.empty());
  EXPECT_EQ(jobs.back().at("result").as_string(), "completed");
  EXPECT_THAT(std::string(jobs.back().at("name").as_string()), HasSubstr("long.txt"));
}

// "UTF-8 TEXT with Greek, Cyrillic and CJK prints right": each line is compared with a page that has only the
// boxes of missing letters, and with its neighbours.
TEST(Chain, Utf8TextPrintsInEveryScript) {
  House house;
  house.install("Laser");
  auto scripts = house.print("Laser", house.text("scripts.txt",
                                                 "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία\n\n\n\n"
                                                 "Съешь же ещё этих мягких французских\n\n\n\n"
                                                 "我能吞下玻璃而不伤身体。いろはにほへと\n"));
  // Private-use letters, which no font has.
  std::string box =
      "\xEE\x80\x80\xEE\x80\x81\xEE\x80\x82\xEE\x80\x83\xEE\x80\x84\xEE\x80\x85\xEE\x80\x86\xEE\x80\x87";
  auto boxes = house.print("Laser", house.text("boxes.txt", box + box + box + "\n\n\n\n" + box + box + box +
                                                                "\n\n\n\n" + box + box + "\n"));
  ASSERT_TRUE(house.job_reaches(scripts, "completed"));
  ASSERT_TRUE(house.job_reaches(boxes, "completed"));
  ASSERT_EQ(house.printer().pages().size(), 2u);
  const auto right = Picture::load_png(house.printer().page_file(0));
  const auto wrong = Picture::load_png(house.printer().page_file(1));
  EXPECT_GT(right.ink(), 0.001);
  EXPECT_LT(compare(right, wrong, 8.27, 11.69, 100).correlation, 0.6);
}

TEST(Chain, StatusArrivesWhileTheJobsOwnCallIsOutstanding) {
  House house;
  house.install("Laser");
  house.printer().tell("stall");
  auto id = house.print("Laser", house.long_text("stalled.txt", 4));
  ASSERT_TRUE(house.job_reaches(id, "processing"));
  house.printer().tell("supply black 7");  // said by the printer in the middle of the job
  EXPECT_TRUE(house.sentence_has("Laser", "low", Seconds(5)) ||
              json::serialize(house.status("Laser")).find("toner-low") != std::string::npos);
  house.printer().tell("resume");
  EXPECT_TRUE(house.job_reaches(id, "completed"));
}

TEST(Chain, PaperOutIsSaidInASentenceAndTheJobFinishesWhenItIsMended) {
  House house;
  house.install("Laser");
  house.printer().tell("paper-out tray1");
  auto id = house.print("Laser", house.long_text("paper.txt", 2));
  EXPECT_TRUE(house.sentence_has("Laser", "Tray 1"));
  EXPECT_EQ(house.job(id).at("state").as_string(), "processing");
  house.printer().tell("paper-in tray1");
  EXPECT_TRUE(house.job_reaches(id, "completed"));
  EXPECT_EQ(house.printer().pages().size(), 2u);
  EXPECT_TRUE(house.sentence_has("Laser", "Ready"));
}

// apple/cups#1675: cancel does not stop printing.
TEST(Chain, AfterCancelThePortIsSilentWithinASecondAndTheNextJobPrintsClean) {
  House house;
  house.install("Laser");
  house.printer().tell("slow 30000");
  auto id = house.print("Laser", house.long_text("endless.txt", 60));
  ASSERT_TRUE(eventually([&] { return house.printer().bytes_received() > 20000; }));
  auto done = house.platen({"job", std::to_string(id), "cancel"});
  EXPECT_EQ(done.code, 0) << done.err;
  run({"sleep", "1"}, Seconds(5));
  // Only PJL of the clean start may come now; the job alone would be 30,000 bytes a second.
  const auto after_one_second = house.printer().bytes_received();
  run({"sleep", "1"}, Seconds(5));
  EXPECT_LE(house.printer().bytes_received() - after_one_second, 2000u);
  EXPECT_TRUE(house.job_reaches(id, "canceled"));
  const auto pages_before = house.printer().pages().size();
  house.printer().tell("slow 0");

  auto next = house.print("Laser", house.text("next.txt", "The next job prints clean.\n"));
  ASSERT_TRUE(house.job_reaches(next, "completed"));
  EXPECT_EQ(house.printer().pages().size(), pages_before + 1);
  EXPECT_TRUE(house.printer().jobs().back().at("errors").as_array().empty());
}

TEST(Chain, HoldReleaseAlterAndTheQueueInOrder) {
  House house;
  house.install("Laser");
  house.platen({"print", "-p", "Laser", house.text("warm.txt", "warm\n"), "--wait"});
  house.printer().tell("stall");
  auto first = house.print("Laser", house.text("first.txt", "first\n"));
  auto second = house.print("Laser", house.text("second.txt", "second\n"));
  EXPECT_EQ(house.platen({"job", std::to_string(second), "hold"}).code, 0);
  auto third = house.print("Laser", house.text("third.txt", "third\n"));
  EXPECT_EQ(house.platen({"job", std::to_string(third), "alter", "name=renamed"}).code, 0);
  house.printer().tell("resume");
  EXPECT_TRUE(house.job_reaches(first, "completed"));
  EXPECT_TRUE(house.job_reaches(third, "completed"));
  EXPECT_EQ(house.job(third).at("name").as_string(), "renamed");
  EXPECT_EQ(house.job(second).at("state").as_string(), "held");
  EXPECT_EQ(house.platen({"job", std::to_string(second), "release"}).code, 0);
  EXPECT_TRUE(house.job_reaches(second, "completed"));
}

TEST(Chain, APausedPrinterLetsItsJobsWaitUntilItIsResumed) {
  House house;
  house.install("Office");
  auto paused = house.platen({"pause", "Office"});
  EXPECT_EQ(paused.out, "Office is paused: jobs wait. `platen resume Office` goes on.\n") << paused.err;
  const auto id = house.print("Office", house.text("hello.txt", "Hello"));
  EXPECT_THAT(house.platen({"status", "Office"}).out, HasSubstr("`platen resume Office` goes on."));
  house.kill_service();
  house.start_service();  // it is still paused
  EXPECT_THAT(house.platen({"doctor"}).out, HasSubstr("`platen resume Office` goes on."));
  EXPECT_EQ(house.job(id).at("state").as_string(), "pending");
  EXPECT_EQ(house.platen({"resume", "Office"}).out, "Office goes on.\n");
  EXPECT_TRUE(house.job_reaches(id, "completed"));
}

TEST(Chain, BidiQueriesAreAnsweredAlsoInTheMiddleOfAJob) {
  House house;
  house.install("Laser");
  house.printer().tell("stall");
  auto id = house.print("Laser", house.long_text("long.txt", 2));
  ASSERT_TRUE(house.job_reaches(id, "processing"));
  auto answer = house.platen({"bidi", "Laser", "get", "\\Printer.DeviceInfo:ModelName"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("T640"));
  house.printer().tell("resume");
  EXPECT_TRUE(house.job_reaches(id, "completed"));
}

// The monitor's own name for such a port is a shorter one.
TEST(Chain, APrinterWhosePortHasOptionsInItsNameIsServed) {
  House house({"--snmp", "127.0.0.1:0"});
  ASSERT_THAT(house.printer().uri(), HasSubstr("?snmp=public"));
  house.install("Laser");
  const auto id = house.print("Laser", house.text("hello.txt", "Hello"));
  EXPECT_TRUE(house.job_reaches(id, "completed"));
}

TEST(Chain, WhatIsSetOfThePrinterHoldsAndIsRefusedWithWindowsNumber) {
  House house;
  house.install("Laser");
  const std::string low = "\\Printer.Consumables.[Black]:LowLevel";
  auto known = [&] { return house.platen({"bidi", "Laser", "get", low}).code == 0; };
  ASSERT_TRUE(eventually(known));
  auto set = house.platen({"bidi", "Laser", "set", low, "99"});
  EXPECT_EQ(set.code, 0) << set.err;
  EXPECT_THAT(house.platen({"bidi", "Laser", "get", low}).out, HasSubstr("99"));
  const std::string timeout = "\\Printer.Configuration.Job:TimeoutSeconds";
  set = house.platen({"bidi", "Laser", "set", timeout, "120"});
  EXPECT_EQ(set.code, 0) << set.err;
  EXPECT_THAT(house.platen({"bidi", "Laser", "get", timeout, "--fresh"}).out, HasSubstr("120"));
  set = house.platen({"bidi", "Laser", "set", timeout, "soon"});
  EXPECT_NE(set.code, 0);
  EXPECT_THAT(set.err, HasSubstr("BIDI_INT"));
  EXPECT_EQ(house.platen({"ink", "Laser", "--new", "Black"}).code, 0);
  EXPECT_THAT(house.platen({"clean", "Laser"}).err, HasSubstr("no print heads"));
}

TEST(Chain, APrinterThatSleepsIsReadyToPrint) {
  House house;
  house.install("Laser");
  house.printer().tell("rest sleep");
  auto says = [&](const std::string& words) {
    return eventually([&] { return house.platen({"status", "Laser"}).out.find(words) != std::string::npos; });
  };
  EXPECT_TRUE(says("sleeps to save power"));
  auto id = house.print("Laser", house.long_text("short.txt", 1));
  EXPECT_TRUE(house.job_reaches(id, "completed"));
  EXPECT_TRUE(says("Ready."));
}

TEST(Chain, UninstallLeavesNothingBehind) {
  House house;
  house.install("Laser");
  EXPECT_EQ(house.platen({"uninstall", "Laser"}).code, 0);
  EXPECT_TRUE(house.platen_json({"printers"}).as_object().at("printers").as_array().empty());
  EXPECT_TRUE(eventually([&] { return house.processes("platen-monitor").empty(); }));
}

TEST(Chain, ForeignWebPagesCannotActForTheirReader) {
  House house;
  house.install("Laser");
  const auto path = house.url() + "api/printers/Laser/test-page";
  EXPECT_EQ(http("POST", path).status, 403);
  EXPECT_EQ(http("POST", path, "", {"X-Platen: 1", "Origin: http://evil.example"}).status, 403);
  EXPECT_EQ(http("GET", house.url() + "api/printers", "", {"Host: evil.example"}).status, 403);
  EXPECT_EQ(http("DELETE", house.url() + "api/printers/Laser", "", {"X-Platen: 1"}).status, 403);
  EXPECT_EQ(http("POST", path, "", {"X-Platen: 1"}).status, 201);
}

}  // namespace
}  // namespace platen::e2e
