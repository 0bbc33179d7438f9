#include "virtual/pcl_text.hpp"

#include <algorithm>
#include <cmath>

namespace platen::vprinter {

void PclText::reset() {
  fonts_[0] = fonts_[1] = Font{};
  secondary_ = underline_ = wraps_ = false;
}

bool PclText::handle(const PclToken& token) {
  if (token.kind != PclToken::Kind::command) return false;
  const double v = token.value;
  if (token.family == '(' || token.family == ')') {
    Font& font = fonts_[token.family == ')'];
    if (token.group == 0) {
      const double set = v * 32 + token.final - 64;
      if (set >= 0 && set <= 4096 && is_symbol_set(static_cast<int>(set)))
        font.symbol_set = static_cast<int>(set);
      return true;
    }
    if (token.group != 's') return false;
    switch (token.final) {
      case 'H':
        // Narrower than 1/30 inch or wider than half an inch no printer of this kind has a font.
        if (v >= 2 && v <= 30) {
          font.pitch = v;
          motion_.set_column(kDotsPerInch / v);
        }
        return true;
      case 'S':
        font.italic = v == 1;
        return true;
      case 'B':
        font.bold = v > 0;
        return true;
      case 'P':
      case 'V':
      case 'T':  // there is one typeface, spaced fixedly, its height follows its pitch
      case 'W':  // downloaded fonts are taken and not used
        return true;
    }
    return false;
  }
  if (token.family != '&') return false;
  switch (token.group) {
    case 'k':
      if (token.final != 'S') return false;
      fonts_[0].pitch = v == 2 ? 16.66 : v == 4 ? 12 : 10;
      motion_.set_column(kDotsPerInch / fonts_[0].pitch);
      return true;
    case 'd':
      if (token.final != 'D' && token.final != '@') return false;
      underline_ = token.final == 'D';
      return true;
    case 's':
      if (token.final != 'C') return false;
      wraps_ = v == 0;
      return true;
  }
  return false;
}

void PclText::print(unsigned char code) {
  const Font& font = fonts_[secondary_];
  const char32_t letter = to_unicode(font.symbol_set, code);
  if (letter == 0) return;
  const double step = advance();
  PclCursor& cursor = motion_.cursor;
  if (cursor.x < canvas_.width()) {
    const int x = static_cast<int>(cursor.x), y = static_cast<int>(cursor.y);
    if (letter != ' ' && letter != 0xA0) {
      const int cell = static_cast<int>(std::lround(kDotsPerInch / font.pitch));
      const Glyph& glyph = glyphs_.get(letter, {cell, font.bold, font.italic});
      canvas_.glyph(x + glyph.left, y - glyph.baseline, glyph.shape);
    }
    if (underline_) canvas_.fill(x, y + 10, static_cast<int>(step) + 1, 4);
  }
  cursor.x = std::min<double>(cursor.x + step, canvas_.width());
}

}  // namespace platen::vprinter
