// Looking at pages with numbers: a grey picture, and how much two of them differ.
#pragma once

#include <string>
#include <vector>

namespace platen::e2e {

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<double> dark;  // 0 white … 1 black, row by row

  static Picture load_png(const std::string& path);  // throws when it is none
  [[nodiscard]] Picture scaled_to(int new_width,
                                  int new_height) const;  // by the mean of what falls into each pixel
  [[nodiscard]] double ink() const;                       // mean darkness
  [[nodiscard]] double ink_in(double left, double top, double right,
                              double bottom) const;  // fractions of the page
};

struct Likeness {
  double correlation = 0;        // 1: the same picture, 0: nothing in common
  double difference = 1;         // mean absolute difference, 0: the same
  int shift_x = 0, shift_y = 0;  // in quarters of a pixel
};

// Compares at `dpi` for a page of the given size in inches, over all shifts up to `reach` pixels in steps of
// a quarter, and returns the best; a page may lie a fraction of a millimetre elsewhere, and is still the
// page.
Likeness compare(const Picture& a, const Picture& b, double inches_wide, double inches_high, int dpi = 50,
                 int reach = 3);

}  // namespace platen::e2e
