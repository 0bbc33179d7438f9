#include "driver/halftone.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

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
std::vector<unsigned> blue_noise_order(const std::vector<std::pair<double, double>>& centres,
                                       double spacing) {
  const double reach = 2 * (1.5 * spacing) * (1.5 * spacing);
  std::vector<double> crowd(centres.size());
  std::vector<unsigned> place(centres.size());
  for (unsigned n = 0; n < centres.size(); ++n) {
    const auto next = static_cast<unsigned>(std::min_element(crowd.begin(), crowd.end()) - crowd.begin());
    place[next] = n;
    for (std::size_t i = 0; i < centres.size(); ++i) {
      const double dx = wrapped(centres[i].first - centres[next].first);
      const double dy = wrapped(centres[i].second - centres[next].second);
      crowd[i] += std::exp(-(dx * dx + dy * dy) / reach);
    }
    crowd[next] = std::numeric_limits<double>::infinity();
  }
  return place;
}

std::vector<std::uint16_t> make_ranks(unsigned period) {
  // Centres lie at the corners and in the middle of each period: a screen at 45 degrees.
  std::vector<std::pair<double, double>> centres;
  for (unsigned y = 0; y < kSide; y += period / 2)
    for (unsigned x = (y / (period / 2)) % 2 * (period / 2); x < kSide; x += period)
      centres.emplace_back(x, y);
  const auto order = blue_noise_order(centres, period / std::numbers::sqrt2);

  struct Pixel {
    unsigned at;
    double distance;
    double angle;
  };
  std::vector<std::vector<Pixel>> dots(centres.size());
  for (unsigned at = 0; at < kPixels; ++at) {
    // A little off the pixel's middle, so that no pixel lies as near to one dot as to another.
    const double x = at % kSide + 0.51;
    const double y = at / kSide + 0.507;
    std::size_t nearest = 0;
    Pixel pixel{at, std::numeric_limits<double>::infinity(), 0};
    for (std::size_t i = 0; i < centres.size(); ++i) {
      const double dx = wrapped(x - centres[i].first);
      const double dy = wrapped(y - centres[i].second);
      // Dots are diamonds: their corners meet at half tone without a jump.
      const double distance = std::abs(dx) + std::abs(dy);
      if (distance < pixel.distance) {
        nearest = i;
        pixel.distance = distance;
        pixel.angle = std::atan2(dy, dx);
      }
    }
    dots[nearest].push_back(pixel);
  }

  std::vector<std::uint64_t> keys(kPixels);
  for (std::size_t i = 0; i < dots.size(); ++i) {
    auto& dot = dots[i];
    std::sort(dot.begin(), dot.end(), [](const Pixel& a, const Pixel& b) {
      const auto ring_a = std::lround(a.distance * 4);
      const auto ring_b = std::lround(b.distance * 4);
      return ring_a != ring_b ? ring_a < ring_b : a.angle < b.angle;
    });
    for (unsigned step = 0; step < dot.size(); ++step) {
      unsigned turn = step == 0 ? 1 : step;
      if (step + 1 == dot.size()) turn = step - 1;
      keys[dot[step].at] = (std::uint64_t{turn} * centres.size() + order[i]) * 2 + (turn != step);
    }
  }
  std::vector<unsigned> sorted(kPixels);
  std::iota(sorted.begin(), sorted.end(), 0u);
  std::stable_sort(sorted.begin(), sorted.end(), [&](unsigned a, unsigned b) { return keys[a] < keys[b]; });
  std::vector<std::uint16_t> ranks(kPixels);
  for (unsigned rank = 0; rank < kPixels; ++rank) ranks[sorted[rank]] = static_cast<std::uint16_t>(rank);
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
    ink_[static_cast<std::size_t>(darkness)] =
        static_cast<std::uint16_t>(std::lround(coverage(darkness) * kPixels));
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
