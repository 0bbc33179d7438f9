// Bad input: a sentence that says what and what to do, the right exit code, nothing half-installed, nothing
// lost.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "house/house.hpp"

namespace platen::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class BadInput : public testing::Test {
 protected:
  Finished install(const std::string& inf, std::vector<std::string> more = {}) {
    std::vector<std::string> args{"install", inf, "--port", house_.printer().uri(), "--name", "Bad"};
    args.insert(args.end(), more.begin(), more.end());
    return house_.platen(args);
  }
  void expect_nothing_installed() {
    EXPECT_TRUE(house_.platen_json({"printers"}).as_object().at("printers").as_array().empty());
    const auto drivers = house_.state() / "drivers";
    EXPECT_TRUE(!fs::exists(drivers) || fs::is_empty(drivers));
    EXPECT_TRUE(house_.processes("platen-monitor").empty());
  }
  void expect_still_prints() {
    auto id = house_.print("Laser", house_.text("fine.txt", "fine\n"));
    EXPECT_TRUE(house_.job_reaches(id, "completed"));
  }
  House house_;
};

TEST_F(BadInput, AnUnknownModelIsNamedAndNothingIsInstalled) {
  auto done = install(source("inf/platen.inf"), {"--model", "Lexmark Q999"});
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.err, HasSubstr("Lexmark Q999"));
  expect_nothing_installed();
}

TEST_F(BadInput, AMalformedInfIsNamedByFileAndLine) {
  auto inf =
      house_.text("broken.inf", "[Version]\nSignature=\"$Windows NT$\"\nClass=Printer\n[Manufacturer\n");
  auto done = install(inf);
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.err, HasSubstr("broken.inf:4"));
  expect_nothing_installed();
}

TEST_F(BadInput, AMissingInfIsNamed) {
  auto done = install("/no/such/file.inf");
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.err, HasSubstr("/no/such/file.inf"));
  expect_nothing_installed();
}

TEST_F(BadInput, AnUnreachablePortIsNamedAndNothingIsInstalled) {
  house_.printer().tell("refuse");
  auto done = install(source("inf/platen.inf"));
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.err, HasSubstr(house_.printer().uri()));
  expect_nothing_installed();
}

TEST_F(BadInput, AnUnknownPortSchemeIsNamed) {
  auto done = house_.platen(
      {"install", source("inf/platen.inf"), "--port", "carrier-pigeon://roof", "--name", "Bad"});
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.err, HasSubstr("carrier-pigeon"));
  expect_nothing_installed();
}

TEST_F(BadInput, WrongArgumentsAndNoServiceHaveTheirOwnExitCodes) {
  EXPECT_EQ(house_.platen({"frobnicate"}).code, 2);
  EXPECT_EQ(house_.platen({"install"}).code, 2);
  auto alone = run({program("platen"), "--socket", "/no/such.sock", "printers"}, Seconds(20));
  EXPECT_EQ(alone.code, 3);
  EXPECT_THAT(alone.err, HasSubstr("platend"));
}

TEST_F(BadInput, BrokenDocumentsEndInASentenceAndTheQueueGoesOn) {
  house_.install("Laser");
  // A PWG raster header that promises pages, and then nothing.
  auto truncated = house_.text("truncated.pwg", std::string("RaS2") + std::string(900, '\0'));
  auto id = house_.print("Laser", truncated, {"--type", "image/pwg-raster"});
  EXPECT_TRUE(house_.job_reaches(id, "aborted"));
  EXPECT_THAT(std::string(house_.job(id).at("sentence").as_string()), Not(testing::IsEmpty()));

  auto empty = house_.platen({"print", "-p", "Laser", house_.text("empty.txt", "")});
  EXPECT_EQ(empty.code, 1);
  EXPECT_THAT(empty.err, HasSubstr("empty"));

  auto unknown = house_.platen({"print", "-p", "Laser",
                                house_.text("odd.bin",
                                            "\x7f"
                                            "ELF\x01\x02\x03 odd")});
  EXPECT_EQ(unknown.code, 1);
  auto named = house_.platen({"print", "-p", "Laser", house_.text("odd.txt", "odd"), "--type", "video/mp4"});
  EXPECT_EQ(named.code, 1);
  EXPECT_THAT(named.err, HasSubstr("video/mp4"));
  expect_still_prints();
}

TEST_F(BadInput, ANameWithControlCharactersHarmsNeitherThePrinterNorTheTerminal) {
  house_.install("Laser");
  auto id = house_.print("Laser", house_.text("plain.txt", "plain\n"),
                         {"--title", "evil\x1b%-12345X@PJL RESET\r\n\x07\"name"});
  EXPECT_TRUE(house_.job_reaches(id, "completed"));
  EXPECT_EQ(house_.printer().pages().size(), 1u);
  const auto name = std::string(house_.printer().jobs().back().at("name").as_string());
  for (char c : name) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << name;
  EXPECT_THAT(house_.platen({"jobs"}).out, Not(HasSubstr("\x1b")));
  expect_still_prints();
}

TEST_F(BadInput, AnUnknownPrinterAndAnUnknownJobAreNamed) {
  auto printer = house_.platen({"print", "-p", "Nobody", house_.text("a.txt", "a\n")});
  EXPECT_EQ(printer.code, 1);
  EXPECT_THAT(printer.err, HasSubstr("Nobody"));
  auto job = house_.platen({"job", "4711", "cancel"});
  EXPECT_EQ(job.code, 1);
  EXPECT_THAT(job.err, HasSubstr("4711"));
}

TEST_F(BadInput, ADocumentOfOneGigabytePassesInConstantMemory) {
  house_.install("Laser");
  const auto path = house_.folder() / "large.prn";
  write_file(path, "\x1b%-12345X@PJL COMMENT large\r\n");
  fs::resize_file(path, 1ULL << 30);  // zeros: the printer ignores them
  auto memory = [&] {
    const auto text = read_file("/proc/" + std::to_string(house_.service_pid()) + "/status");
    return std::stol(text.substr(text.find("VmHWM:") + 6));
  };
  const long before = memory();
  auto answer = house_.platen({"print", "-p", "Laser", path, "--type", "application/octet-stream", "--json"},
                              Seconds(120));
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_LT(memory() - before, 64 * 1024) << "kB";
  auto id = json::value_to<std::int64_t>(json::parse(answer.out).as_object().at("id"));
  EXPECT_EQ(json::value_to<std::uint64_t>(house_.job(id).at("size")), 1ULL << 30);
  EXPECT_EQ(house_.platen({"job", std::to_string(id), "cancel"}).code, 0);
  EXPECT_TRUE(eventually([&] { return house_.job(id).at("state").as_string() != "processing"; }));
}

TEST(FullDisk, AJobThatDoesNotFitIsRefusedWithASentenceAndNothingIsLost) {
  ASSERT_EQ(::geteuid(), 0u) << "this test mounts a small file system and must run as root";
  House house;
  house.install("Laser");
  auto kept = house.print("Laser", house.text("kept.txt", "kept\n"));
  ASSERT_TRUE(house.job_reaches(kept, "completed"));
  const auto jobs = house.state() / "jobs";
  ASSERT_EQ(::mount("tmpfs", jobs.c_str(), "tmpfs", 0, "size=1m"), 0);
  auto large = house.folder() / "large.txt";
  write_file(large, std::string(3 << 20, 'x') + "\n");
  auto done = house.platen({"print", "-p", "Laser", large});
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.err, HasSubstr("space"));
  auto small = house.print("Laser", house.text("small.txt", "small\n"));
  EXPECT_TRUE(house.job_reaches(small, "completed"));
  EXPECT_EQ(house.printer().pages().size(), 2u);
  ::umount2(jobs.c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace platen::e2e
