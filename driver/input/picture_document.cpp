#include "driver/input/picture_document.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace platen::driver {
namespace {

// What a picture that does not say is taken to have: CSS's pixel.
constexpr int kScreenDpi = 96;

Pair scale(Pair size, double factor) {
  return {std::max(1, static_cast<int>(std::lround(size.x * factor))),
          std::max(1, static_cast<int>(std::lround(size.y * factor)))};
}

// A pixel of the enlarged or reduced picture covers this part of it: whole pixels when it covers several,
// else the weighted mean of two neighbours.
struct Cover {
  int first;
  int count;     // more than one: their mean
  int fraction;  // of 256, of the one after `first`
};

Cover cover(std::int64_t place, int from, int to) {
  if (from >= to) {
    const auto first = place * from / to;
    const auto end = std::max(first + 1, (place + 1) * from / to);
    return {static_cast<int>(first), static_cast<int>(end - first), 0};
  }
  // Centre to centre, in 256ths of a pixel.
  const auto at =
      std::clamp<std::int64_t>(((2 * place + 1) * from * 128 / to) - 128, 0, std::int64_t{from - 1} * 256);
  return {static_cast<int>(at / 256), 1, static_cast<int>(at % 256)};
}

}  // namespace

PictureDocument::PictureDocument(Picture picture, const Sheet& sheet, const JobOptions& options)
    : sheet_(sheet) {
  const bool lies = picture.size.x > picture.size.y;
  const bool sheet_lies = sheet.printable_size.x > sheet.printable_size.y;
  const int turns =
      options.quarter_turns.value_or(lies != sheet_lies && picture.size.x != picture.size.y ? 1 : 0);
  constexpr std::array<int, 4> kExif{1, 8, 3, 6};  // the EXIF orientation that turns as far
  picture_ = upright(std::move(picture), kExif[static_cast<std::size_t>(turns)]);

  // Filling means the whole sheet, edges included; fitting means what can be printed.
  const Pair area = options.scaling == Scaling::fill ? sheet.size : sheet.printable_size;
  const Pair corner = options.scaling == Scaling::fill ? Pair{} : sheet.printable_origin;
  const double across = static_cast<double>(area.x) / picture_.size.x;
  const double down = static_cast<double>(area.y) / picture_.size.y;
  double factor = std::min(across, down);
  if (options.scaling == Scaling::fill) factor = std::max(across, down);
  if (options.scaling == Scaling::none)
    factor = static_cast<double>(sheet.dpi.x) / (picture_.dpi > 0 ? picture_.dpi : kScreenDpi);
  scaled_ = scale(picture_.size, factor);
  origin_ = {corner.x + (area.x - scaled_.x) / 2, corner.y + (area.y - scaled_.y) / 2};
}

Result<std::optional<SourcePage>> PictureDocument::next_page() {
  if (given_) return std::optional<SourcePage>();
  given_ = true;
  row_ = 0;
  return std::optional(SourcePage{sheet_.size, sheet_.dpi, std::nullopt, true});
}

Result<void> PictureDocument::rewind() {
  given_ = false;
  return {};
}

Result<void> PictureDocument::read_row(std::span<std::uint8_t> darkness) {
  std::fill(darkness.begin(), darkness.end(), std::uint8_t{0});
  const int y = row_++ - origin_.y;
  if (y < 0 || y >= scaled_.y) return {};
  const Cover down = cover(y, picture_.size.y, scaled_.y);
  const int below = std::min(down.first + 1, picture_.size.y - 1);
  for (int i = std::max(0, -origin_.x); i < scaled_.x; ++i) {
    const int x = origin_.x + i;
    if (x >= static_cast<int>(darkness.size())) break;
    const Cover across = cover(i, picture_.size.x, scaled_.x);
    unsigned value = 0;
    if (down.count > 1 || across.count > 1) {
      for (int v = down.first; v < down.first + down.count; ++v)
        for (int u = across.first; u < across.first + across.count; ++u) value += picture_.at(u, v);
      value /= static_cast<unsigned>(down.count * across.count);
    } else {
      const int right = std::min(across.first + 1, picture_.size.x - 1);
      const auto mix = [](int a, int b, int fraction) { return (a * (256 - fraction) + b * fraction) / 256; };
      value = static_cast<unsigned>(mix(
          mix(picture_.at(across.first, down.first), picture_.at(right, down.first), across.fraction),
          mix(picture_.at(across.first, below), picture_.at(right, below), across.fraction), down.fraction));
    }
    darkness[static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(value);
  }
  return {};
}

}  // namespace platen::driver
