// A PC with a parallel port, in QEMU, with Debian's kernel; and on the port's other end the virtual printer,
// signal by signal. Our monitor, the kernel's own IEEE 1284 code and CUPS's parallel backend each print to
// it.
//
// One boot serves nearly all: the guest's script (guest_parallel) runs once, and the tests read what it
// printed.

#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guest.hpp"

namespace platen::rigs {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

// Every byte value, and runs of bytes, but no ESC: that would be the printer's language.
std::string payload(std::string_view name, std::size_t size) {
  std::string data(name);
  for (std::size_t i = 0; data.size() < size; ++i) {
    const char byte = static_cast<char>(i * 7);
    data.append(i % 11 == 0 ? 20 : 1, byte == '\x1b' ? ' ' : byte);
  }
  return data;
}

class QemuParallelTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch = std::make_unique<Scratch>();
    folder = scratch->path();
    const std::string bin = RIG_BIN, backend = "/usr/lib/cups/backend/parallel";
    std::vector<std::string> files{PLATEN_MONITOR, bin + "/print_job", bin + "/kernel_nibble",
                                   RIG_SOURCE "/guest_parallel", backend + ":" + backend};
    for (const auto& [name, data] : {std::pair{"job", &job}, std::pair{"cover-job", &cover_job},
                                     std::pair{"unplug-job", &unplug_job}, std::pair{"again-job", &again_job},
                                     std::pair{"lp-job", &lp_job}, std::pair{"cups-job", &cups_job}}) {
      e2e::write_file(folder / name, *data);
      files.push_back((folder / name).string() + ":/" + name);
    }
    told = boot("", "sh /bin/guest_parallel", files);
    taken = e2e::read_file(folder / "taken");
    report = e2e::read_file(folder / "report");
  }
  // What the guest told, by the word after GUEST.
  static std::map<std::string, std::string> boot(const std::string& desk_option, const std::string& script,
                                                 const std::vector<std::string>& files) {
    Guest guest(
        {.modules = {"parport_pc", "ppdev", "lp"},
         .files = files,
         .script = script,
         .qemu = {"-chardev", "parallel,id=port,path=/dev/parport0", "-device", "isa-parallel,chardev=port"},
         .under = std::string(RIG_BIN "/parallel_desk ") + desk_option + " " + folder.string(),
         .limit = Seconds(240)});
    EXPECT_EQ(guest.wait(), 0) << "the guest did not come to its end: " << guest.said();
    std::map<std::string, std::string> words;
    std::istringstream lines(guest.said());
    for (std::string line; std::getline(lines, line);) {
      const auto mark = line.find("GUEST ");
      if (mark == std::string::npos) continue;
      std::istringstream rest_of(line.substr(mark + std::string_view("GUEST ").size()));
      std::string name, rest;
      rest_of >> name;
      std::getline(rest_of >> std::ws, rest);
      words[name] = rest;
    }
    return words;
  }
  static void TearDownTestSuite() { scratch.reset(); }

  static inline const std::string job = payload("platen", 3000);
  static inline const std::string cover_job = payload("first", 1000) + "COVER-NOW" + payload("second", 1000);
  static inline const std::string unplug_job =
      payload("third", 1000) + "UNPLUG-NOW" + payload("fourth", 3000);
  static inline const std::string again_job = payload("again", 1000);
  static inline const std::string lp_job = payload("lp", 1000);
  static inline const std::string cups_job = payload("cups", 3000);
  static inline std::unique_ptr<Scratch> scratch;
  static inline fs::path folder;
  static inline std::map<std::string, std::string> told;
  static inline std::string taken;
  static inline std::string report;
};

TEST_F(QemuParallelTest, TheGuestHasAParallelPort) {
  EXPECT_THAT(told["nodes"], HasSubstr("/dev/lp0"));
  EXPECT_THAT(told["nodes"], HasSubstr("/dev/parport0"));
}

TEST_F(QemuParallelTest, OurMonitorReadsTheDeviceId) {
  EXPECT_THAT(told["probe"], HasSubstr("MDL:Lexmark T640;"));
}

TEST_F(QemuParallelTest, OurMonitorListsThePort) {
  EXPECT_THAT(told["list"], HasSubstr("parallel:/dev/parport0"));
  EXPECT_THAT(told["list"], HasSubstr("lp:/dev/lp0"));
}

TEST_F(QemuParallelTest, OurMonitorPrintsBitExactAndHearsThatItWasPrinted) {
  EXPECT_NE(taken.find(job), std::string::npos);
  EXPECT_THAT(told["job"], HasSubstr("\"outcome\":0"));
  EXPECT_THAT(told["job"], HasSubstr("Black"));
  EXPECT_THAT(told["monitor"], HasSubstr("0"));
}

TEST_F(QemuParallelTest, ACoverThatIsOpenedMidJobIsSeenAndTheJobGoesOn) {
  EXPECT_THAT(told["cover"], HasSubstr("door-open"));
  EXPECT_THAT(told["cover"], HasSubstr("\"outcome\":0"));
  EXPECT_NE(taken.find(cover_job), std::string::npos);
}

TEST_F(QemuParallelTest, ACableThatIsPulledMidJobIsNoticedAndTheNextJobPrints) {
  EXPECT_THAT(told["unplug"], HasSubstr("\"outcome\":3"));
  EXPECT_THAT(told["unplug"], HasSubstr("does not answer any more"));
  EXPECT_EQ(taken.find(unplug_job), std::string::npos);
  EXPECT_THAT(told["again"], HasSubstr("\"outcome\":0"));
  EXPECT_NE(taken.find(again_job), std::string::npos);
}

TEST_F(QemuParallelTest, OurMonitorPrintsThroughTheKernelsLpDriverAndHearsTheEnd) {
  EXPECT_NE(taken.find(lp_job), std::string::npos);
  EXPECT_THAT(told["lp"], HasSubstr("\"outcome\":0"));
}

// The kernel's nibble mode gets the whole id and the whole reply, and nothing when it reads on: a printer
// that begins no nibble in reverse idle leaves it nothing to invent.
TEST_F(QemuParallelTest, TheKernelReadsPastTheEndInNibbleModeWithoutStrayBytes) {
  EXPECT_THAT(told["kernel"], MatchesRegex("id=9[0-9] reply=[1-9][0-9]* after=0,0,0,0,0,0,0,0"));
}

// The other side of it: with a printer that does begin one, the same kernel reads a byte of nothing each
// time.
TEST_F(QemuParallelTest, StrayBytesAreTheFaultOfAPrinterWithoutReverseIdle) {
  auto other = boot("--no-reverse-idle", "echo \"GUEST kernel $(kernel_nibble /dev/parport0)\"",
                    {RIG_BIN "/kernel_nibble"});
  EXPECT_THAT(other["kernel"], MatchesRegex("id=9[0-9] reply=[1-9][0-9]* after=1,1,1,1,1,1,1,1"));
}

TEST_F(QemuParallelTest, CupsListsThePrinterAndPrintsBitExact) {
  EXPECT_THAT(told["backend"], HasSubstr("parallel:/dev/lp0"));
  EXPECT_EQ(told["cups"], "ended with 0");
  EXPECT_NE(taken.find(cups_job), std::string::npos);
}

TEST_F(QemuParallelTest, EachOfThemKeptToTheStandard) {
  EXPECT_THAT(report, Not(HasSubstr("violation")));
}

}  // namespace
}  // namespace platen::rigs
