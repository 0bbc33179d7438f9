// Jobs without end at a printer that fails in every way it can: none is lost, none is printed twice without
// notice, nothing grows.
//
//   test-langmon-soak                                 all
//   PLATEN_SOAK_SEED=4711 test-langmon-soak           another sequence
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <span>

#include <unistd.h>

#include "house.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

using wire::JobOutcome;

enum class Fault {
  none,
  cable_off,        // for a moment
  switched_off,     // for a while: nobody answers
  stuck,            // takes nothing, says nothing
  out_of_paper,     // says so, and takes nothing until somebody comes
  mute,             // prints, and says nothing of it
  babble,           // says what is no language
  no_end,           // never says that the job has ended
  canceled,         // by its owner
  broken_document,  // its writer dies
};
constexpr int faults = 10;
// A cancel never waits for the printer.
constexpr Duration cancel_patience = 1s;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

struct Sums {
  int jobs = 0;
  int attempts = 0;
  int unconfirmed = 0;
  std::map<Fault, int> by_fault;
};

class Soak : public MonitorTest {
 protected:
  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  Duration some(Duration least, Duration most) {
    const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(most - least).count();
    return least + std::chrono::milliseconds(random_() % static_cast<std::uint64_t>(span));
  }

  void strike(Fault fault) {
    switch (fault) {
      case Fault::cable_off:
        return laser_.power_cycle();
      case Fault::switched_off:
        port_.far().refuse(true);
        return laser_.power_cycle();
      case Fault::stuck:
        return port_.far().stall_after(pick(500));  // anywhere, also within what is written at once
      case Fault::out_of_paper:
        laser_.device(41304, "Load Tray 3 A4", false);
        return port_.far().stall(true);
      case Fault::mute:
        laser_.talks = false;
        return;
      case Fault::babble: {
        std::string noise(1 + pick(300), ' ');
        for (char& c : noise) c = static_cast<char>(random_());
        return laser_.say(noise);
      }
      case Fault::no_end:
        laser_.says_end = false;
        return;
      default:
        return;
    }
  }
  void mend() {
    port_.far().refuse(false);
    port_.far().stall(false);
    laser_.talks = true;
    laser_.says_end = true;
    if (!monitor_->status().online) laser_.device(10001, "Ready", true);
  }

  // How often each page of the job at hand has come out; of the printer's jobs from this one on.
  std::map<int, int> printed(std::size_t from_job = 0) const {
    std::map<int, int> pages;
    for (const auto& job : std::span(laser_.jobs()).subspan(from_job)) {
      for (std::size_t from = 0, at; (at = job.data.find('\f', from)) != std::string::npos; from = at + 1) {
        const auto mark = job.data.rfind("page ", at);
        if (mark != std::string::npos && mark >= from) ++pages[std::atoi(job.data.c_str() + mark + 5)];
      }
    }
    return pages;
  }

  // A page of the document: its number is what printed() knows it by.
  std::string page_text(int number) {
    std::string text = "page " + std::to_string(number) + "\n";
    for (std::uint32_t lines = pick(4); lines > 0; --lines) text += std::string(1 + pick(100), 'x') + "\n";
    return text + "\f\n";
  }

  struct Attempt {
    wire::JobEndReport end;
    std::string document;
    bool cancel_taken = false;
  };

  // One attempt, as the spooler makes it, until its end. A person may cancel it at any moment, whatever
  // befalls the printer meanwhile.
  Attempt attempt(int first, int last, Fault fault) {
    enum class CancelAt { never, between_pages, behind_the_last_byte, while_it_waits };
    const bool canceled = fault == Fault::canceled || pick(20) == 0;
    const auto cancel_at = canceled ? static_cast<CancelAt>(1 + pick(3)) : CancelAt::never;
    const std::uint32_t id = ++ids_;
    // The cable may also go when all is sent, and the printer has not said yet that all is printed.
    const bool late = (fault == Fault::cable_off || fault == Fault::switched_off) && pick(3) == 0;
    laser_.says_end = laser_.says_end && !late;
    Attempt made;
    heard_.ends.clear();
    auto document = start_job(id);
    const auto span = static_cast<std::uint32_t>(last - first + 1);
    const int strikes_at = first + static_cast<int>(pick(span));
    const int cancels_at = first + static_cast<int>(pick(span));
    for (int page = first; page <= last; ++page) {
      made.document += page_text(page);
      document->write(made.document.substr(made.document.rfind("page ")));
      if (page == strikes_at && !late) strike(fault);
      if (pick(2) == 0) run(some(0ms, 50ms));
      if (cancel_at == CancelAt::between_pages && page == cancels_at) made.cancel_taken = cancel(id);
    }
    const bool good = fault != Fault::broken_document;
    document->end();
    within([&] { static_cast<void>(monitor_->finish_job(id, good)); });
    if (late) {
      run(some(0ms, quiet_before_asking));
      strike(fault);
    }
    if (cancel_at == CancelAt::behind_the_last_byte) made.cancel_taken = cancel(id);
    const Duration until_mended = pick(4) == 0 ? some(1min, 60h) : some(0ms, 30s);
    const Duration until_canceled =
        cancel_at == CancelAt::while_it_waits ? some(0ms, 10min) : Duration::max();
    Duration waited{};
    for (Duration step = 50ms; end_of(id) == nullptr && waited < 200h;
         step = std::min<Duration>(step * 2, 10min)) {
      if (made.cancel_taken) {
        run(cancel_patience);
        EXPECT_NE(end_of(id), nullptr) << "a cancel waits for the printer";
      }
      if (end_of(id) == nullptr) run(step);
      waited += step;
      if (waited >= until_canceled && !made.cancel_taken) made.cancel_taken = cancel(id);
      if (waited >= until_mended) mend();
    }
    mend();
    const auto* end = end_of(id);
    if (end != nullptr)
      made.end = *end;
    else
      ADD_FAILURE() << "job " << id << " never ended; fault " << static_cast<int>(fault);
    return made;
  }

  // What must hold of any attempt, whatever befell it; how many of its pages came out.
  int judge(const Attempt& made, Fault fault, std::size_t jobs_before) {
    const auto pages = printed(jobs_before);
    const int came_out = static_cast<int>(pages.size());
    for (const auto& [page, times] : pages)
      EXPECT_EQ(times, 1) << "page " << page << " came out twice in one attempt";
    EXPECT_LE(static_cast<int>(made.end.pages_out), came_out) << "a page is said to be out that is not";
    // Who is mute, or babbles, cannot be understood; every other page that came out was told of.
    if (fault != Fault::mute && fault != Fault::babble) {
      EXPECT_EQ(static_cast<int>(made.end.pages_out), came_out) << "a page came out, and would be sent again";
    }
    EXPECT_LE(laser_.jobs().size(), jobs_before + 1) << "sent twice";
    if (laser_.jobs().size() > jobs_before) {
      const std::string& arrived = laser_.jobs().back().data;
      EXPECT_EQ(arrived, made.document.substr(0, arrived.size())) << "other bytes than the document's";
      EXPECT_TRUE(made.end.outcome != JobOutcome::completed || arrived == made.document);
    }
    EXPECT_TRUE(!made.cancel_taken || made.end.outcome == JobOutcome::canceled);
    return came_out;
  }

  // One job until it is printed; false when something is wrong.
  bool print_one(Sums& sums) {
    const int pages = 1 + static_cast<int>(pick(3));
    bool noticed = false;
    bool canceled = false;
    int first = 1;
    for (int tries = 0; first <= pages; ++tries) {
      if (tries == 12) {
        ADD_FAILURE() << "lost: given up after " << tries << " attempts";
        return false;
      }
      const auto fault = tries < 4 && pick(2) == 0 ? static_cast<Fault>(pick(faults)) : Fault::none;
      ++sums.by_fault[fault];
      ++sums.attempts;
      const auto jobs_before = laser_.jobs().size();
      const int ends_before = laser_.ends_told();
      const auto made = attempt(first, pages, fault);
      const auto& end = made.end;
      const int came_out = judge(made, fault, jobs_before);
      auto now = printed();
      if (end.outcome == JobOutcome::completed) {
        EXPECT_EQ(came_out, pages - first + 1) << "completed, and not all printed";
        EXPECT_GT(laser_.ends_told(), ends_before) << "completed, and the printer never said so";
        first = pages + 1;
      } else if (end.outcome == JobOutcome::unconfirmed) {
        EXPECT_FALSE(end.sentence.empty());
        noticed = true;
        ++sums.unconfirmed;
        // Somebody looks at the tray.
        while (first <= pages && now[first] > 0) ++first;
      } else if (end.outcome == JobOutcome::canceled) {
        EXPECT_TRUE(made.cancel_taken);
        canceled = true;
        first = pages + 1;
      } else {
        EXPECT_FALSE(end.sentence.empty());
        EXPECT_TRUE(end.outcome != JobOutcome::data_failed || fault == Fault::broken_document);
        noticed = true;
        first += static_cast<int>(end.pages_out);
      }
      if (HasFailure()) {
        ADD_FAILURE() << "job " << sums.jobs << ", attempt " << tries << ", fault " << static_cast<int>(fault)
                      << ": " << end.sentence;
        return false;
      }
    }
    ++sums.jobs;
    for (const auto& [page, times] : printed()) EXPECT_TRUE(times == 1 || noticed) << "twice, without notice";
    for (int page = 1; page <= pages && !canceled; ++page) EXPECT_GE(printed()[page], 1) << "lost";
    laser_.forget();
    heard_ = {};
    return !HasFailure();
  }

  static std::size_t resident_kilobytes() {
    std::ifstream status("/proc/self/statm");
    std::size_t all = 0, resident = 0;
    status >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
  }
  static std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  }

  std::mt19937_64 random_;
  std::uint32_t ids_ = 0;
};

TEST_F(Soak, NoJobIsLostNoneIsPrintedTwiceWithoutNoticeAndNothingGrows) {
  const char* seed = std::getenv("PLATEN_SOAK_SEED");
  random_.seed(seed != nullptr ? std::strtoull(seed, nullptr, 10) : 1);
  start();
  run(1s);
  Sums sums;
  while (sums.jobs < PLATEN_JOBS / 10) ASSERT_TRUE(print_one(sums));
  const auto resident = resident_kilobytes();
  const auto descriptors = open_descriptors();
  while (sums.jobs < PLATEN_JOBS) ASSERT_TRUE(print_one(sums));
  // A sanitizer keeps what was freed; there the release build's measure, and the leak check, must do.
  EXPECT_TRUE(sanitized || resident_kilobytes() < resident + 2048)
      << "it grows: from " << resident << " kB to " << resident_kilobytes();
  EXPECT_EQ(open_descriptors(), descriptors);
  std::printf("%d jobs in %d attempts, %d unconfirmed; simulated %.0f days\n", sums.jobs, sums.attempts,
              sums.unconfirmed,
              std::chrono::duration<double>(simulated_.now().time_since_epoch()).count() / 86400);
  for (const auto& [fault, times] : sums.by_fault)
    std::printf("  fault %d: %d times\n", static_cast<int>(fault), times);
  EXPECT_EQ(sums.by_fault.size(), static_cast<std::size_t>(faults)) << "every fault has struck";
}

}  // namespace
}  // namespace platen::langmon
