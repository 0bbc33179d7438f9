// One bit per dot, 1 = black, the first dot of a row in the highest bit: the printer's page memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace platen::vprinter {

class Bitmap {
 public:
  Bitmap() = default;
  Bitmap(int width, int height);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] std::size_t stride() const { return stride_; }
  [[nodiscard]] std::span<const std::uint8_t> row(int y) const;
  [[nodiscard]] bool get(int x, int y) const;

  // Both ignore what lies outside.
  void set(int x, int y, bool black = true);
  void fill(int x, int y, int width, int height, bool black = true);
  // Adds `count` dots of `source`, beginning with its dot `first`, at (x, y); white ones change nothing.
  void merge(int x, int y, std::span<const std::uint8_t> source, int first, int count);

  [[nodiscard]] double coverage() const;  // black dots, 0 to 1

 private:
  int width_ = 0;
  int height_ = 0;
  std::size_t stride_ = 0;
  std::vector<std::uint8_t> bits_;
};

}  // namespace platen::vprinter
