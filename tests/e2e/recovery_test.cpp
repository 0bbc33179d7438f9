// What dies is replaced, what was promised is kept, and each page is printed once.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "house/house.hpp"
#include "house/picture.hpp"

namespace platen::e2e {
namespace {

constexpr int kPages = 4;

// A printer that pauses for ever after the first page of a job: paper for one sheet only.
class Recovery : public testing::Test {
 protected:
  void print_until_the_first_page_is_out() {
    house_.install("Laser");
    ASSERT_TRUE(house_.sentence_has("Laser", "Ready"));
    house_.printer().tell("paper-in tray1 1");
    id_ = house_.print("Laser", house_.long_text("pages.txt", kPages));
    ASSERT_TRUE(eventually([this] { return house_.printer().pages().size() == 1; }));
    ASSERT_TRUE(eventually([this] { return json::value_to<int>(house_.job(id_).at("pagesDone")) == 1; }));
  }

  void expect_every_page_once() {
    ASSERT_TRUE(recovers([this] { return state() == "completed"; }, Seconds(60)));
    EXPECT_EQ(house_.printer().pages().size(), static_cast<std::size_t>(kPages));
    // No two sheets show the same page.
    for (std::size_t a = 0; a < house_.printer().pages().size(); ++a)
      for (std::size_t b = a + 1; b < house_.printer().pages().size(); ++b)
        EXPECT_NE(read_file(house_.printer().page_file(a)), read_file(house_.printer().page_file(b)))
            << "sheets " << a + 1 << " and " << b + 1;
    auto next = house_.print("Laser", house_.text("next.txt", "The queue goes on.\n"));
    EXPECT_TRUE(house_.job_reaches(next, "completed"));
    EXPECT_EQ(house_.printer().pages().size(), static_cast<std::size_t>(kPages) + 1);
  }

  std::string state() const { return std::string(house_.job(id_).at("state").as_string()); }

  House house_;
  std::int64_t id_ = 0;
};

TEST_F(Recovery, TheMonitorIsKilledInTheMiddleOfAJob) {
  print_until_the_first_page_is_out();
  const auto monitors = house_.processes("platen-monitor");
  ASSERT_EQ(monitors.size(), 1u);
  ::kill(monitors.front(), SIGKILL);
  house_.printer().tell("paper-in tray1 250");
  expect_every_page_once();
}

TEST_F(Recovery, TheRendererIsKilledInTheMiddleOfAJob) {
  // Slow and large, so that the renderer is still at work when it dies.
  house_.install("Laser");
  ASSERT_TRUE(house_.sentence_has("Laser", "Ready"));
  house_.printer().tell("stall");
  id_ = house_.print("Laser", house_.long_text("pages.txt", 40));
  ASSERT_TRUE(eventually([this] { return house_.processes("platen-render").size() == 1; }));
  ASSERT_TRUE(house_.job_reaches(id_, "processing"));
  for (pid_t pid : house_.processes("platen-render")) ::kill(pid, SIGKILL);
  // A second, short attempt would hide the first one's rest; so the printer only now takes data.
  house_.printer().tell("resume");
  ASSERT_TRUE(recovers([this] { return state() == "completed"; }, Seconds(120)));
  std::set<std::string> different;
  for (std::size_t i = 0; i < house_.printer().pages().size(); ++i)
    different.insert(read_file(house_.printer().page_file(i)));
  EXPECT_EQ(house_.printer().pages().size(), 40u);
  EXPECT_EQ(different.size(), 40u);
}

// apple/cups#715: cable pulled, job counted as printed. OpenPrinting/ipp-usb#72: unplugged mid-job, never
// found again.
TEST_F(Recovery, ThePrinterIsUnpluggedInTheMiddleOfAJob) {
  print_until_the_first_page_is_out();
  house_.printer().tell("refuse");
  house_.printer().tell("disconnect");
  EXPECT_TRUE(
      eventually([this] { return house_.status("Laser").at("state").as_string() == "offline"; }, Seconds(5)));
  EXPECT_NE(house_.job(id_).at("state").as_string(), "completed");
  EXPECT_FALSE(house_.status("Laser").at("paused").as_bool());  // apple/cups#5544: no suicide printer
  house_.printer().tell("paper-in tray1 250");
  house_.printer().tell("accept");
  expect_every_page_once();
}

TEST_F(Recovery, TheSpoolerIsKilledInTheMiddleOfAJobAndTheJobGoesOn) {
  print_until_the_first_page_is_out();
  house_.kill_service();
  house_.start_service();
  house_.printer().tell("paper-in tray1 250");
  expect_every_page_once();
}

TEST_F(Recovery, EverythingIsKilledAtOnce) {
  print_until_the_first_page_is_out();
  house_.kill_service();
  for (const char* program : {"platen-monitor", "platen-render"})
    for (pid_t pid : house_.processes(program)) ::kill(pid, SIGKILL);
  house_.start_service();
  house_.printer().tell("paper-in tray1 250");
  expect_every_page_once();
}

TEST_F(Recovery, NoAcknowledgedJobIsLostWhenTheSpoolerIsKilled) {
  house_.install("Laser");
  house_.printer().tell("stall");
  std::set<std::int64_t> acknowledged;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 4; ++i)
      acknowledged.insert(
          house_.print("Laser", house_.text("job.txt", "job " + std::to_string(round) + "\n")));
    house_.kill_service();
    house_.start_service();
  }
  ASSERT_EQ(acknowledged.size(), 20u);
  house_.printer().tell("resume");
  for (auto id : acknowledged) EXPECT_TRUE(house_.job_reaches(id, "completed", Seconds(60))) << id;
  EXPECT_EQ(house_.printer().pages().size(), 20u);
}

TEST_F(Recovery, APrinterThatIsSwitchedOnLaterPrintsWhatWaits) {
  house_.install("Laser");
  house_.printer().tell("refuse");
  house_.printer().tell("disconnect");
  id_ = house_.print("Laser", house_.text("patient.txt", "patient\n"));
  EXPECT_TRUE(eventually([this] { return house_.status("Laser").at("state").as_string() == "offline"; }));
  house_.printer().tell("accept");
  EXPECT_TRUE(recovers([this] { return state() == "completed"; }, Seconds(40)));
  EXPECT_EQ(house_.printer().pages().size(), 1u);
}

TEST_F(Recovery, GarbageFromThePrinterDisturbsNothing) {
  house_.install("Laser");
  house_.printer().tell("garbage 100000");
  id_ = house_.print("Laser", house_.text("calm.txt", "calm\n"));
  EXPECT_TRUE(recovers([this] { return state() == "completed"; }, Seconds(60)));
  EXPECT_EQ(house_.printer().pages().size(), 1u);
}

}  // namespace
}  // namespace platen::e2e
