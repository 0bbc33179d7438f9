// Minutes of work at a printer that fails all the time, in real time and with real processes: every job is
// printed, a job that nothing befell is printed once, and the service does not grow.
//
//   PLATEN_SOAK_SECONDS=3600 PLATEN_SOAK_SEED=7 test-e2e-soak
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "house/house.hpp"

namespace platen::e2e {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

unsigned long setting(const char* name, unsigned long otherwise) {
  const char* given = std::getenv(name);
  return given != nullptr ? std::strtoul(given, nullptr, 10) : otherwise;
}

struct Size {
  std::size_t kilobytes = 0;
  std::ptrdiff_t descriptors = 0;
};

Size size_of(pid_t process) {
  const auto folder = std::filesystem::path("/proc") / std::to_string(process);
  std::ifstream statm(folder / "statm");
  std::size_t all = 0, resident = 0;
  statm >> all >> resident;
  return {resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024,
          std::distance(std::filesystem::directory_iterator(folder / "fd"), {})};
}

class Soak : public testing::Test {
 protected:
  // What befalls the printer, and what mends it.
  struct Fault {
    const char* strike;
    const char* mend;
  };
  static constexpr Fault faults[] = {
      {"disconnect", nullptr},
      {"stall", "resume"},
      {"silence", "speak"},
      {"garbage 300", nullptr},
      {"paper-out tray1", nullptr},
      {"cover open", "cover closed"},
      {"refuse", "accept"},
      {"slow 20000", "slow 0"},
      {"kill platen-monitor", nullptr},
      {"kill platen-render", nullptr},
  };

  void strike(const std::string& fault) {
    if (!fault.starts_with("kill ")) {
      house_.printer().tell(fault);
      if (fault == "refuse") house_.printer().tell("disconnect");
      return;
    }
    for (const pid_t process : house_.processes(fault.substr(5))) ::kill(process, SIGKILL);
  }

  House house_;
};

TEST_F(Soak, EveryJobIsPrintedWhateverBefallsThePrinterAndNothingGrows) {
  std::mt19937_64 random(setting("PLATEN_SOAK_SEED", 1));
  const auto lasts = std::chrono::seconds(setting("PLATEN_SOAK_SECONDS", 300));
  house_.install("Laser");
  ASSERT_TRUE(house_.sentence_has("Laser", "Ready"));
  const auto began = Clock::now();
  Size warm{};
  std::map<std::string, int> struck;
  std::size_t pages = 0;
  int jobs = 0, again = 0;
  while (Clock::now() - began < lasts) {
    const int sheets = 1 + static_cast<int>(random() % 2);
    const bool quiet = random() % 3 == 0;
    const auto& fault = faults[random() % std::size(faults)];
    const auto id = house_.print("Laser", house_.long_text("job.txt", sheets));
    if (!quiet) {
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 300));  // anywhere in the job
      strike(fault.strike);
      ++struck[fault.strike];
      std::this_thread::sleep_for(
          std::chrono::milliseconds(random() % 1500));  // it stays like that for a while
      if (fault.mend != nullptr) house_.printer().tell(fault.mend);
    }
    house_.printer().tell("paper-in tray1 250");
    house_.printer().tell("supply black 100");
    ASSERT_TRUE(house_.job_reaches(id, "completed")) << "lost: job " << id << " after " << fault.strike;
    const auto now = house_.printer().pages().size();
    EXPECT_GE(now, pages + static_cast<std::size_t>(sheets)) << "job " << id << " after " << fault.strike;
    EXPECT_TRUE(!quiet || now == pages + static_cast<std::size_t>(sheets)) << "twice: job " << id;
    if (now > pages + static_cast<std::size_t>(sheets)) ++again;
    pages = now;
    ++jobs;
    if (warm.kilobytes == 0 && Clock::now() - began > lasts / 4) warm = size_of(house_.service_pid());
    ASSERT_FALSE(HasFailure());
  }
  ASSERT_NE(warm.kilobytes, 0U);
  const auto end = size_of(house_.service_pid());
  EXPECT_LT(end.kilobytes, warm.kilobytes + 4096) << "the service grows";
  EXPECT_LE(end.descriptors, warm.descriptors + 2) << "the service keeps descriptors";
  std::printf(
      "%d jobs, %zu pages, %d jobs with pages sent again; the service: %zu kB then %zu kB, %td then %td "
      "descriptors\n",
      jobs, pages, again, warm.kilobytes, end.kilobytes, warm.descriptors, end.descriptors);
  for (const auto& [what, times] : struck) std::printf("  %s: %d times\n", what.c_str(), times);
}

}  // namespace
}  // namespace platen::e2e
