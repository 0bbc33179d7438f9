// The page under the pen: maps PCL's logical page, in any orientation, onto the sheet, and marks it.
//
// Coordinates are dots (1/600 inch) from the logical page's upper left corner. Marks outside of the printable
// area are clipped, as by a real printer.
#pragma once

#include <optional>
#include <span>

#include "virtual/page.hpp"

namespace platen::vprinter {

enum class Orientation { portrait, landscape, reverse_portrait, reverse_landscape };

class PclCanvas {
 public:
  // Page memory is taken when the first mark is made.
  void set_sheet(const Paper& paper, Orientation orientation, bool color);
  void set_registration(int left, int top);  // ESC &l#U, &l#Z in dots
  void turn(Orientation orientation) { orientation_ = orientation; }

  [[nodiscard]] const Paper& paper() const { return *paper_; }
  [[nodiscard]] Orientation orientation() const { return orientation_; }
  [[nodiscard]] int width() const;  // of the logical page
  [[nodiscard]] int height() const;
  [[nodiscard]] bool marked() const { return marked_; }

  // Called for what a host sends as content, even if it leaves no black dot: a white raster is a page too.
  void mark() { marked_ = true; }
  void fill(int x, int y, int width, int height, bool black = true);
  // A row of pixels, each `scale` dots wide and high.
  void row(int x, int y, std::span<const std::uint8_t> pixels, int count, int scale);
  void glyph(int x, int y, const Bitmap& shape);

  [[nodiscard]] std::vector<Plane> take();  // leaves an unmarked page
  void discard();

 private:
  struct Rect {
    int x, y, width, height;
  };
  [[nodiscard]] Rect on_sheet(Rect logical) const;
  [[nodiscard]] bool sideways() const;
  Bitmap& black();

  const Paper* paper_ = &a4();
  Orientation orientation_ = Orientation::portrait;
  int left_registration_ = 0;
  int top_registration_ = 0;
  bool color_ = false;
  bool marked_ = false;
  std::vector<Plane> planes_;
};

}  // namespace platen::vprinter
