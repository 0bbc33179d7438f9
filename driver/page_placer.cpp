#include "driver/page_placer.hpp"

#include "driver/ipp_names.hpp"
#include "driver/render.hpp"

namespace platen::driver {
namespace {

// A page that is turned is held as a whole: A3 at 1200 dots per inch, a byte per pixel, is just below.
constexpr std::int64_t kLargestTurned = 288'000'000;

int scaled(std::int64_t length, std::int64_t to, std::int64_t from) {
  return static_cast<int>(std::max<std::int64_t>(1, (length * to + from / 2) / from));
}

}  // namespace

PagePlacer::PagePlacer(const GpdModel& model, const JobOptions& options, const SourcePage& page)
    : selected_(options.selected), page_(page) {
  const auto hundredths = [](int pixels, int dpi) { return hundredths_of_mm(pixels, dpi); };
  bool fits = page.sheet;
  if (!page.sheet) {
    const int width = hundredths(page.size.x, page.dpi.x);
    const int height = hundredths(page.size.y, page.dpi.y);
    auto paper = paper_option(model, width, height);
    if (!paper) {
      paper = paper_option(model, height, width);
      turned_ = paper.has_value();
    }
    if (!paper) turned_ = width > height;
    if (paper && (!options.paper_given || *paper == selected_["PaperSize"])) {
      selected_["PaperSize"] = *paper;
      fits = true;
    }
  }
  const auto sides = options.sides ? options.sides : page.sides;
  if (sides && *sides != Sides::one && model.has_option("Duplex", "VERTICAL"))
    selected_["Duplex"] = *sides == Sides::long_edge ? "VERTICAL" : "HORIZONTAL";
  if (sides && *sides == Sides::one && model.has_option("Duplex", "NONE")) selected_["Duplex"] = "NONE";
  sheet_ = sheet_of(model, selected_);

  Pair upright = page.size;
  Pair dpi = page.dpi;
  if (turned_) {
    std::swap(upright.x, upright.y);
    std::swap(dpi.x, dpi.y);
  }
  placed_ = {scaled(upright.x, sheet_.dpi.x, dpi.x), scaled(upright.y, sheet_.dpi.y, dpi.y)};
  // A page for another paper is made to fit this one, unless it is smaller or is to stay as it is.
  if (!fits && options.scaling != Scaling::none && (placed_.x > sheet_.size.x || placed_.y > sheet_.size.y)) {
    const Pair natural = placed_;
    placed_ = {sheet_.size.x, scaled(natural.y, sheet_.size.x, natural.x)};
    if (placed_.y > sheet_.size.y) placed_ = {scaled(natural.x, sheet_.size.y, natural.y), sheet_.size.y};
  }
  if (placed_ != upright) scaler_.emplace(upright, placed_);
  scaled_.resize(static_cast<std::size_t>(placed_.x));
}

Result<void> PagePlacer::load(PageSource& source) {
  if (!turned_) return {};
  const auto width = static_cast<std::size_t>(page_.size.x);
  const auto height = static_cast<std::size_t>(page_.size.y);
  if (static_cast<std::int64_t>(page_.size.x) * page_.size.y > kLargestTurned)
    return fail(Errc::too_large, "turn a landscape page", "", "Send it at 600 dots per inch or less.");
  whole_.resize(width * height);
  for (std::size_t y = 0; y < height; ++y)
    if (auto done = source.read_row(std::span(whole_).subspan(y * width, width)); !done) return done;
  return {};
}

// A quarter turn counter-clockwise: what was at the top is now at the left (IPP's landscape).
Result<void> PagePlacer::read(PageSource& source, std::span<std::uint8_t> row) {
  if (!turned_) return source.read_row(row);
  const auto width = static_cast<std::size_t>(page_.size.x);
  const std::size_t column = width - 1 - static_cast<std::size_t>(rows_read_++);
  for (std::size_t x = 0; x < row.size(); ++x) row[x] = whole_[x * width + column];
  return {};
}

Result<void> PagePlacer::row(PageSource& source, std::span<std::uint8_t> darkness) {
  if (rows_given_++ >= placed_.y) {
    std::fill(darkness.begin(), darkness.end(), std::uint8_t{0});
    return {};
  }
  auto done = scaler_ ? scaler_->next(scaled_, [&](std::span<std::uint8_t> r) { return read(source, r); })
                      : read(source, scaled_);
  if (!done) return done;
  const std::size_t used = std::min(scaled_.size(), darkness.size());
  std::copy_n(scaled_.begin(), used, darkness.begin());
  std::fill(darkness.begin() + static_cast<std::ptrdiff_t>(used), darkness.end(), std::uint8_t{0});
  return {};
}

}  // namespace platen::driver
