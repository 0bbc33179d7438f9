// A document as pages of rows: what every kind of input is turned into.
//
//   while (auto page = source.next_page(); *page)       // checks left out
//     for (int y = 0; y < (*page)->size.y; ++y) source.read_row(row);
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "driver/gpd_value.hpp"

namespace platen::driver {

enum class Sides { one, long_edge, short_edge };

struct SourcePage {
  Pair size;  // pixels
  Pair dpi;
  std::optional<Sides> sides;  // when the document says so itself
  bool sheet = false;  // laid out for the sheet that was asked for, so it needs no other paper and no scaling
};

class PageSource {
 public:
  virtual ~PageSource() = default;
  // Goes on to the next page, over rows that nobody read; nothing after the last.
  [[nodiscard]] virtual Result<std::optional<SourcePage>> next_page() = 0;
  // The next row, size.x pixels: 0 is paper, 255 is black.
  [[nodiscard]] virtual Result<void> read_row(std::span<std::uint8_t> darkness) = 0;
  [[nodiscard]] virtual Result<void> rewind() = 0;
};

// A sheet in device pixels, for sources that lay out pages themselves.
struct Sheet {
  Pair size;
  Pair dpi;
  Pair printable_origin;
  Pair printable_size;
};

}  // namespace platen::driver
