#include "driver/halftone.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace platen::driver {
namespace {

constexpr unsigned kSide = 96;  // of the supercell; a multiple of both periods below
constexpr unsigned kPixels = kSide * kSide;

// Pixels from dot to dot along a row. 8 makes 106 dots per inch at 600 dpi; at 300 dpi the dots must be
// smaller to be no coarser than 71.
constexpr unsigned kFinePeriod = 8;
constexpr unsigned kCoarsePeriod = 6;
constexpr int kFineDpi = 600;

// How much toner widens a dot at its half tone, where its edge is longest: 5 % is what 600 dpi lasers do to a
// 106 lpi screen.
constexpr double kTonerGain = 0.05;

double wrapped(double distance) {
  return distance - kSide * std::round(distance / kSide);
}

// The order in which the supercell's dots take their next pixel: each time the one farthest from those that
// have.
std::vector<unsigned> blue_noise_order(const std::vector<std::pair<unsigned, unsigned>>& dots,
                                       double spacing) {
  const double reach = 2 * (1.5 * spacing) * (1.5 * spacing);
  std::vector<double> crowd(dots.size());
  std::vector<unsigned> place(dots.size());
  for (unsigned n = 0; n < dots.size(); ++n) {
    const auto next = static_cast<unsigned>(std::min_element(crowd.begin(), crowd.end()) - crowd.begin());
    place[next] = n;
    for (std::size_t i = 0; i < dots.size(); ++i) {
      const double dx = wrapped(double(dots[i].first) - dots[next].first);
      const double dy = wrapped(double(dots[i].second) - dots[next].second);
      crowd[i] += std::exp(-(dx * dx + dy * dy) / reach);
    }
    crowd[next] = std::numeric_limits<double>::infinity();
  }
  return place;
}

// One half of all pixels lies around the dots' dots, in squares with a side of half a period; those of the
// other half lie around the holes, and are inked in the reverse order: what a dot is to paper, a hole is to
// black.
std::vector<std::uint16_t> make_ranks(unsigned period) {
  const unsigned square = period / 2;
  const unsigned squares =
      kSide / square;  // in a row; dots and holes take turns like the fields of a chessboard
  struct Pixel {
    unsigned x;
    unsigned y;
    double off_centre;
    double angle;
  };
  std::vector<Pixel> within;  // of one square, in the order in which a dot grows
  for (unsigned y = 0; y < square; ++y)
    for (unsigned x = 0; x < square; ++x) {
      const double dx = x + 0.5 - square / 2.0;
      const double dy = y + 0.5 - square / 2.0;
      within.push_back({x, y, dx * dx + dy * dy, std::atan2(dy, dx)});
    }
  std::sort(within.begin(), within.end(), [](const Pixel& a, const Pixel& b) {
    return std::pair(a.off_centre, a.angle) < std::pair(b.off_centre, b.angle);
  });

  std::vector<std::pair<unsigned, unsigned>> dots;
  for (unsigned y = 0; y < squares; ++y)
    for (unsigned x = y % 2; x < squares; x += 2) dots.emplace_back(x * square, y * square);
  const auto order = blue_noise_order(dots, period / std::numbers::sqrt2);

  std::vector<std::uint16_t> ranks(kPixels);
  const auto count = static_cast<unsigned>(dots.size());
  for (unsigned i = 0; i < count; ++i)
    for (unsigned step = 0; step < within.size(); ++step) {
      // The first two pixels come together, dot by dot; then every dot gets its third, and so on.
      const unsigned rank = step < 2 ? 2 * order[i] + step : step * count + order[i];
      const unsigned x = dots[i].first + within[step].x;
      const unsigned y = dots[i].second + within[step].y;
      ranks[y * kSide + x] = static_cast<std::uint16_t>(rank);
      ranks[y * kSide + (x + square) % kSide] = static_cast<std::uint16_t>(kPixels - 1 - rank);
    }
  return ranks;
}

double coverage(int darkness) {
  const double shade = (255 - darkness) / 255.0;  // sRGB
  const double light = shade <= 0.04045 ? shade / 12.92 : std::pow((shade + 0.055) / 1.055, 2.4);
  const double area = 1 - std::sqrt(light);
  return std::clamp(area - 4 * kTonerGain * area * (1 - area), 0.0, 1.0);
}

}  // namespace

Halftone::Halftone(int dpi) : ranks_(make_ranks(dpi >= kFineDpi ? kFinePeriod : kCoarsePeriod)) {
  for (int darkness = 0; darkness < 256; ++darkness)
    // An odd number would split a pair.
    ink_[static_cast<std::size_t>(darkness)] =
        static_cast<std::uint16_t>(2 * std::lround(coverage(darkness) * kPixels / 2));
  ink_[0] = 0;
  ink_[255] = kPixels;
}

void Halftone::row(std::span<const std::uint8_t> darkness, unsigned x, unsigned y,
                   std::span<std::uint8_t> bits) const {
  const std::uint16_t* ranks = ranks_.data() + (y % kSide) * kSide;
  unsigned column = x % kSide;
  const auto next_column = [&column](unsigned by) {
    column += by;
    if (column >= kSide) column -= kSide;
  };
  for (std::size_t at = 0; at < darkness.size(); at += 8) {
    const auto some = darkness.subspan(at, std::min<std::size_t>(8, darkness.size() - at));
    // Most of most pages is paper, and most of the rest is black.
    const bool even = std::all_of(some.begin(), some.end(), [&](std::uint8_t d) { return d == some[0]; });
    if (even && some.size() == 8 && (some[0] == 0 || some[0] == 255)) {
      bits[at / 8] = some[0];
      next_column(8);
      continue;
    }
    unsigned byte = 0;
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (ink_[some[i]] > ranks[column]) byte |= 0x80u >> i;
      next_column(1);
    }
    bits[at / 8] = static_cast<std::uint8_t>(byte);
  }
}

}  // namespace platen::driver
