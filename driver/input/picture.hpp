// A decoded picture in memory, as darkness, and the decoders for PNG and JPEG.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "driver/gpd_value.hpp"

namespace platen::driver {

struct Picture {
  Pair size;
  std::vector<std::uint8_t> darkness;  // size.x * size.y; 0 is paper
  int dpi = 0;                         // 0: the file does not say

  [[nodiscard]] std::uint8_t at(int x, int y) const {
    return darkness[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.x) +
                    static_cast<std::size_t>(x)];
  }
};

// More pixels than a page at 1200 dots per inch has; a small hostile file must not take all memory.
inline constexpr std::int64_t largest_picture = 160'000'000;
// A file of more bytes than this is not looked at.
inline constexpr std::size_t largest_picture_file = 256u << 20;

[[nodiscard]] Result<Picture> decode_png(std::string_view file);
// A picture much larger than `enough` is decoded at half, a quarter or an eighth of its size. Upright by its
// EXIF data.
[[nodiscard]] Result<Picture> decode_jpeg(std::string_view file, Pair enough);

// EXIF's orientation, 1 to 8, from an APP1 segment's data; 1 when it does not say.
[[nodiscard]] int exif_orientation(std::string_view app1);
// The picture as EXIF's orientation wants it seen.
[[nodiscard]] Picture upright(Picture picture, int orientation);

}  // namespace platen::driver
