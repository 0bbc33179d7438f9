// A page as a small picture for people, made while its rows go by.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "driver/gpd_value.hpp"

namespace platen::driver {

class Preview {
 public:
  explicit Preview(Pair sheet);  // in device pixels
  void row(std::span<const std::uint8_t> darkness);
  // Writes FOLDER/NUMBER.png at once or not at all.
  [[nodiscard]] Result<void> save(const std::string& folder, int number);

 private:
  void finish_line();

  Pair sheet_;
  Pair size_;
  std::vector<std::uint32_t> sums_;
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint8_t> pixels_;
  int line_ = 0;  // of the small picture
  int rows_ = 0;
};

}  // namespace platen::driver
