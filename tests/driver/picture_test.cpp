#include "driver/input/picture.hpp"

#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <jpeglib.h>
#include <png.h>

#include "driver_fixture.hpp"
#include "pcl_reader.hpp"

namespace platen::driver {
namespace {

using test::model_of;
using test::mono_gpd;
using test::read_pcl;
using test::render_text;
using testing::HasSubstr;

using Grey = std::vector<std::uint8_t>;

std::string make_png(int width, int height, const Grey& grey) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  EXPECT_NE(png_image_write_to_memory(&image, nullptr, &size, 0, grey.data(), width, nullptr), 0);
  std::string file(size, '\0');
  EXPECT_NE(png_image_write_to_memory(&image, file.data(), &size, 0, grey.data(), width, nullptr), 0);
  file.resize(size);
  return file;
}

std::string make_jpeg(int width, int height, const Grey& grey, int exif_orientation = 0) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = 1;
  jpeg.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  if (exif_orientation != 0) {
    std::string exif("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0", 32);
    exif[25] = static_cast<char>(exif_orientation);
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(exif.data()),
                      static_cast<unsigned>(exif.size()));
  }
  for (int y = 0; y < height; ++y) {
    auto* row = const_cast<std::uint8_t*>(grey.data()) + y * width;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::string file(reinterpret_cast<char*>(bytes), size);
  jpeg_destroy_compress(&jpeg);
  std::free(bytes);
  return file;
}

// White, with its top left quarter black.
Grey quarter(int width, int height) {
  Grey grey(static_cast<std::size_t>(width * height), 255);
  for (int y = 0; y < height / 2; ++y)
    for (int x = 0; x < width / 2; ++x) grey[static_cast<std::size_t>(y * width + x)] = 0;
  return grey;
}

class PictureTest : public testing::Test {
 protected:
  test::PclPage print(const std::string& file, const char* type, const test::Options& options = {}) {
    const auto rendered = render_text(model_, file, type, options);
    EXPECT_TRUE(rendered.result) << rendered.result.error().sentence();
    const auto job = read_pcl(rendered.pcl);
    EXPECT_EQ(job.trouble, "");
    EXPECT_EQ(job.pages.size(), 1u);
    return job.pages.empty() ? test::PclPage{} : job.pages[0];
  }
  GpdModel model_ = model_of(mono_gpd());
};

TEST_F(PictureTest, FillsThePrintableWidthAndKeepsItsProportions) {
  // Twice as high as wide: the height decides, 6816 dots; so the width is 3408, centred in 4677.
  const auto page = print(make_png(50, 100, quarter(50, 100)), "image/png");
  EXPECT_TRUE(page.ink(650, 110));
  EXPECT_FALSE(page.ink(620, 110));
  EXPECT_TRUE(page.ink(2300, 3450));
  EXPECT_FALSE(page.ink(2390, 3000));
  EXPECT_FALSE(page.ink(650, 3560));
}

TEST_F(PictureTest, TurnsToSuitThePaperUnlessToldNotTo) {
  const std::string wide = make_png(100, 50, quarter(100, 50));
  // Turned counter-clockwise, the top left quarter is at the bottom left.
  const auto turned = print(wide, "image/png");
  EXPECT_TRUE(turned.ink(700, 6800));
  EXPECT_FALSE(turned.ink(700, 200));
  const auto upright_page = print(wide, "image/png", {{"orientation-requested", "3"}});
  EXPECT_TRUE(upright_page.ink(20, 2400));
  EXPECT_FALSE(upright_page.ink(20, 6800));
}

TEST_F(PictureTest, ScalesAsItIsAsked) {
  const std::string file = make_png(96, 96, Grey(96 * 96, 0));
  // At 96 dots per inch the picture is one inch wide.
  EXPECT_NEAR(static_cast<double>(print(file, "image/png", {{"print-scaling", "none"}}).dots()), 600.0 * 600,
              2000);
  EXPECT_NEAR(static_cast<double>(print(file, "image/png", {{"print-scaling", "fit"}}).dots()), 4677.0 * 4677,
              1e5);
  EXPECT_NEAR(static_cast<double>(print(file, "image/png", {{"print-scaling", "fill"}}).dots()),
              4677.0 * 6816, 1e5);
}

TEST_F(PictureTest, ObeysTheCamerasOrientation) {
  const Grey grey = quarter(64, 64);
  // 6: the top of the scene is at the right of the stored picture, so the top left quarter is seen at the top
  // right.
  const auto page = print(make_jpeg(64, 64, grey, 6), "image/jpeg");
  EXPECT_TRUE(page.ink(4400, 1300));
  EXPECT_FALSE(page.ink(300, 1300));
  EXPECT_TRUE(print(make_jpeg(64, 64, grey), "image/jpeg").ink(300, 1300));
}

TEST(Picture, KnowsAllEightOrientations) {
  Picture picture{{2, 3}, {1, 2, 3, 4, 5, 6}, 0};  // rows 12, 34, 56
  const Grey expected[] = {{1, 2, 3, 4, 5, 6}, {2, 1, 4, 3, 6, 5}, {6, 5, 4, 3, 2, 1}, {5, 6, 3, 4, 1, 2},
                           {1, 3, 5, 2, 4, 6}, {5, 3, 1, 6, 4, 2}, {6, 4, 2, 5, 3, 1}, {2, 4, 6, 1, 3, 5}};
  for (int orientation = 1; orientation <= 8; ++orientation)
    EXPECT_EQ(upright(picture, orientation).darkness, expected[orientation - 1]) << orientation;
}

TEST_F(PictureTest, SaysThatABrokenPictureIsBroken) {
  Grey noise(200 * 200);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<std::uint8_t>(i * i >> 5);
  const std::string files[] = {make_png(200, 200, noise), make_jpeg(200, 200, noise)};
  const char* types[] = {"image/png", "image/jpeg"};
  for (int i = 0; i < 2; ++i) {
    const auto half =
        render_text(model_, std::string_view(files[i]).substr(0, files[i].size() / 2), types[i]);
    ASSERT_FALSE(half.result) << types[i];
    EXPECT_TRUE(half.result.error().is(Errc::malformed)) << half.result.error().sentence();
    EXPECT_EQ(half.pcl, "");
  }
}

}  // namespace
}  // namespace platen::driver
