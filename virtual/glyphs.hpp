// The printer's built-in font: a monospaced face, drawn by Pango and Cairo, one bit per dot.
//
// One thread. Glyphs are kept, so that a page of text costs each letter once.
#pragma once

#include <map>
#include <memory>
#include <tuple>

#include "virtual/bitmap.hpp"

namespace platen::vprinter {

struct Glyph {
  Bitmap shape;
  int left = 0;      // dots from the pen to the shape's left edge
  int baseline = 0;  // dots from the shape's top down to the baseline
};

struct Face {
  int cell = 60;  // width of every character in dots: 60 is 10 to the inch
  bool bold = false;
  bool italic = false;
  friend auto operator<=>(const Face&, const Face&) = default;
};

class Glyphs {
 public:
  Glyphs();
  ~Glyphs();
  const Glyph& get(char32_t letter, Face face);

 private:
  struct Pen;
  std::unique_ptr<Pen> pen_;
  std::map<std::pair<Face, char32_t>, Glyph> known_;
};

// Characters of PCL symbol sets as Unicode. `set` is the ESC (#X id: number * 32 + letter - 64 (8U is 277).
[[nodiscard]] bool is_symbol_set(int set);
[[nodiscard]] char32_t to_unicode(int set, unsigned char code);

inline constexpr int kRoman8 = 277;  // 8U

}  // namespace platen::vprinter
