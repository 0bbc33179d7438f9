// A small reader of PCL 5e raster pages for these tests. It shares nothing with the driver, so that one
// misreading of the language cannot hide in both.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace platen::driver::test {

struct PclPage {
  std::vector<std::string> commands;              // outside of raster graphics: "&l26A", "*p100Y" …
  std::map<int, std::vector<std::uint8_t>> rows;  // by their y in cursor units; blank ones are left out
  std::vector<int> modes;                         // of each row sent
  int x = 0;
  int width = 0;  // as set, in pixels

  [[nodiscard]] bool has(std::string_view command) const;
  [[nodiscard]] bool ink(int column, int row) const;  // relative to x
  [[nodiscard]] long long dots() const;
};

struct PclJob {
  std::vector<PclPage> pages;
  int resets = 0;
  std::string trouble;  // empty when every byte made sense
};

[[nodiscard]] PclJob read_pcl(std::string_view bytes);

// The rows of modes 2 and 3, for round trips.
[[nodiscard]] std::vector<std::uint8_t> unpack_bits(std::string_view data, std::size_t width);
[[nodiscard]] std::vector<std::uint8_t> apply_delta(std::string_view data, std::vector<std::uint8_t> above);

}  // namespace platen::driver::test
