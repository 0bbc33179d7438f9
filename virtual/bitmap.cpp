#include "virtual/bitmap.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace platen::vprinter {

Bitmap::Bitmap(int width, int height)
    : width_(width),
      height_(height),
      stride_((static_cast<std::size_t>(width) + 7) / 8),
      bits_(stride_ * static_cast<std::size_t>(height)) {}

std::span<const std::uint8_t> Bitmap::row(int y) const {
  return std::span(bits_).subspan(stride_ * static_cast<std::size_t>(y), stride_);
}

bool Bitmap::get(int x, int y) const {
  if (x < 0 || y < 0 || x >= width_ || y >= height_) return false;
  return (row(y)[static_cast<std::size_t>(x) / 8] >> (7 - x % 8)) & 1;
}

void Bitmap::set(int x, int y, bool black) {
  if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
  auto& byte = bits_[stride_ * static_cast<std::size_t>(y) + static_cast<std::size_t>(x) / 8];
  const auto mask = static_cast<std::uint8_t>(0x80 >> (x % 8));
  byte = static_cast<std::uint8_t>(black ? byte | mask : byte & ~mask);
}

void Bitmap::fill(int x, int y, int width, int height, bool black) {
  const int left = std::max(x, 0), right = std::min(x + width, width_);
  const int top = std::max(y, 0), bottom = std::min(y + height, height_);
  if (left >= right) return;
  const auto first = static_cast<std::size_t>(left) / 8, last = static_cast<std::size_t>(right - 1) / 8;
  auto first_mask = static_cast<std::uint8_t>(0xFF >> (left % 8));
  const auto last_mask = static_cast<std::uint8_t>(0xFF << (7 - (right - 1) % 8));
  if (first == last) first_mask &= last_mask;
  auto apply = [black](std::uint8_t& byte, std::uint8_t mask) {
    byte = static_cast<std::uint8_t>(black ? byte | mask : byte & ~mask);
  };
  for (int line = top; line < bottom; ++line) {
    std::uint8_t* row = bits_.data() + stride_ * static_cast<std::size_t>(line);
    apply(row[first], first_mask);
    if (first == last) continue;
    std::fill(row + first + 1, row + last, static_cast<std::uint8_t>(black ? 0xFF : 0));
    apply(row[last], last_mask);
  }
}

void Bitmap::merge(int x, int y, std::span<const std::uint8_t> source, int first, int count) {
  if (y < 0 || y >= height_) return;
  if (x < 0) {
    first -= x;
    count += x;
    x = 0;
  }
  count = std::min({count, width_ - x, static_cast<int>(source.size()) * 8 - first});
  std::uint8_t* row = bits_.data() + stride_ * static_cast<std::size_t>(y);
  auto eight_from = [source](int bit) {
    const auto at = static_cast<std::size_t>(bit) / 8;
    unsigned pair = static_cast<unsigned>(source[at]) << 8;
    if (at + 1 < source.size()) pair |= source[at + 1];
    return static_cast<std::uint8_t>(pair >> (8 - bit % 8));
  };
  // Byte by byte of the target; its first and last byte may be partial.
  for (int done = 0; done < count;) {
    const int target_bit = (x + done) % 8;
    const int part = std::min(8 - target_bit, count - done);
    const auto kept = static_cast<std::uint8_t>(eight_from(first + done) & (0xFF00 >> part));
    row[(x + done) / 8] = static_cast<std::uint8_t>(row[(x + done) / 8] | kept >> target_bit);
    done += part;
  }
}

double Bitmap::coverage() const {
  if (width_ == 0 || height_ == 0) return 0;
  std::int64_t black = 0;
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= bits_.size(); at += sizeof word) {
    std::memcpy(&word, bits_.data() + at, sizeof word);
    black += std::popcount(word);
  }
  for (; at < bits_.size(); ++at) black += std::popcount(bits_[at]);
  return static_cast<double>(black) / (static_cast<double>(width_) * height_);
}

}  // namespace platen::vprinter
