// Where the next mark goes: PCL's cursor, margins, line and column pitch, and the units they are told in.
#pragma once

#include "virtual/pcl_raster.hpp"

namespace platen::vprinter {

class PclMotion {
 public:
  explicit PclMotion(const PclCanvas& canvas) : canvas_(canvas) {}

  PclCursor cursor;

  void reset();
  void new_sheet();  // another size or orientation: margins and cursor start over
  void home();       // first line, left margin
  // False: no command of motion.
  bool handle(const PclToken& token);

  // True: the page is full and must be put out first.
  [[nodiscard]] bool line_feed(double lines = 1);
  void carriage_return() { cursor.x = left_margin_; }
  void backspace(double advance);
  void tab();
  [[nodiscard]] bool beyond_right(double advance) const { return cursor.x + advance > right_margin_; }
  [[nodiscard]] double column() const {
    return column_;
  }  // dots per character, when the font has none of its own
  void set_column(double dots) { column_ = dots; }
  [[nodiscard]] double from_units(double units) const { return units * kDotsPerInch / units_per_inch_; }
  // PCL's absolute or relative move, from the `origin` of absolute ones.
  void move(double& axis, double dots, bool relative, double origin, double limit);

 private:
  void set_top_margin(double dots);
  void set_text_length();

  const PclCanvas& canvas_;
  double units_per_inch_ = 300;
  double line_ = 100;
  double column_ = 60;
  double top_margin_ = 300;
  double text_length_ = 0;
  double left_margin_ = 0;
  double right_margin_ = 0;
  bool skip_perforation_ = true;
  bool moved_ = false;  // since home()
};

}  // namespace platen::vprinter
