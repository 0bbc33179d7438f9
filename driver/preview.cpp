#include "driver/preview.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <png.h>

namespace platen::driver {
namespace {

constexpr int kWidth = 300;  // docs/architecture.md

}  // namespace

Preview::Preview(Pair sheet)
    : sheet_(sheet),
      size_{kWidth, std::max(1, static_cast<int>(std::int64_t{kWidth} * sheet.y / sheet.x))},
      sums_(kWidth),
      counts_(kWidth),
      pixels_(static_cast<std::size_t>(size_.x) * static_cast<std::size_t>(size_.y), 255) {}

void Preview::row(std::span<const std::uint8_t> darkness) {
  const int line = static_cast<int>(std::int64_t{rows_} * size_.y / sheet_.y);
  if (line != line_) finish_line();
  line_ = line;
  ++rows_;
  const bool blank = std::all_of(darkness.begin(), darkness.end(), [](std::uint8_t d) { return d == 0; });
  for (std::size_t small = 0, x = 0; small < sums_.size(); ++small) {
    const std::size_t end = (small + 1) * darkness.size() / sums_.size();
    counts_[small] += static_cast<std::uint32_t>(end - x);
    if (!blank)
      for (; x < end; ++x) sums_[small] += darkness[x];
    x = end;
  }
}

void Preview::finish_line() {
  for (std::size_t x = 0; x < sums_.size(); ++x)
    if (counts_[x] != 0 && line_ < size_.y)
      pixels_[static_cast<std::size_t>(line_) * sums_.size() + x] =
          static_cast<std::uint8_t>(255 - sums_[x] / counts_[x]);
  std::fill(sums_.begin(), sums_.end(), 0u);
  std::fill(counts_.begin(), counts_.end(), 0u);
}

Result<void> Preview::save(const std::string& folder, int number) {
  finish_line();
  std::error_code ignored;  // a folder that cannot be made shows below, as a file that cannot be written
  std::filesystem::create_directories(folder, ignored);
  const std::string path = folder + "/" + std::to_string(number) + ".png";
  const std::string unfinished = folder + "/." + std::to_string(number) + ".png.part";
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(size_.x);
  image.height = static_cast<png_uint_32>(size_.y);
  image.format = PNG_FORMAT_GRAY;
  if (png_image_write_to_file(&image, unfinished.c_str(), 0, pixels_.data(), size_.x, nullptr) == 0)
    return fail(Errc::failed, "write the preview", path, image.message);
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) return fail_errno(errno, "write the preview", path);
  return {};
}

}  // namespace platen::driver
