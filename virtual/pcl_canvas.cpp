#include "virtual/pcl_canvas.hpp"

#include <algorithm>
#include <utility>

namespace platen::vprinter {
namespace {

// A sixth of an inch on every side is out of reach of the print engine.
constexpr int kUnprintable = kDotsPerInch / 6;

}  // namespace

void PclCanvas::set_sheet(const Paper& paper, Orientation orientation, bool color) {
  paper_ = &paper;
  orientation_ = orientation;
  color_ = color;
  discard();
}

void PclCanvas::set_registration(int left, int top) {
  left_registration_ = left;
  top_registration_ = top;
}

bool PclCanvas::sideways() const {
  return orientation_ == Orientation::landscape || orientation_ == Orientation::reverse_landscape;
}

int PclCanvas::width() const {
  return sideways() ? paper_->height - 2 * paper_->left_landscape : paper_->width - 2 * paper_->left_portrait;
}

int PclCanvas::height() const {
  return sideways() ? paper_->width : paper_->height;
}

PclCanvas::Rect PclCanvas::on_sheet(Rect r) const {
  r.x += left_registration_ + (sideways() ? paper_->left_landscape : paper_->left_portrait);
  r.y += top_registration_;
  switch (orientation_) {
    case Orientation::portrait:
      return r;
    case Orientation::landscape:
      return {r.y, paper_->height - r.x - r.width, r.height, r.width};
    case Orientation::reverse_portrait:
      return {paper_->width - r.x - r.width, paper_->height - r.y - r.height, r.width, r.height};
    case Orientation::reverse_landscape:
      return {paper_->width - r.y - r.height, r.x, r.height, r.width};
  }
  return r;
}

Bitmap& PclCanvas::black() {
  if (planes_.empty()) {
    planes_.push_back({Colorant::black, Bitmap(paper_->width, paper_->height)});
    if (color_)
      for (Colorant colorant : {Colorant::cyan, Colorant::magenta, Colorant::yellow})
        planes_.push_back({colorant, Bitmap()});  // memory only once something prints in it
  }
  return planes_.front().bitmap;
}

void PclCanvas::fill(int x, int y, int width, int height, bool is_black) {
  marked_ = true;
  const Rect r = on_sheet({x, y, width, height});
  const int left = std::max(r.x, kUnprintable), top = std::max(r.y, kUnprintable);
  const int right = std::min(r.x + r.width, paper_->width - kUnprintable);
  const int bottom = std::min(r.y + r.height, paper_->height - kUnprintable);
  if (left < right && top < bottom) black().fill(left, top, right - left, bottom - top, is_black);
}

void PclCanvas::row(int x, int y, std::span<const std::uint8_t> pixels, int count, int scale) {
  marked_ = true;
  count = std::min(count, static_cast<int>(pixels.size()) * 8);
  if (orientation_ == Orientation::portrait && scale == 1) {
    const Rect r = on_sheet({x, y, count, 1});
    if (r.y < kUnprintable || r.y >= paper_->height - kUnprintable) return;
    const int first = std::max(0, kUnprintable - r.x);
    const int end = std::min(count, paper_->width - kUnprintable - r.x);
    if (first < end) black().merge(r.x + first, r.y, pixels, first, end - first);
    return;
  }
  auto is_black = [pixels](int at) { return (pixels[static_cast<std::size_t>(at) / 8] >> (7 - at % 8)) & 1; };
  for (int at = 0; at < count;) {
    if (at % 8 == 0 && pixels[static_cast<std::size_t>(at) / 8] == 0) {
      at += 8;
      continue;
    }
    int end = at;
    while (end < count && is_black(end)) ++end;
    if (end > at) fill(x + at * scale, y, (end - at) * scale, scale);
    at = end + 1;
  }
}

void PclCanvas::glyph(int x, int y, const Bitmap& shape) {
  for (int line = 0; line < shape.height(); ++line) row(x, y + line, shape.row(line), shape.width(), 1);
  marked_ = true;
}

std::vector<Plane> PclCanvas::take() {
  black();
  marked_ = false;
  return std::exchange(planes_, {});
}

void PclCanvas::discard() {
  marked_ = false;
  planes_.clear();
}

}  // namespace platen::vprinter
