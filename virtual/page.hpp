// A page that an interpreter has finished and the machine has still to put on paper.
#pragma once

#include <vector>

#include "virtual/bitmap.hpp"
#include "virtual/media.hpp"
#include "virtual/model.hpp"

namespace platen::vprinter {

inline constexpr int kAutomaticSource = 7;  // ESC &l7H

struct Plane {
  Colorant colorant = Colorant::black;
  Bitmap bitmap;
};

struct Page {
  std::vector<Plane> planes;  // a mono page has one
  const Paper* paper = nullptr;
  int source = kAutomaticSource;
  int copies = 1;
  bool duplex = false;

  [[nodiscard]] int width() const { return planes.front().bitmap.width(); }
  [[nodiscard]] int height() const { return planes.front().bitmap.height(); }
};

}  // namespace platen::vprinter
