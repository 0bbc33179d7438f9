// Taking jobs and keeping them: what is acknowledged is on the disk, what is refused leaves nothing.
#include <fstream>

#include "core_house.hpp"
#include "spooler/store/subscription.hpp"

namespace platen::spooler {
namespace {

using ::testing::HasSubstr;
using testing::House;
using ::testing::IsEmpty;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Jobs : public House {
 protected:
  void SetUp() override {
    launcher_.monitors_start = false;  // nothing prints
    add_printer();
    start();
  }
  fs::path document(std::uint32_t id) { return folder_.path() / "jobs" / std::to_string(id) / "document"; }
  std::vector<std::string> folders() {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder_.path() / "jobs"))
      out.push_back(entry.path().filename());
    return out;
  }
  JobRequest request() {
    JobRequest out;
    out.printer = "T640";
    out.name = "a letter";
    out.user = "ann";
    return out;
  }
};

// Fails in the middle, as a connection does.
class CutSource final : public ByteSource {
 public:
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline) override {
    if (given_++ > 3) co_return fail(Errc::closed, "read", "the document");
    std::fill(into.begin(), into.end(), std::byte{'a'});
    co_return into.size();
  }

 private:
  int given_ = 0;
};

TEST_F(Jobs, WhatWasAcknowledgedIsThereAfterARestart) {
  auto made = submit("hello\n", "");
  ASSERT_TRUE(made);
  restart_spooler();
  EXPECT_EQ(job(made->id).name, "a letter");
  EXPECT_EQ(job(made->id).type, "text/plain");
  EXPECT_EQ(job(made->id).size, 6U);
  EXPECT_EQ(job(made->id).state, JobState::pending);
  EXPECT_EQ(fs::file_size(document(made->id)), 6U);
}

TEST_F(Jobs, IdsAreNeverGivenTwice) {
  auto first = submit();
  ASSERT_TRUE(first);
  ASSERT_TRUE(run(spooler_->uninstall("T640")));
  EXPECT_FALSE(spooler_->job(first->id));
  stop();
  add_printer();
  start();
  auto second = submit();
  ASSERT_TRUE(second);
  EXPECT_GT(second->id, first->id);
}

TEST_F(Jobs, AnEmptyDocumentIsRefusedAndLeavesNothing) {
  auto made = submit("");
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().sentence(), HasSubstr("empty"));
  EXPECT_THAT(folders(), IsEmpty());
  EXPECT_THAT(spooler_->jobs(), IsEmpty());
}

TEST_F(Jobs, AnUnknownTypeIsRefusedByNameAndLeavesNothing) {
  for (const auto& [text, type] : std::vector<std::pair<std::string, std::string>>{
           {"%PDF-1.7 ....", ""},
           {"hello", "application/pdf"},
           {std::string("\0\1\2", 3), "application/octet-stream"}}) {
    auto made = submit(text, type);
    ASSERT_FALSE(made);
    EXPECT_TRUE(made.error().is(Errc::unsupported)) << made.error().sentence();
  }
  EXPECT_THAT(folders(), IsEmpty());
}

TEST_F(Jobs, ADocumentOverTheLimitIsRefusedWhileItComesAndLeavesNothing) {
  auto made = submit(std::string(largest_document_ + 1, 'a'));
  ASSERT_FALSE(made);
  EXPECT_TRUE(made.error().is(Errc::too_large));
  EXPECT_THAT(folders(), IsEmpty());
}

TEST_F(Jobs, AConnectionCutInTheMiddleLeavesNothing) {
  CutSource source;
  auto made = run(spooler_->submit(request(), source, Deadline::in(clock_, 1min)));
  ASSERT_FALSE(made);
  EXPECT_THAT(folders(), IsEmpty());
}

TEST_F(Jobs, ANameWithControlCharactersIsMadeVisible) {
  TextSource source("x");
  auto asked = request();
  asked.name = "bad\nname\x1b]0;";
  auto made = run(spooler_->submit(asked, source, Deadline::in(clock_, 1min)));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->name, "bad\\x0Aname\\x1B]0;");
}

TEST_F(Jobs, ValidationNamesWhatIsWrong) {
  auto asked = request();
  EXPECT_TRUE(spooler_->validate(asked));
  asked.options["media"] = "na_ledger_11x17in";
  EXPECT_TRUE(spooler_->validate(asked).error().is(Errc::unsupported));
  asked = request();
  asked.copies = 0;
  EXPECT_FALSE(spooler_->validate(asked));
  asked = request();
  asked.printer = "nobody";
  EXPECT_TRUE(spooler_->validate(asked).error().is(Errc::not_found));
}

TEST_F(Jobs, ACreatedJobWaitsForItsDocumentAndIsGivenUpAfterFiveMinutes) {
  auto made = run(spooler_->create(request()));
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->incoming);
  auto other = run(spooler_->create(request()));
  TextSource source("hello");
  auto complete = run(spooler_->add_document(made->id, "text/plain", source, Deadline::in(clock_, 1min)));
  ASSERT_TRUE(complete) << complete.error().sentence();
  EXPECT_EQ(complete->state, JobState::pending);
  auto twice = run(spooler_->add_document(made->id, "text/plain", source, Deadline::in(clock_, 1min)));
  EXPECT_TRUE(twice.error().is(Errc::conflict));
  pass(7min);
  EXPECT_EQ(job(other->id).state, JobState::aborted);
  EXPECT_EQ(job(made->id).state, JobState::pending);
}

TEST_F(Jobs, HeldReleasedCanceledAndRestartedJobsAreWhereTheyWereAfterARestart) {
  auto made = submit();
  ASSERT_TRUE(run(spooler_->hold(made->id)));
  restart_spooler();
  EXPECT_EQ(job(made->id).state, JobState::held);
  ASSERT_TRUE(run(spooler_->release(made->id)));
  EXPECT_FALSE(run(spooler_->release(made->id)));
  ASSERT_TRUE(run(spooler_->cancel(made->id)));
  restart_spooler();
  EXPECT_EQ(job(made->id).state, JobState::canceled);
  EXPECT_TRUE(job(made->id).finished);
  ASSERT_TRUE(run(spooler_->restart(made->id)));
  EXPECT_EQ(job(made->id).state, JobState::pending);
  EXPECT_FALSE(run(spooler_->restart(made->id)));
}

TEST_F(Jobs, AlteringChangesWhatWaitsAndRefusesNonsense) {
  auto made = submit();
  Options good{{"copies", "3"}, {"name", "other"}, {"media", "iso_a4_210x297mm"}};
  auto altered = run(spooler_->alter(made->id, good));
  ASSERT_TRUE(altered);
  EXPECT_EQ(altered->copies, 3U);
  EXPECT_EQ(altered->name, "other");
  Options bad{{"copies", "many"}};
  EXPECT_FALSE(run(spooler_->alter(made->id, bad)));
  EXPECT_EQ(job(made->id).copies, 3U);
}

TEST_F(Jobs, FilesOfJobsThatWereNeverAcknowledgedAreCleared) {
  auto made = submit();
  stop();
  fs::create_directories(folder_.path() / "jobs" / "4711");
  std::ofstream(folder_.path() / "jobs" / std::to_string(made->id) / "document.part") << "x";
  fs::create_directories(folder_.path() / "drivers" / "half-installed");
  start();
  EXPECT_THAT(folders(), ::testing::ElementsAre(std::to_string(made->id)));
  EXPECT_FALSE(fs::exists(folder_.path() / "jobs" / std::to_string(made->id) / "document.part"));
  EXPECT_TRUE(fs::exists(document(made->id)));
  EXPECT_FALSE(fs::exists(folder_.path() / "drivers" / "half-installed"));
}

TEST_F(Jobs, ASecondPlatendOnTheSameFolderIsRefused) {
  Settings settings;
  settings.state = folder_.path();
  settings.inline_disk = true;
  Spooler second(clock_, reactor_.get_executor(), launcher_, settings);
  auto started = run(second.start());
  ASSERT_FALSE(started);
  EXPECT_TRUE(started.error().is(Errc::busy));
}

TEST_F(Jobs, TheTestPageIsAJobLikeAnyOther) {
  auto made = run(spooler_->print_test_page("T640"));
  ASSERT_TRUE(made) << made.error().sentence();
  std::ifstream file(document(made->id));
  std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_THAT(text, HasSubstr("Lexmark T640"));
  EXPECT_THAT(text, HasSubstr("Ξεσκεπάζω"));
}

TEST_F(Jobs, ASlowReaderGetsOnlyTheNewestOfEachJob) {
  auto changes = spooler_->subscribe();
  auto made = submit();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(run(spooler_->hold(made->id)));
    ASSERT_TRUE(run(spooler_->release(made->id)));
  }
  auto batch = run(changes->next(Deadline::in(clock_, 1s)));
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->size(), 2U);  // the printer's queue length, and the job
}

TEST_F(Jobs, AReaderThatLagsTooFarIsToldToReadEverythingAnew) {
  Announcer announcer(clock_, reactor_.get_executor());
  auto changes = announcer.subscribe();
  for (std::uint32_t id = 1; id <= 10 * Announcer::most_waiting; ++id) announcer.announce(JobRemoved{id});
  auto batch = run(changes->next(Deadline::in(clock_, 1s)));
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Lagged>(batch->front()));
  auto nothing = run(changes->next(Deadline::in(clock_, 1s)));
  EXPECT_TRUE(nothing.error().is(Errc::timed_out));
  announcer.close();
  auto closed = run(changes->next(Deadline::in(clock_, 1s)));
  EXPECT_TRUE(closed.error().is(Errc::closed));
}

}  // namespace
}  // namespace platen::spooler
