// What people see: text that cannot harm the terminal, aligned columns, and bars in the ink's colour.
//
// Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace platen::cli {

// What the output can show.
struct Look {
  bool color = false;    // escape sequences
  bool unicode = false;  // block characters
};

// Makes names from documents and devices harmless: control characters become \n, \t, \x1B …, characters that
// turn the direction of writing \u202E, and bytes that are no UTF-8 \xFF.
std::string printable(std::string_view text);

// How many columns of a terminal printable text takes; East Asian characters take two, accents none.
std::size_t columns(std::string_view text);

class Table {
 public:
  explicit Table(std::vector<std::string> heads = {}) : heads_(std::move(heads)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // Two blanks between columns, none at the end of a line; each line begins with `indent`.
  [[nodiscard]] std::string text(std::string_view indent = {}) const;

 private:
  std::vector<std::string> heads_;
  std::vector<std::vector<std::string>> rows_;
};

// A bar of 20 places, in the colour "#RRGGBB" where the look has colours. `percent` is from 0 to 100.
std::string bar(int percent, std::string_view color, Look look);

// "3.4 MB".
std::string human_size(std::uint64_t bytes);

}  // namespace platen::cli
