#include "driver/input/picture.hpp"

#include <png.h>

namespace platen::driver {
namespace {

Error broken(std::string advice) {
  return fail(Errc::malformed, "print the picture", "", std::move(advice));
}

// Which numbers an EXIF block holds, in its own byte order; beyond its end they are 0.
class ExifReader {
 public:
  explicit ExifReader(std::string_view tiff) : tiff_(tiff), little_(tiff.starts_with("II")) {}
  [[nodiscard]] unsigned word(std::size_t at) const {
    return little_ ? byte(at) | byte(at + 1) << 8 : byte(at) << 8 | byte(at + 1);
  }
  [[nodiscard]] std::size_t dword(std::size_t at) const {
    return little_ ? word(at) | std::size_t{word(at + 2)} << 16 : std::size_t{word(at)} << 16 | word(at + 2);
  }

 private:
  [[nodiscard]] unsigned byte(std::size_t at) const {
    return at < tiff_.size() ? static_cast<unsigned char>(tiff_[at]) : 0u;
  }
  std::string_view tiff_;
  bool little_;
};

}  // namespace

int exif_orientation(std::string_view app1) {
  constexpr std::string_view kExif{"Exif\0\0", 6};
  if (!app1.starts_with(kExif)) return 1;
  const ExifReader exif(app1.substr(kExif.size()));
  const std::size_t directory = exif.dword(4);
  const unsigned entries = exif.word(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    constexpr unsigned kOrientation = 0x0112;
    const std::size_t entry = directory + 2 + i * 12;
    if (entry > app1.size()) break;
    if (exif.word(entry) != kOrientation) continue;
    const unsigned value = exif.word(entry + 8);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Picture upright(Picture picture, int orientation) {
  if (orientation <= 1 || orientation > 8) return picture;
  // Where the upright pixel (x, y) is in the picture as stored: first the axes swap, then each may be
  // mirrored.
  const bool swapped = orientation >= 5;
  const bool mirrored_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool mirrored_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Picture out;
  out.dpi = picture.dpi;
  out.size = swapped ? Pair{picture.size.y, picture.size.x} : picture.size;
  out.darkness.reserve(picture.darkness.size());
  for (int y = 0; y < out.size.y; ++y)
    for (int x = 0; x < out.size.x; ++x) {
      const int u = swapped ? y : x;
      const int v = swapped ? x : y;
      out.darkness.push_back(
          picture.at(mirrored_x ? picture.size.x - 1 - u : u, mirrored_y ? picture.size.y - 1 - v : v));
    }
  return out;
}

Result<Picture> decode_png(std::string_view file) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0)
    return broken(std::string("It is not a whole PNG file: ") + image.message + ".");
  if (std::int64_t{image.width} * image.height > largest_picture) {
    png_image_free(&image);
    return fail(Errc::too_large, "print the picture", "", "Make it smaller and print it again.");
  }
  image.format = PNG_FORMAT_GRAY;
  Picture picture;
  picture.size = {static_cast<int>(image.width), static_cast<int>(image.height)};
  picture.darkness.resize(static_cast<std::size_t>(image.width) * image.height);
  // What is transparent shows the paper.
  const png_color paper{255, 255, 255};
  if (png_image_finish_read(&image, &paper, picture.darkness.data(), picture.size.x, nullptr) == 0)
    return broken(std::string("It is not a whole PNG file: ") + image.message + ".");
  for (auto& value : picture.darkness) value = static_cast<std::uint8_t>(255 - value);
  return picture;
}

}  // namespace platen::driver
