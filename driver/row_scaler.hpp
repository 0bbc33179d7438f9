// Scales a picture row by row, holding one row at a time: shrinking averages, growing repeats (so that the
// edges of line art stay hard).
//
//   RowScaler scaler({4960, 7016}, {2480, 3508});
//   for each of the 3508 rows:
//     scaler.next(out, [&](auto row) { return source.read_row(row); });
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "driver/gpd_value.hpp"

namespace platen::driver {

class RowScaler {
 public:
  RowScaler(Pair from, Pair to);

  // Gives the next row, to.x pixels; reads as many as it needs with Result<void>
  // read(std::span<std::uint8_t>).
  template <class Read>
  Result<void> next(std::span<std::uint8_t> out, Read read) {
    const auto [begin, end] = covered(y_++, from_.y, to_.y);
    for (; read_ < end; ++read_) {
      if (auto done = read(std::span(row_)); !done) return done.error();
      if (read_ >= begin) add(read_ == begin);
    }
    give(out, end - begin);
    return {};
  }

 private:
  struct Part {
    std::int64_t begin;
    std::int64_t end;
  };
  [[nodiscard]] static Part covered(std::int64_t place, std::int64_t from_size, std::int64_t to_size);
  void add(bool first);
  void give(std::span<std::uint8_t> out, std::int64_t rows) const;

  Pair from_;
  Pair to_;
  std::vector<Part> columns_;  // what each column of the new row covers; empty when the width stays
  std::vector<std::uint8_t> row_;
  std::vector<std::uint32_t> sums_;
  std::int64_t y_ = 0;
  std::int64_t read_ = 0;
};

}  // namespace platen::driver
