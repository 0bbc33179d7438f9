// From shades to dots: 8 bits of darkness per pixel become one bit.
//
// A laser does not hold single pixels: toner spreads, and isolated dots come and go. So this is a
// clustered-dot screen, at 45 degrees, where the eye sees it least: dots grow from their centres, 106 of them
// to an inch at 600 dots per inch. Such a screen has few shades of its own (32 pixels to a dot); the others
// come from a supercell of 96 by 96 pixels, in which the dots take their next pixel one after another in a
// blue-noise order (each next one in the largest void), so that gradients have 9216 steps and no visible
// pattern. A dot starts and closes with two pixels at once, as one would not be held.
//
// Full black and full white never meet the screen: text and line art keep their edges to the pixel.
//
// The tone curve turns sRGB shades into the area to cover: light scatters within the paper and makes dots
// look larger (Yule-Nielsen, n = 2), and toner makes them so; both are taken off beforehand. Masks are made
// once, by this code.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace platen::driver {

class Halftone {
 public:
  explicit Halftone(int dpi);
  // `darkness`: 0 is paper, 255 is black. `x` and `y`: where the row's first pixel lies on the sheet, so that
  // the screen does not depend on margins. Writes (darkness.size() + 7) / 8 bytes.
  void row(std::span<const std::uint8_t> darkness, unsigned x, unsigned y,
           std::span<std::uint8_t> bits) const;

 private:
  std::vector<std::uint16_t> ranks_;    // of each pixel of the supercell: the darker, the more ranks are ink
  std::array<std::uint16_t, 256> ink_;  // how many ranks a darkness inks
};

}  // namespace platen::driver
