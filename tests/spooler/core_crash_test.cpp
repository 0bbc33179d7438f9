// A kill -9 at any moment loses no acknowledged job, and a full disk refuses with a sentence.
#include <algorithm>
#include <csignal>
#include <fstream>
#include <future>
#include <limits>
#include <random>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>

#include "core_house.hpp"

namespace platen::spooler {
namespace {

using ::testing::HasSubstr;
using testing::House;
namespace fs = std::filesystem;

class Crash : public House {
 protected:
  void SetUp() override {
    launcher_.monitors_start = false;
    add_printer();
  }

  // Runs the victim until it ends by itself, or until it is killed, after `life` or after so many lines;
  // returns what it printed.
  std::string run_victim(std::chrono::microseconds life, std::vector<std::string> more = {},
                         std::ptrdiff_t lines = std::numeric_limits<std::ptrdiff_t>::max()) {
    std::vector<std::string> args{PLATEN_TEST_VICTIM, folder_.path()};
    args.insert(args.end(), more.begin(), more.end());
    std::vector<char*> argv;
    for (auto& arg : args) argv.push_back(arg.data());
    argv.push_back(nullptr);
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::dup2(ends[1], 1);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    std::string said;
    std::promise<void> ended;
    std::thread killer([pid, life, end = ended.get_future()] {
      if (end.wait_for(life) == std::future_status::timeout) ::kill(pid, SIGKILL);
    });
    char buffer[4096];
    for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
      said.append(buffer, static_cast<std::size_t>(n));
      if (std::ranges::count(said, '\n') >= lines) ::kill(pid, SIGKILL);
    }
    ::close(ends[0]);
    ended.set_value();
    killer.join();
    ::waitpid(pid, nullptr, 0);
    return said;
  }

  static std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST_F(Crash, AKillAtAnyMomentLosesNoAcknowledgedJob) {
  std::mt19937 random(310703);
  std::map<std::uint32_t, int> acknowledged;
  constexpr int enough = 25;
  constexpr std::chrono::microseconds most = std::chrono::seconds(1);
  // The first one lives until it has done enough, and by that we know how fast this machine is today; the
  // others die at any moment of such a life.
  const auto began = std::chrono::steady_clock::now();
  std::chrono::microseconds longest(0);
  for (int round = 0; round < 25; ++round) {
    std::istringstream said;
    if (round == 0) {
      said.str(run_victim(std::chrono::minutes(2), {}, enough));
      const auto took = std::chrono::steady_clock::now() - began;
      longest = std::min(2 * std::chrono::duration_cast<std::chrono::microseconds>(took), most);
    } else {
      said.str(run_victim(std::chrono::microseconds(
          std::uniform_int_distribution<std::int64_t>(1'000, longest.count())(random))));
    }
    std::string line;
    while (std::getline(said, line)) {
      ASSERT_THAT(line, ::testing::Not(HasSubstr("refused")));
      std::uint32_t id = 0;
      int number = 0;
      // The last line may be cut; what was not told whole was not acknowledged.
      if (said.eof() || std::sscanf(line.c_str(), "%u %d", &id, &number) != 2) continue;
      EXPECT_FALSE(acknowledged.contains(id)) << "an id was given twice";
      acknowledged[id] = number;
    }
  }
  ASSERT_GE(acknowledged.size(), static_cast<std::size_t>(enough)) << "not even the first one got through";
  start();
  for (const auto& [id, number] : acknowledged) {
    const auto found = spooler_->job(id);
    ASSERT_TRUE(found) << "job " << id << " is lost";
    EXPECT_EQ(found->name, std::to_string(number));
    EXPECT_EQ(found->state, JobState::held);
    const auto text = read(folder_.path() / "jobs" / std::to_string(id) / "document");
    EXPECT_EQ(text.size(), found->size);
    EXPECT_THAT(text, ::testing::StartsWith("document " + std::to_string(number) + "\n"));
  }
  // And nothing is there that nobody knows of.
  std::size_t folders = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder_.path() / "jobs")) ++folders;
  EXPECT_EQ(folders, spooler_->jobs().size());
}

TEST_F(Crash, ADiskThatFillsUpWithADocumentRefusesItAndLeavesNothing) {
  EXPECT_THAT(run_victim(std::chrono::seconds(20), {"200000", "300000"}), HasSubstr("disk is full"));
  start();
  EXPECT_TRUE(spooler_->jobs().empty());
  EXPECT_TRUE(fs::is_empty(folder_.path() / "jobs"));
}

TEST_F(Crash, ADiskThatFillsUpWithTheStoreRefusesTheJobAndLeavesNothingHalf) {
  // SQLite's log and its index grow past this after a few jobs.
  EXPECT_THAT(run_victim(std::chrono::seconds(20), {"60000", "10"}), HasSubstr("The disk may be full"));
  start();
  std::size_t folders = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder_.path() / "jobs")) ++folders;
  EXPECT_EQ(folders, spooler_->jobs().size());
}

}  // namespace
}  // namespace platen::spooler
