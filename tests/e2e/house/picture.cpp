#include "picture.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include <png.h>

namespace platen::e2e {

Picture Picture::load_png(const std::string& path) {
  png_image image;
  std::memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&image, path.c_str()))
    throw std::runtime_error("no PNG at " + path + ": " + image.message);
  image.format = PNG_FORMAT_GRAY;
  std::vector<png_byte> bytes(PNG_IMAGE_SIZE(image));
  png_color white{255, 255, 255};
  if (!png_image_finish_read(&image, &white, bytes.data(), 0, nullptr))
    throw std::runtime_error("broken PNG at " + path + ": " + image.message);
  Picture out{static_cast<int>(image.width), static_cast<int>(image.height), {}};
  out.dark.reserve(bytes.size());
  for (auto value : bytes) out.dark.push_back(1.0 - value / 255.0);
  return out;
}

Picture Picture::scaled_to(int new_width, int new_height) const {
  Picture out{new_width, new_height, std::vector<double>(static_cast<std::size_t>(new_width) * new_height)};
  for (int y = 0; y < new_height; ++y) {
    const int top = y * height / new_height, bottom = std::max(top + 1, (y + 1) * height / new_height);
    for (int x = 0; x < new_width; ++x) {
      const int left = x * width / new_width, right = std::max(left + 1, (x + 1) * width / new_width);
      double sum = 0;
      for (int v = top; v < bottom; ++v)
        for (int u = left; u < right; ++u) sum += dark[static_cast<std::size_t>(v) * width + u];
      out.dark[static_cast<std::size_t>(y) * new_width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return out;
}

double Picture::ink() const {
  return ink_in(0, 0, 1, 1);
}

double Picture::ink_in(double left, double top, double right, double bottom) const {
  double sum = 0;
  std::size_t count = 0;
  for (int y = static_cast<int>(top * height); y < static_cast<int>(bottom * height); ++y)
    for (int x = static_cast<int>(left * width); x < static_cast<int>(right * width); ++x, ++count)
      sum += dark[static_cast<std::size_t>(y) * width + x];
  return count ? sum / static_cast<double>(count) : 0;
}

namespace {

// How alike `p` and `q` are when q's pixel (x + dx, y + dy) lies on p's (x, y); `margin` pixels at the edges
// are left out.
Likeness likeness(const Picture& p, const Picture& q, int dx, int dy, int margin) {
  double n = 0, sp = 0, sq = 0, spp = 0, sqq = 0, spq = 0, diff = 0;
  for (int y = margin; y < p.height - margin; ++y) {
    for (int x = margin; x < p.width - margin; ++x) {
      const double u = p.dark[static_cast<std::size_t>(y) * p.width + x];
      const double v = q.dark[static_cast<std::size_t>(y + dy) * q.width + x + dx];
      ++n, sp += u, sq += v, spp += u * u, sqq += v * v, spq += u * v, diff += std::abs(u - v);
    }
  }
  const double spread = std::sqrt((spp - sp * sp / n) * (sqq - sq * sq / n));
  return {spread > 0 ? (spq - sp * sq / n) / spread : 0, diff / n, dx, dy};
}

Picture moved(const Picture& picture, int dx, int dy) {
  Picture out{picture.width, picture.height, std::vector<double>(picture.dark.size())};
  for (int y = std::max(0, -dy); y < std::min(picture.height, picture.height - dy); ++y)
    for (int x = std::max(0, -dx); x < std::min(picture.width, picture.width - dx); ++x)
      out.dark[static_cast<std::size_t>(y) * out.width + x] =
          picture.dark[static_cast<std::size_t>(y + dy) * picture.width + x + dx];
  return out;
}

}  // namespace

Likeness compare(const Picture& a, const Picture& b, double inches_wide, double inches_high, int dpi,
                 int reach) {
  constexpr int kFine = 4;  // thin strokes look different when they lie between two pixels
  const int width = static_cast<int>(std::lround(inches_wide * dpi));
  const int height = static_cast<int>(std::lround(inches_high * dpi));
  const Picture fine = b.scaled_to(width * kFine, height * kFine);
  const Picture p = a.scaled_to(width, height), coarse = fine.scaled_to(width, height);
  Likeness near;
  for (int dy = -reach; dy <= reach; ++dy)
    for (int dx = -reach; dx <= reach; ++dx)
      if (const auto like = likeness(p, coarse, dx, dy, reach); like.correlation > near.correlation)
        near = like;
  Likeness best = near;
  for (int dy = near.shift_y * kFine - kFine + 1; dy < (near.shift_y + 1) * kFine; ++dy) {
    for (int dx = near.shift_x * kFine - kFine + 1; dx < (near.shift_x + 1) * kFine; ++dx) {
      const auto like = likeness(p, moved(fine, dx, dy).scaled_to(width, height), 0, 0, reach);
      if (like.correlation > best.correlation) best = {like.correlation, like.difference, dx, dy};
    }
  }
  return best;
}

}  // namespace platen::e2e
