#include "driver/row_scaler.hpp"

namespace platen::driver {

RowScaler::RowScaler(Pair from, Pair to)
    : from_(from), to_(to), row_(static_cast<std::size_t>(from.x)), sums_(static_cast<std::size_t>(to.x)) {
  if (from.x == to.x) return;
  columns_.reserve(sums_.size());
  for (std::int64_t x = 0; x < to.x; ++x) columns_.push_back(covered(x, from.x, to.x));
}

RowScaler::Part RowScaler::covered(std::int64_t place, std::int64_t from_size, std::int64_t to_size) {
  const auto begin = place * from_size / to_size;
  return {begin, std::max(begin + 1, (place + 1) * from_size / to_size)};
}

void RowScaler::add(bool first) {
  for (std::size_t x = 0; x < sums_.size(); ++x) {
    std::uint32_t value = 0;
    if (columns_.empty()) {
      value = row_[x];
    } else {
      const auto [begin, end] = columns_[x];
      for (auto i = begin; i < end; ++i) value += row_[static_cast<std::size_t>(i)];
      value /= static_cast<std::uint32_t>(end - begin);
    }
    sums_[x] = first ? value : sums_[x] + value;
  }
}

void RowScaler::give(std::span<std::uint8_t> out, std::int64_t rows) const {
  for (std::size_t x = 0; x < sums_.size(); ++x)
    out[x] = static_cast<std::uint8_t>(rows == 1 ? sums_[x] : sums_[x] / static_cast<std::uint32_t>(rows));
}

}  // namespace platen::driver
