#include "virtual/pcl_raster.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace platen::vprinter {
namespace {

constexpr int kResolutions[] = {75, 100, 150, 200, 300, 600};

}  // namespace

PclRaster::PclRaster(PclCanvas& canvas, PclCursor& cursor, Complain complain)
    : canvas_(canvas), cursor_(cursor), complain_(std::move(complain)) {}

void PclRaster::reset() {
  resolution_ = 75;
  method_ = 0;
  physical_ = true;
  width_ = height_ = 0;
  active_ = false;
}

bool PclRaster::handle(const PclToken& token) {
  if (token.kind != PclToken::Kind::command || token.family != '*') return false;
  const int value = static_cast<int>(token.value);
  switch (token.group) {
    case 't':
      if (token.final != 'R') return false;
      set_resolution(token.value);
      return true;
    case 'r':
      switch (token.final) {
        case 'A':
          start(value);
          return true;
        case 'B':
          end();
          return true;
        case 'C':
          end();
          method_ = 0;
          return true;
        case 'F':
          if (!active_ && (value == 0 || value == 3)) physical_ = value == 3;
          return true;
        case 'S':
          if (!active_) width_ = std::min(std::abs(value), 65535);
          return true;
        case 'T':
          if (!active_) height_ = std::min(std::abs(value), 65535);
          return true;
        case 'U':
          if (value != 1) complain_("colour planes on a black printer");
          return true;
      }
      return false;
    case 'b':
      switch (token.final) {
        case 'M':
          if (is_compression(value))
            method_ = value;
          else
            complain_("compression method " + std::to_string(value) + " is unknown");
          return true;
        case 'Y':
          if (active_) skip_rows(token.value);
          return true;
        case 'W':
          transfer(token);
          return true;
        case 'V':
          complain_("a colour plane on a black printer");
          return true;
      }
      return false;
  }
  return false;
}

void PclRaster::set_resolution(double value) {
  if (active_) return;
  auto fitting = std::ranges::find_if(kResolutions, [value](int legal) { return legal >= value; });
  resolution_ = fitting == std::end(kResolutions) ? kDotsPerInch : *fitting;
}

int PclRaster::width_limit() const {
  const int scale = kDotsPerInch / resolution_;
  const int dots = std::max(canvas_.paper().width, canvas_.paper().height);
  return (dots + scale - 1) / scale;
}

void PclRaster::start(int where) {
  if (active_) return;
  active_ = true;
  left_ = (where == 1 || where == 3) ? static_cast<int>(cursor_.x) : 0;
  row_ = 0;
  told_height_ = false;
  row_width_ = width_ > 0 ? std::min(width_, width_limit()) : width_limit();
  forget_seed();
}

void PclRaster::end() {
  if (!active_) return;
  active_ = false;
  cursor_.x = left_;
}

void PclRaster::forget_seed() {
  seed_.assign((static_cast<std::size_t>(row_width_) + 7) / 8, 0);
}

std::size_t PclRaster::rows_left() const {
  const int scale = kDotsPerInch / resolution_;
  const int page = std::max(canvas_.paper().width, canvas_.paper().height);
  const int left = (page - static_cast<int>(cursor_.y)) / scale + 1;
  return static_cast<std::size_t>(std::max(left, 0));
}

void PclRaster::transfer(const PclToken& token) {
  if (!active_) start(0);
  if (token.cut) complain_("a raster row of more than 64 KiB");
  DecodedRows decoded = decode_rows(method_, token.payload, seed_, rows_left() + 1);
  if (!decoded.problem.empty()) complain_(decoded.problem);
  for (const PixelRow& row : decoded.rows) paint(row);
  canvas_.mark();
}

void PclRaster::paint(const PixelRow& row) {
  const int scale = kDotsPerInch / resolution_;
  if (height_ > 0 && row_ >= height_) {
    if (!std::exchange(told_height_, true)) complain_("a raster row beyond the height that was set");
    return;
  }
  ++row_;
  const Orientation turned = canvas_.orientation();
  const int y = static_cast<int>(cursor_.y);
  if (y <= std::max(canvas_.paper().width, canvas_.paper().height)) {
    if (physical_ && turned != Orientation::portrait && turned != Orientation::reverse_portrait) {
      canvas_.turn(turned == Orientation::landscape ? Orientation::portrait : Orientation::reverse_portrait);
      canvas_.row(left_, y, row, row_width_, scale);
      canvas_.turn(turned);
    } else {
      canvas_.row(left_, y, row, row_width_, scale);
    }
  }
  cursor_.y += scale;
}

void PclRaster::skip_rows(double count) {
  forget_seed();
  // Clamped so that no stream can move the cursor beyond all numbers.
  const int rows = static_cast<int>(std::clamp(std::abs(count), 0.0, 32767.0));
  row_ = std::min(row_ + rows, 1 << 20);
  const int dots = rows * (kDotsPerInch / resolution_);
  cursor_.y = std::min(cursor_.y + dots, 1e6);
}

}  // namespace platen::vprinter
