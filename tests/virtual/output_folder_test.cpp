#include "virtual/output_folder.hpp"

#include <fstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <png.h>
#include <stdlib.h>

#include "virtual/png_file.hpp"

namespace platen::vprinter {
namespace {

namespace fs = std::filesystem;

class Folder : public ::testing::Test {
 protected:
  Folder() {
    std::string name = ::testing::TempDir() + "pages-XXXXXX";
    path = ::mkdtemp(name.data());
  }
  ~Folder() override { fs::remove_all(path); }

  std::vector<boost::json::value> lines(const char* file) const {
    std::ifstream in(path / file);
    std::vector<boost::json::value> found;
    for (std::string line; std::getline(in, line);) found.push_back(boost::json::parse(line));
    return found;
  }

  fs::path path;
};

Page small_page() {
  Page page;
  page.paper = &a4();
  page.planes.push_back({Colorant::black, Bitmap(20, 10)});
  page.planes[0].bitmap.fill(3, 2, 5, 1);
  return page;
}

TEST_F(Folder, PagesAreOneBitPngFilesOfTheirResolution) {
  ASSERT_TRUE(write_png(small_page().planes[0].bitmap, path / "x.png").has_value());
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  ASSERT_TRUE(png_image_begin_read_from_file(&image, (path / "x.png").c_str()));
  EXPECT_EQ(image.width, 20u);
  EXPECT_EQ(image.height, 10u);
  image.format = PNG_FORMAT_GRAY;
  std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
  ASSERT_TRUE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr));
  EXPECT_EQ(pixels[2 * 20 + 2], 255);
  EXPECT_EQ(pixels[2 * 20 + 3], 0);
  EXPECT_EQ(pixels[2 * 20 + 7], 0);
  EXPECT_EQ(pixels[2 * 20 + 8], 255);
  std::ifstream in(path / "x.png", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(bytes[24], 1) << "bits per dot";
  EXPECT_NE(bytes.find(std::string("pHYs\0\0\x5C\x46\0\0\x5C\x46\x01", 13)), std::string::npos);
}

TEST_F(Folder, KeepsALinePerPageAndPerJob) {
  auto folder = OutputFolder::open(path);
  ASSERT_TRUE(folder.has_value());
  folder->put_out(small_page(), {7, 3, "gr\xFC\xDF"});
  folder->job_ended({3, "gr\xFC\xDF", JobResult::disconnected, 1, 99, {"byte 5: odd"}});
  const auto pages = lines("pages.jsonl"), jobs = lines("jobs.jsonl");
  ASSERT_EQ(pages.size(), 1u);
  EXPECT_EQ(pages[0].at("file").as_string(), "page-0007.png");
  EXPECT_EQ(pages[0].at("jobName").as_string(), "grüß");
  EXPECT_EQ(pages[0].at("dpi").as_int64(), 600);
  EXPECT_DOUBLE_EQ(pages[0].at("coverage").as_double(), 0.025);
  EXPECT_TRUE(fs::exists(path / "page-0007.png"));
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].at("result").as_string(), "disconnected");
  EXPECT_EQ(jobs[0].at("bytes").to_number<int>(), 99);
  EXPECT_EQ(jobs[0].at("errors").at(0).as_string(), "byte 5: odd");
}

TEST_F(Folder, GoesOnCountingWhereItEnded) {
  {
    auto folder = OutputFolder::open(path);
    folder->put_out(small_page(), {12, 3, ""});
    folder->job_ended({3, "", JobResult::completed, 1, 1, {}});
  }
  auto again = OutputFolder::open(path);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->pages_before(), 12);
  EXPECT_EQ(again->jobs_before(), 3);
}

TEST_F(Folder, AFolderThatCannotBeMadeIsToldInASentence) {
  std::ofstream(path / "file") << "x";
  auto folder = OutputFolder::open(path / "file" / "below");
  ASSERT_FALSE(folder.has_value());
  EXPECT_NE(folder.error().sentence().find("--out"), std::string::npos);
}

}  // namespace
}  // namespace platen::vprinter
