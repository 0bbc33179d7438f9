// platen-render as the spooler meets it: descriptors, exit codes, memory.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <random>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver_fixture.hpp"
#include "pcl_reader.hpp"

namespace platen::driver {
namespace {

using testing::HasSubstr;

constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#else
    false;
#endif

struct Running {
  pid_t pid = -1;
  Fd input;  // ours to write
  std::string folder;
};

// stdout, stderr and descriptor 3 go to files in `folder`; `out` replaces the first.
Running start(const std::vector<std::string>& arguments, int out = -1) {
  Running running;
  running.folder = test::scratch_folder();
  auto pipe = make_pipe().value();
  std::vector<std::string> all{PLATEN_RENDER, "--gpd", std::string(PLATEN_GPD_FOLDER) + "/pltmono.gpd"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& argument : all) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const auto file = [&](const char* name) {
    return ::open((running.folder + "/" + name).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  };
  const Fd stdout_file(out >= 0 ? ::dup(out) : file("out"));
  const Fd stderr_file(file("err"));
  const Fd reports(file("reports"));
  running.pid = ::fork();
  if (running.pid == 0) {
    // Above all of the numbers that are about to be taken.
    const int from[] = {::fcntl(pipe.read_end.get(), F_DUPFD, 100), ::fcntl(stdout_file.get(), F_DUPFD, 100),
                        ::fcntl(stderr_file.get(), F_DUPFD, 100), ::fcntl(reports.get(), F_DUPFD, 100)};
    for (int i = 0; i < 4; ++i) ::dup2(from[i], i);
    ::close_range(4, ~0u, 0);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  running.input = std::move(pipe.write_end);
  return running;
}

void feed(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) return;  // it has ended, and why is the test's question
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

struct Ended {
  int code = -1;  // 128 and more: killed by a signal
  long peak_kb = 0;
  std::string out;
  std::string err;
  std::string reports;
};

Ended finish(Running running) {
  running.input.reset();
  Ended ended;
  int status = 0;
  rusage usage{};
  ::wait4(running.pid, &status, 0, &usage);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ended.peak_kb = usage.ru_maxrss;
  const auto read = [&](const char* name) {
    const std::string path = running.folder + "/" + name;
    return std::filesystem::exists(path) ? test::read_file(path) : std::string();
  };
  ended.out = read("out");
  ended.err = read("err");
  ended.reports = read("reports");
  return ended;
}

Ended run(const std::vector<std::string>& arguments, std::string_view document = {}) {
  std::signal(SIGPIPE, SIG_IGN);
  auto running = start(arguments);
  feed(running.input.get(), document);
  return finish(std::move(running));
}

TEST(PlatenRender, PrintsTextWithReportsAndPreviews) {
  const std::string previews = test::scratch_folder();
  const auto ended = run({"--type", "text/plain; charset=utf-8", "--title", "T", "--previews", previews, "-o",
                          "media=na_letter_8.5x11in"},
                         "one\ftwo");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  const auto job = test::read_pcl(ended.out);
  ASSERT_EQ(job.pages.size(), 2u);
  EXPECT_TRUE(job.pages[0].has("&l2A"));
  const std::string last =
      "{\"page\":2,\"bytes\":" + std::to_string(ended.out.size() - 2) + ",\"ink\":{\"black\":0.000";
  EXPECT_THAT(ended.reports, testing::StartsWith("{\"page\":1,\"bytes\":"));
  EXPECT_THAT(ended.reports, testing::HasSubstr(last));
  for (const auto* page : {"/1.png", "/2.png"})
    EXPECT_THAT(test::read_file(previews + page), testing::StartsWith("\x89PNG")) << page;
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(previews), {}), 2);
}

TEST(PlatenRender, RepeatsADocumentThatComesThroughAPipe) {
  const auto ended = run({"--type", "text/plain", "--copies", "2"}, "one\ftwo");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(test::read_pcl(ended.out).pages.size(), 4u);
}

TEST(PlatenRender, DescribesTheModel) {
  const auto ended = run({"--describe"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out, HasSubstr("\"personality\":\"PCL\""));
}

TEST(PlatenRender, EndsWithTheCodeAndTheSentenceForEachFailure) {
  EXPECT_EQ(run({"--frobnicate"}).code, 2);
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({"--type", "text/plain", "--copies", "0"}).code, 2);
  EXPECT_EQ(run({"--type", "text/plain", "-o", "sides=three"}).code, 2);
  EXPECT_EQ(run({"--gpd", "/nowhere.gpd", "--describe"}).code, 2);
  const auto empty = run({"--type", "text/plain"});
  EXPECT_EQ(empty.code, 3);
  EXPECT_THAT(empty.err, HasSubstr("it is empty"));
  EXPECT_EQ(empty.out, "");
  EXPECT_EQ(empty.reports, "");
  EXPECT_EQ(run({"--type", "image/pwg-raster"}, "RaS2 and then nothing of the kind").code, 3);
  const auto unknown = run({"--type", "application/msword"}, "x");
  EXPECT_EQ(unknown.code, 4);
  EXPECT_THAT(unknown.err, HasSubstr("application/msword"));
}

TEST(PlatenRender, SaysFileAndLineOfABadGpd) {
  const std::string path = test::scratch_folder() + "/bad.gpd";
  std::string gpd = test::mono_gpd();
  gpd.replace(gpd.find("DOC_SETUP.34"), 12, "DOC_SETTING");
  FILE* file = std::fopen(path.c_str(), "w");
  std::fputs(gpd.c_str(), file);
  std::fclose(file);
  const auto ended = run({"--gpd", path, "--describe"});
  EXPECT_EQ(ended.code, 2);
  const auto line =
      std::count(gpd.begin(), gpd.begin() + static_cast<std::ptrdiff_t>(gpd.find("DOC_SETTING")), '\n') + 1;
  EXPECT_THAT(ended.err, HasSubstr("bad.gpd:" + std::to_string(line)));
}

TEST(PlatenRender, EndsQuietlyWhenNobodyReads) {
  std::signal(SIGPIPE, SIG_IGN);
  auto pipe = make_pipe().value();
  auto running = start({"--type", "application/octet-stream"}, pipe.write_end.get());
  pipe.read_end.reset();
  pipe.write_end.reset();
  feed(running.input.get(), std::string(1 << 20, 'x'));
  const auto ended = finish(std::move(running));
  EXPECT_EQ(ended.code, 5);
  EXPECT_EQ(ended.err, "");
}

TEST(PlatenRender, EndsAtOnceWhenItIsTold) {
  auto running = start({"--type", "text/plain"});
  feed(running.input.get(), "a document that goes on\n");
  ::kill(running.pid, SIGTERM);
  EXPECT_EQ(finish(std::move(running)).code, 128 + SIGTERM);
}

// A PWG raster of sRGB pages at 1200 dots per inch: 417 MB each, none of which repeats the row above. The
// rows are compressed here by hand, as libcups would be slower than the program that is tested.
class BigRaster {
 public:
  BigRaster() {
    test::RasterSpec spec;
    spec.width = kWidth;
    spec.height = 1;
    spec.dpi = 1200;
    spec.colours = 3;
    spec.space = 19;
    header_ = test::make_raster(
                  spec, +[](unsigned, unsigned, unsigned) -> unsigned char { return 0; })
                  .substr(4, 1796);
    // cupsHeight, big-endian, is at byte 376 of a page's header.
    for (int i = 0; i < 4; ++i)
      header_[static_cast<std::size_t>(376 + i)] = static_cast<char>(kHeight >> (24 - 8 * i));
    std::mt19937 random(3);
    for (auto& row : rows_) {
      row += '\0';  // not repeated
      for (unsigned x = 0; x < kWidth;) {
        const unsigned count = std::min(128u, kWidth - x);
        row += static_cast<char>(257 - count);  // that many pixels as they are
        for (unsigned i = 0; i < 3 * count; ++i) row += static_cast<char>(random());
        x += count;
      }
    }
  }
  // Returns how many bytes it wrote.
  std::uint64_t write(int fd, unsigned pages) const {
    std::uint64_t bytes = 4;
    feed(fd, "RaS2");
    for (unsigned page = 0; page < pages; ++page) {
      feed(fd, header_);
      bytes += header_.size();
      for (unsigned y = 0; y < kHeight; ++y) {
        feed(fd, rows_[y % rows_.size()]);
        bytes += rows_[y % rows_.size()].size();
      }
    }
    return bytes;
  }

 private:
  static constexpr unsigned kWidth = 9921;
  static constexpr unsigned kHeight = 14031;
  std::string header_;
  std::array<std::string, 16> rows_;
};

// The document never has to be in memory: neither its pages nor one of them.
void expect_bounded_memory(unsigned pages, std::uint64_t at_least) {
  std::signal(SIGPIPE, SIG_IGN);
  const Fd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  auto running = start({"--type", "image/pwg-raster"}, nowhere.get());
  EXPECT_GE(BigRaster().write(running.input.get(), pages), at_least);
  const auto ended = finish(std::move(running));
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(std::count(ended.reports.begin(), ended.reports.end(), '\n'), pages);
  // Sanitizers keep what was freed.
  constexpr long kLimit = 48 * 1024;
  EXPECT_LT(ended.peak_kb, kSanitized ? 40 * kLimit : kLimit);
}

TEST(PlatenRender, StreamsAPageLargerThanItsMemory) {
  expect_bounded_memory(1, 400'000'000);
}

TEST(PlatenRender, StreamsADocumentOfMoreThanAGigabyte) {
  expect_bounded_memory(3, 1'200'000'000);
}

}  // namespace
}  // namespace platen::driver
