#include "driver/input/raster_document.hpp"

#include <algorithm>
#include <cstring>

namespace platen::driver {
namespace {

// What a stranger wrote where libcups has an enum may be none of its values.
template <class Enum>
unsigned as_number(const Enum& field) {
  unsigned number = 0;
  static_assert(sizeof number == sizeof field);
  std::memcpy(&number, &field, sizeof number);
  return number;
}

// Wider or longer than any page: 100 inches at 2400 dots per inch.
constexpr unsigned kLongestSide = 240'000;
constexpr unsigned kFinestDpi = 4800;
constexpr std::string_view kApple{"UNIRAST\0", 8};
constexpr std::size_t kAppleHead = 12;  // its name and the number of pages, big-endian

// How a pixel becomes darkness.
enum class Ink { light, dark, rgb, cmyk, none };

Ink ink_of(unsigned space) {
  switch (space) {
    case CUPS_CSPACE_W:
    case CUPS_CSPACE_SW:
      return Ink::light;
    case CUPS_CSPACE_K:
      return Ink::dark;
    case CUPS_CSPACE_RGB:
    case CUPS_CSPACE_SRGB:
    case CUPS_CSPACE_ADOBERGB:
      return Ink::rgb;
    case CUPS_CSPACE_CMYK:
      return Ink::cmyk;
    default:
      return Ink::none;
  }
}

unsigned components(Ink ink) {
  return ink == Ink::rgb ? 3 : ink == Ink::cmyk ? 4 : 1;
}

// Rec. 601 weights, which printers' sRGB to grey has always used; the sum is 256.
unsigned weighted(unsigned r, unsigned g, unsigned b) {
  return (77 * r + 150 * g + 29 * b) >> 8;
}

}  // namespace

RasterDocument::~RasterDocument() {
  close();
}

void RasterDocument::close() {
  if (raster_ != nullptr) cupsRasterClose(raster_);
  raster_ = nullptr;
}

Result<void> RasterDocument::rewind() {
  close();
  head_.clear();
  pages_ = promised_ = row_ = 0;
  header_ = {};
  read_error_.reset();
  return document_.rewind();
}

ssize_t RasterDocument::give(void* self, unsigned char* into, std::size_t size) {
  auto& me = *static_cast<RasterDocument*>(self);
  auto got = me.document_.read({reinterpret_cast<char*>(into), size});
  if (!got) {
    me.read_error_ = got.error();
    return -1;
  }
  if (me.head_.size() < kAppleHead)
    me.head_.append(reinterpret_cast<const char*>(into), std::min(*got, kAppleHead - me.head_.size()));
  return static_cast<ssize_t>(*got);
}

Error RasterDocument::broken(std::string advice) const {
  if (read_error_) return *read_error_;
  return fail(Errc::malformed, "print the document",
              pages_ == 0 ? "" : "beyond page " + std::to_string(pages_), std::move(advice));
}

Result<void> RasterDocument::check_header() const {
  const auto& h = header_;
  const std::string page = "Page " + std::to_string(pages_ + 1);
  if (h.cupsWidth == 0 || h.cupsHeight == 0 || h.cupsWidth > kLongestSide || h.HWResolution[0] == 0 ||
      h.HWResolution[1] == 0 || h.HWResolution[0] > kFinestDpi || h.HWResolution[1] > kFinestDpi)
    return broken(page + " has an impossible size or resolution.");
  const Ink ink = ink_of(as_number(h.cupsColorSpace));
  const bool depth = h.cupsBitsPerColor == 8 || h.cupsBitsPerColor == 16 ||
                     (h.cupsBitsPerColor == 1 && h.cupsBitsPerPixel == 1);
  if (ink == Ink::none || !depth || as_number(h.cupsColorOrder) != CUPS_ORDER_CHUNKED)
    return fail(Errc::unsupported, "print the document", "",
                page + " has colours this driver does not know; send it as grey or sRGB with 8 bits.");
  const std::uint64_t bits = std::uint64_t{h.cupsWidth} * components(ink) * h.cupsBitsPerColor;
  if (h.cupsBitsPerPixel != components(ink) * h.cupsBitsPerColor || h.cupsBytesPerLine < (bits + 7) / 8 ||
      h.cupsBytesPerLine > (bits + 7) / 8 + 1024)
    return broken(page + " contradicts itself about how long its rows are.");
  return {};
}

Result<std::optional<SourcePage>> RasterDocument::next_page() {
  if (raster_ == nullptr) {
    raster_ = cupsRasterOpenIO(give, this, CUPS_RASTER_READ);
    if (raster_ == nullptr) return broken("The document does not begin as PWG or Apple raster does.");
  }
  // libcups wants every row taken.
  for (; row_ < header_.cupsHeight; ++row_)
    if (cupsRasterReadPixels(raster_, line_.data(), header_.cupsBytesPerLine) != header_.cupsBytesPerLine)
      return broken("It breaks off in row " + std::to_string(row_ + 1) + " of " +
                    std::to_string(header_.cupsHeight) + " of page " + std::to_string(pages_) +
                    ". Print it again.");
  header_ = {};
  row_ = 0;
  if (cupsRasterReadHeader2(raster_, &header_) == 0) {
    header_ = {};
    if (read_error_) return *read_error_;
    if (pages_ == 0) return broken("The document has no pages. Print it again from its application.");
    if (pages_ < promised_)
      return broken("It should have " + std::to_string(promised_) + " pages but ends after page " +
                    std::to_string(pages_) + ". Print it again.");
    return std::optional<SourcePage>();
  }
  if (auto good = check_header(); !good) {
    header_ = {};
    return good.error();
  }
  if (pages_ == 0 && head_.size() == kAppleHead && head_.starts_with(kApple))
    for (std::size_t i = 8; i < kAppleHead; ++i)
      promised_ = promised_ << 8 | static_cast<unsigned char>(head_[i]);
  // PWG 5102.4: TotalPageCount, zero when the sender did not know.
  if (pages_ == 0 && head_.starts_with("RaS2")) promised_ = header_.cupsInteger[0];
  ++pages_;
  line_.assign(header_.cupsBytesPerLine, 0);
  SourcePage page;
  page.size = {static_cast<int>(header_.cupsWidth),
               static_cast<int>(std::min(header_.cupsHeight, kLongestSide))};
  page.dpi = {static_cast<int>(header_.HWResolution[0]), static_cast<int>(header_.HWResolution[1])};
  if (as_number(header_.Duplex) != 0)
    page.sides = as_number(header_.Tumble) != 0 ? Sides::short_edge : Sides::long_edge;
  return std::optional(page);
}

Result<void> RasterDocument::read_row(std::span<std::uint8_t> darkness) {
  if (cupsRasterReadPixels(raster_, line_.data(), header_.cupsBytesPerLine) != header_.cupsBytesPerLine)
    return broken("It breaks off in row " + std::to_string(row_ + 1) + " of " +
                  std::to_string(header_.cupsHeight) + " of page " + std::to_string(pages_) +
                  ". Print it again.");
  ++row_;
  const Ink ink = ink_of(as_number(header_.cupsColorSpace));
  if (header_.cupsBitsPerColor == 1) {
    const unsigned paper = ink == Ink::light ? 1 : 0;
    for (std::size_t x = 0; x < darkness.size(); ++x)
      darkness[x] = ((line_[x / 8] >> (7 - x % 8) & 1u) != paper) ? 255 : 0;
    return {};
  }
  // libcups gives 16-bit samples in this machine's order; their high byte is enough for one bit of ink.
  const std::size_t sample = header_.cupsBitsPerColor / 8;
  const unsigned char* at = line_.data() + (sample == 2 ? 1 : 0);
  const std::size_t step = sample * components(ink);
  for (auto& out : darkness) {
    unsigned value = *at;
    if (ink == Ink::light) {
      value = 255 - value;
    } else if (ink == Ink::rgb) {
      value = 255 - weighted(at[0], at[sample], at[2 * sample]);
    } else if (ink == Ink::cmyk) {
      value = std::min(255u, weighted(at[0], at[sample], at[2 * sample]) + at[3 * sample]);
    }
    out = static_cast<std::uint8_t>(value);
    at += step;
  }
  return {};
}

}  // namespace platen::driver
