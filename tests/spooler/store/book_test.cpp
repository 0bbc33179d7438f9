// The order in which the disk and the readers learn of things.
#include "spooler/store/book.hpp"

#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core_house.hpp"
#include "spooler/background/worker.hpp"

namespace platen::spooler {
namespace {

using namespace std::chrono_literals;

// A book whose disk can be held up.
class BookOnASlowDisk : public testing::House {
 protected:
  void SetUp() override {
    add_printer();
    ASSERT_TRUE(wait(book_.open(file())));
    JobRecord record;
    record.job.id = id_;
    record.job.printer = "T640";
    record.job.state = JobState::processing;
    ASSERT_TRUE(wait(book_.add_job(record)));
  }
  void TearDown() override { release(); }

  std::filesystem::path file() const { return folder_.path() / "platen.db"; }

  void hold() {
    auto held = [gate = gate_.get_future().share()] {
      gate.wait_for(60s);
      return 0;
    };
    start(disk_.run(held));
  }
  void release() {
    if (std::exchange(held_, false)) gate_.set_value();
  }
  template <class T>
  void start(Task<T> task) {
    ++running_;
    boost::asio::co_spawn(reactor_, std::move(task), [this](std::exception_ptr, T) { --running_; });
    reactor_.restart();
    reactor_.poll();
  }
  template <class T>
  T wait(Task<T> task) {
    std::optional<T> out;
    auto keep = [&out](std::exception_ptr, T value) { out = std::move(value); };
    boost::asio::co_spawn(reactor_, std::move(task), keep);
    turn([&out] { return out.has_value(); });
    return std::move(out).value();
  }
  // Lets the disk do all it was given.
  void settle() {
    release();
    turn([this] { return running_ == 0; });
    ASSERT_EQ(running_, 0);
  }
  // Turns the reactor until it is so, for a minute of silence at most.
  void turn(const std::function<bool()>& so) {
    reactor_.restart();
    while (!so() && reactor_.run_one_for(60s) > 0) {
    }
  }
  void add_pages(std::uint32_t out, const std::string& sentence) {
    Book::JobEdit told = [sentence](JobRecord& changed) { changed.job.sentence = sentence; };
    start(book_.add_pages(id_, out, std::move(told)));
  }
  const Job& job() const { return book_.find_job(id_)->job; }
  // As the next start would find it.
  Job on_disk() {
    Worker worker(true);
    Store store(worker);
    auto contents = run(store.open(file()));
    return contents->jobs.at(0).job;
  }

  static constexpr std::uint32_t id_ = 1;
  Worker disk_{false};
  Book book_{clock_, reactor_.get_executor(), disk_};

 private:
  std::promise<void> gate_;
  bool held_ = true;
  int running_ = 0;
};

TEST_F(BookOnASlowDisk, APageIsToldWhenItIsOnTheDiskAndNotBefore) {
  hold();
  add_pages(2, "Printing page 3.");
  EXPECT_EQ(job().pages_done, 0U);
  EXPECT_EQ(job().sentence, "");
  settle();
  EXPECT_EQ(job().pages_done, 2U);
  EXPECT_EQ(job().sentence, "Printing page 3.");
  EXPECT_EQ(on_disk().pages_done, 2U);
}

TEST_F(BookOnASlowDisk, AChangeMadeMeanwhileTakesNoPageBackFromTheDisk) {
  hold();
  add_pages(2, "Printing page 3.");
  start(book_.change_job(id_, [](JobRecord& changed) { changed.job.name = "letter"; }));
  EXPECT_EQ(job().name, "letter");
  EXPECT_EQ(job().pages_done, 0U);
  settle();
  EXPECT_EQ(on_disk().name, "letter");
  EXPECT_EQ(on_disk().pages_done, 2U);
}

TEST_F(BookOnASlowDisk, AJobThatEndedMeanwhileKeepsItsLastWords) {
  hold();
  add_pages(2, "Printing page 3.");
  start(book_.change_job(id_, [](JobRecord& changed) {
    changed.job.state = JobState::canceled;
    changed.job.sentence = "Cancelled.";
  }));
  settle();
  EXPECT_EQ(job().sentence, "Cancelled.");
  EXPECT_EQ(on_disk().state, JobState::canceled);
}

}  // namespace
}  // namespace platen::spooler
