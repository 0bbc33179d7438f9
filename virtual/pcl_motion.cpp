#include "virtual/pcl_motion.hpp"

#include <algorithm>
#include <cmath>

namespace platen::vprinter {
namespace {

constexpr double kHalfInch = kDotsPerInch / 2.0;
constexpr double kFirstBaseline = 0.75;  // of a line, below the top margin
constexpr int kTabColumns = 8;

}  // namespace

void PclMotion::reset() {
  units_per_inch_ = 300;
  line_ = kDotsPerInch / 6.0;
  column_ = kDotsPerInch / 10.0;
  skip_perforation_ = true;
  new_sheet();
}

void PclMotion::new_sheet() {
  left_margin_ = 0;
  right_margin_ = canvas_.width();
  top_margin_ = kHalfInch;
  set_text_length();
  home();
}

void PclMotion::home() {
  cursor.x = left_margin_;
  cursor.y = top_margin_ + kFirstBaseline * line_;
  moved_ = false;
}

void PclMotion::set_text_length() {
  text_length_ = std::max(0.0, canvas_.height() - top_margin_ - kHalfInch);
}

void PclMotion::set_top_margin(double dots) {
  if (dots < 0 || dots > canvas_.height()) return;
  top_margin_ = dots;
  set_text_length();
  if (!moved_) home();
}

void PclMotion::move(double& axis, double dots, bool relative, double origin, double limit) {
  axis = std::clamp(relative ? axis + dots : origin + dots, 0.0, limit);
  moved_ = true;
}

bool PclMotion::handle(const PclToken& token) {
  if (token.kind != PclToken::Kind::command) return false;
  const double v = token.value;
  auto across = [this, &token](double dots) { move(cursor.x, dots, token.relative, 0, canvas_.width()); };
  auto down = [this, &token](double dots) {
    move(cursor.y, dots, token.relative, top_margin_, canvas_.height());
  };
  if (token.family == '*' && token.group == 'p') {
    switch (token.final) {
      case 'X':
        across(from_units(v));
        return true;
      case 'Y':
        down(from_units(v));
        return true;
    }
    return false;
  }
  if (token.family != '&') return false;
  switch (token.group) {
    case 'a':
      switch (token.final) {
        case 'H':
          across(v * kDotsPerDecipoint);
          return true;
        case 'V':
          down(v * kDotsPerDecipoint);
          return true;
        case 'C':
          across(v * column_);
          return true;
        case 'R':
          down(token.relative ? v * line_ : (v + kFirstBaseline) * line_);
          return true;
        case 'L':
          if (v >= 0 && v * column_ < right_margin_) left_margin_ = v * column_;
          cursor.x = std::max(cursor.x, left_margin_);
          return true;
        case 'M':
          if ((v + 1) * column_ > left_margin_)
            right_margin_ = std::min<double>((v + 1) * column_, canvas_.width());
          return true;
      }
      return false;
    case 'l':
      switch (token.final) {
        case 'E':
          set_top_margin(v * line_);
          return true;
        case 'F':
          if (v >= 0 && top_margin_ + v * line_ <= canvas_.height()) text_length_ = v * line_;
          return true;
        case 'L':
          skip_perforation_ = v != 0;
          return true;
        case 'C':
          if (v >= 0 && v <= 336) line_ = v * kDotsPerInch / 48;
          if (!moved_) home();
          return true;
        case 'D':
          if (v >= 1 && v <= 48) line_ = kDotsPerInch / v;
          if (!moved_) home();
          return true;
      }
      return false;
    case 'k':
      if (token.final != 'H') return false;
      if (v > 0 && v <= 840) column_ = v * kDotsPerInch / 120;
      return true;
    case 'u':
      if (token.final != 'D') return false;
      if (v >= 96 && v <= 7200) units_per_inch_ = v;
      return true;
  }
  return false;
}

bool PclMotion::line_feed(double lines) {
  moved_ = true;
  const double next = cursor.y + lines * line_;
  if (next > (skip_perforation_ ? top_margin_ + text_length_ : canvas_.height())) return true;
  cursor.y = next;
  return false;
}

void PclMotion::backspace(double advance) {
  cursor.x = std::max(left_margin_, cursor.x - advance);
}

void PclMotion::tab() {
  const double column = std::floor((cursor.x - left_margin_) / column_ + 1e-6);
  const double next = (std::floor(column / kTabColumns) + 1) * kTabColumns;
  cursor.x = std::min(left_margin_ + next * column_, right_margin_);
}

}  // namespace platen::vprinter
