// What people complained of in other printing systems, done to ours: each test is named after its thread.
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "house/house.hpp"

namespace platen::e2e {
namespace {

using testing::HasSubstr;
using SteadyClock = std::chrono::steady_clock;

class Complaints : public testing::Test {
 protected:
  bool completed(std::int64_t id) { return house_.job(id).at("state").as_string() == "completed"; }

  House house_;
};

// OpenPrinting/cups-filters#616: 15 to 24 seconds before the first page; #203 and #560: before each.
TEST_F(Complaints, CupsFilters616_TheFirstPageIsOutInSecondsAndTheNextOnesFollow) {
  house_.install("Laser");
  const auto from = SteadyClock::now();
  (void)house_.print("Laser", house_.text("first.txt", "The first page.\n"));
  ASSERT_TRUE(eventually([this] { return house_.printer().pages().size() == 1; }));
  auto longest = SteadyClock::now() - from;
  auto before = SteadyClock::now();
  const auto id = house_.print("Laser", house_.long_text("more.txt", 5));
  for (std::size_t page = 2; page <= 6; ++page) {
    ASSERT_TRUE(eventually([this, page] { return house_.printer().pages().size() >= page; }));
    longest = std::max(longest, SteadyClock::now() - before);
    before = SteadyClock::now();
  }
  EXPECT_TRUE(house_.job_reaches(id, "completed"));
  recovered(longest, std::chrono::seconds(10));
}

// michaelrsweet/pappl#143, #297, #406, #409: asked by many at once while printers are changed, it locks up.
TEST_F(Complaints, Pappl406_ManyWhoAskWhilePrintersComeAndGoAreAllAnswered) {
  house_.install("Laser");
  house_.printer().tell("stall");
  const auto id = house_.print("Laser", house_.long_text("long.txt", 3));
  constexpr int rounds = 8;
  std::vector<std::thread> people;
  std::atomic<int> answered = 0;
  std::atomic<std::int64_t> longest_ms = 0;
  for (const std::vector<std::string>& question :
       {std::vector<std::string>{"status", "Laser"}, {"printers"}, {"jobs"}, {"ink", "Laser"}})
    people.emplace_back([this, question, &answered, &longest_ms] {
      for (int i = 0; i < rounds; ++i) {
        const auto from = SteadyClock::now();
        if (house_.platen(question, Seconds(20)).code == 0) ++answered;
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - from).count();
        if (took > longest_ms) longest_ms = took;
      }
    });
  for (int i = 0; i < rounds; ++i) {
    const auto port = "file:" + (house_.folder() / "paper").string();
    EXPECT_EQ(house_
                  .platen({"install", source("inf/platen.inf"), "--model", "Lexmark T640", "--port", port,
                           "--name", "Second"})
                  .code,
              0);
    EXPECT_EQ(house_.platen({"uninstall", "Second"}).code, 0);
  }
  for (auto& person : people) person.join();
  EXPECT_EQ(answered, 4 * rounds);
  recovered(std::chrono::milliseconds(longest_ms), std::chrono::seconds(10));
  house_.printer().tell("resume");
  EXPECT_TRUE(house_.job_reaches(id, "completed"));
}

// OpenPrinting/pappl-retrofit#35, #36, ghostscript-printer-app#21: two printers at work, and the second's job
// stays "Started", for each took the other's filters for its own.
TEST_F(Complaints, PapplRetrofit36_TwoPrintersAtWorkTakeNothingFromEachOther) {
  VirtualPrinter other(house_.folder() / "other");
  house_.install("Laser");
  ASSERT_EQ(
      house_.platen({"install", source("inf/platen.inf"), "--port", other.uri(), "--name", "Other"}).code, 0);
  ASSERT_TRUE(house_.sentence_has("Other", "Ready"));
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 6; ++i) {
    const std::string name = "job-" + std::to_string(i) + ".txt";
    for (const char* printer : {"Laser", "Other"})
      ids.push_back(house_.print(printer, house_.text(name, "Job " + std::to_string(i) + "\n")));
  }
  EXPECT_TRUE(recovers([&] { return std::ranges::all_of(ids, [this](auto id) { return completed(id); }); },
                       Seconds(60)));
  EXPECT_EQ(house_.printer().pages().size(), 6u);
  EXPECT_EQ(other.pages().size(), 6u);
}

// OpenPrinting/cups-browsed#29: dead after some suspends. What a suspend does to us: nobody runs for a while,
// and then the connections are gone.
TEST_F(Complaints, CupsBrowsed29_AfterEachSuspendItPrintsAsBefore) {
  house_.install("Laser");
  std::size_t pages = 0;
  for (int round = 0; round < 3; ++round) {
    auto all = house_.processes("platen-monitor");
    all.push_back(house_.service_pid());
    for (const pid_t process : all) ::kill(process, SIGSTOP);
    house_.printer().tell("disconnect");
    std::this_thread::sleep_for(std::chrono::milliseconds(500));  // it sleeps
    for (const pid_t process : all) ::kill(process, SIGCONT);
    const auto id = house_.print("Laser", house_.text("awake.txt", "Awake again.\n"));
    EXPECT_TRUE(recovers([&] { return completed(id); }, Seconds(40)));
    EXPECT_EQ(house_.printer().pages().size(), ++pages);
    EXPECT_TRUE(house_.sentence_has("Laser", "Ready"));
  }
}

// OpenPrinting/cups#1482: the system refuses to print, for it thinks that the ink is out. Only the printer
// knows.
TEST_F(Complaints, Cups1482_NoLevelHoldsAJobBackThatThePrinterPrints) {
  house_.install("Laser");
  house_.printer().tell("supply black 1");
  EXPECT_TRUE(eventually([this] {
    return house_.platen({"ink", "Laser"}).out.find(" 1 %") != std::string::npos;
  })) << house_.platen({"ink", "Laser"}).out;
  const auto id = house_.print("Laser", house_.text("pale.txt", "Pale, perhaps.\n"));
  EXPECT_TRUE(recovers([&] { return completed(id); }, Seconds(40)));
  EXPECT_EQ(house_.printer().pages().size(), 1u);
}

}  // namespace
}  // namespace platen::e2e
