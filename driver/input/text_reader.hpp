// Plain text as paragraphs: UTF-8 made whole, line ends of every kind, form feeds. Pure but for reading the
// document, and bounded: a paragraph without an end comes in parts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/input/document.hpp"

namespace platen::driver {

// Bytes that are not UTF-8 become U+FFFD, control characters but the tabulator go. For every input,
// well-formed UTF-8.
[[nodiscard]] std::string clean_utf8(std::string_view bytes);

struct Paragraph {
  std::string text;               // clean UTF-8 without its line end
  bool page_break_after = false;  // a form feed ended it
};

class TextReader {
 public:
  explicit TextReader(Document& document) : document_(document) {}
  // Nothing after the last.
  [[nodiscard]] Result<std::optional<Paragraph>> next();
  [[nodiscard]] Result<void> rewind();

 private:
  [[nodiscard]] Result<bool> fill();

  Document& document_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  std::string carried_;  // the beginning of a character at which a long paragraph was cut
  bool started_ = false;
  bool after_return_ = false;  // a line feed now belongs to it
};

}  // namespace platen::driver
