// PCL's raster compression, undone: a payload and the row before it in, rows out.
//
// Pure. A row that breaks its own encoding is decoded as far as it goes, and a problem is told.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace platen::vprinter {

using PixelRow = std::vector<std::uint8_t>;

inline constexpr bool is_compression(int method) {
  return (method >= 0 && method <= 3) || method == 5 || method == 9;
}

struct DecodedRows {
  std::vector<PixelRow> rows;  // one, but for the adaptive method
  std::string problem;         // empty: none
};

// `seed` is the row before (all zero at the start) and has the length that every row gets; `most_rows` bounds
// what the adaptive method can ask for. On return the seed is the last row.
DecodedRows decode_rows(int method, std::span<const std::uint8_t> payload, PixelRow& seed,
                        std::size_t most_rows);

}  // namespace platen::vprinter
