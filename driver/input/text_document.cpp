#include "driver/input/text_document.hpp"

#include <algorithm>
#include <bit>
#include <numbers>

#include <pango/pangocairo.h>

namespace platen::driver {
namespace {

// 80 columns fit on every sheet from A4 up, with half an inch around them.
constexpr const char* kFont = "Monospace 10";
constexpr double kMarginInches = 0.5;
constexpr int kTabColumns = 8;

template <auto Destroy>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Destroy(object);
  }
};
template <class T, auto Destroy>
using Owned = std::unique_ptr<T, Deleter<Destroy>>;

}  // namespace

// What is drawn on, and the paragraph that is being drawn.
struct TextDocument::Canvas {
  Owned<cairo_surface_t, cairo_surface_destroy> surface;
  Owned<cairo_t, cairo_destroy> cairo;
  Owned<PangoFontMap, g_object_unref> fonts;
  Owned<PangoContext, g_object_unref> context;
  Owned<PangoLayout, g_object_unref> layout;
  double left = 0;
  double top = 0;
  double bottom = 0;

  Canvas(const Sheet& sheet, int quarter_turns)
      : surface(cairo_image_surface_create(CAIRO_FORMAT_A1, sheet.size.x, sheet.size.y)),
        cairo(cairo_create(surface.get())),
        fonts(pango_cairo_font_map_new()) {
    Pair origin = sheet.printable_origin;
    Pair area = sheet.printable_size;
    Pair size = sheet.size;
    const Pair far{size.x - origin.x - area.x, size.y - origin.y - area.y};
    if (quarter_turns == 1) {
      cairo_translate(cairo.get(), 0, size.y);
      origin = {far.y, origin.x};
    } else if (quarter_turns == 2) {
      cairo_translate(cairo.get(), size.x, size.y);
      origin = far;
    } else if (quarter_turns == 3) {
      cairo_translate(cairo.get(), size.x, 0);
      origin = {origin.y, far.x};
    }
    cairo_rotate(cairo.get(), -quarter_turns * std::numbers::pi / 2);
    if (quarter_turns % 2 == 1) {
      std::swap(area.x, area.y);
      std::swap(size.x, size.y);
    }
    const auto margin = [&](int nearest) { return std::max<double>(nearest, kMarginInches * sheet.dpi.x); };
    left = margin(origin.x);
    top = margin(origin.y);
    bottom = size.y - margin(size.y - origin.y - area.y);
    const double width = std::max(1.0, size.x - left - margin(size.x - origin.x - area.x));

    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts.get()), sheet.dpi.x);
    context.reset(pango_font_map_create_context(fonts.get()));
    Owned<cairo_font_options_t, cairo_font_options_destroy> options(cairo_font_options_create());
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_NONE);
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context.get(), options.get());

    layout.reset(pango_layout_new(context.get()));
    Owned<PangoFontDescription, pango_font_description_free> font(pango_font_description_from_string(kFont));
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_text(layout.get(), "0", 1);
    int column = 0;
    pango_layout_get_size(layout.get(), &column, nullptr);
    Owned<PangoTabArray, pango_tab_array_free> tabs(
        pango_tab_array_new_with_positions(1, FALSE, PANGO_TAB_LEFT, kTabColumns * column));
    pango_layout_set_tabs(layout.get(), tabs.get());
    pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout.get(), "", 0);
  }

  void wipe() {
    cairo_set_operator(cairo.get(), CAIRO_OPERATOR_CLEAR);
    cairo_paint(cairo.get());
    cairo_set_operator(cairo.get(), CAIRO_OPERATOR_OVER);
    cairo_set_source_rgba(cairo.get(), 0, 0, 0, 1);
  }
};

TextDocument::TextDocument(Document& document, const Sheet& sheet, int quarter_turns)
    : reader_(document), sheet_(sheet), canvas_(std::make_unique<Canvas>(sheet, quarter_turns)) {
  next_line_ = pango_layout_get_line_count(canvas_->layout.get());  // nothing to draw yet
}
TextDocument::~TextDocument() = default;

Result<void> TextDocument::rewind() {
  next_line_ = pango_layout_get_line_count(canvas_->layout.get());
  break_pending_ = ended_ = false;
  pages_ = row_ = 0;
  return reader_.rewind();
}

Result<std::optional<SourcePage>> TextDocument::next_page() {
  if (cairo_surface_status(canvas_->surface.get()) != CAIRO_STATUS_SUCCESS)
    return fail(Errc::no_space, "print the document", "", "There is not enough memory for a page.");
  canvas_->wipe();
  row_ = 0;
  PangoLayout* layout = canvas_->layout.get();
  bool begun = false;
  for (double y = canvas_->top;;) {
    if (next_line_ >= pango_layout_get_line_count(layout)) {
      if (std::exchange(break_pending_, false)) break;
      auto paragraph = ended_ ? Result<std::optional<Paragraph>>(std::nullopt) : reader_.next();
      if (!paragraph) return paragraph.error();
      if (!*paragraph) {
        ended_ = true;
        if (begun) break;
        if (pages_ == 0) return fail(Errc::malformed, "print the document", "(there is no text in it)");
        return std::optional<SourcePage>();
      }
      begun = true;
      pango_layout_set_text(layout, (*paragraph)->text.data(), static_cast<int>((*paragraph)->text.size()));
      break_pending_ = (*paragraph)->page_break_after;
      next_line_ = 0;
      // A form feed in a line of its own breaks the page; it does not add a line to it.
      if (break_pending_ && (*paragraph)->text.empty()) next_line_ = pango_layout_get_line_count(layout);
      continue;
    }
    PangoLayoutLine* line = pango_layout_get_line_readonly(layout, next_line_);
    PangoRectangle logical;
    pango_layout_line_get_extents(line, nullptr, &logical);
    const double height = static_cast<double>(logical.height) / PANGO_SCALE;
    // A line that is taller than the page is drawn all the same, or there would be no end.
    if (y + height > canvas_->bottom && y > canvas_->top) break;
    begun = true;
    int x = 0;
    if (pango_layout_line_get_resolved_direction(line) == PANGO_DIRECTION_RTL)
      x = pango_layout_get_width(layout) - logical.width;
    cairo_move_to(canvas_->cairo.get(), canvas_->left + static_cast<double>(x) / PANGO_SCALE,
                  y - static_cast<double>(logical.y) / PANGO_SCALE);
    pango_cairo_show_layout_line(canvas_->cairo.get(), line);
    y += height;
    ++next_line_;
  }
  cairo_surface_flush(canvas_->surface.get());
  ++pages_;
  return std::optional(SourcePage{sheet_.size, sheet_.dpi, std::nullopt, true});
}

Result<void> TextDocument::read_row(std::span<std::uint8_t> darkness) {
  const int stride = cairo_image_surface_get_stride(canvas_->surface.get());
  const unsigned char* row =
      cairo_image_surface_get_data(canvas_->surface.get()) + row_++ * std::ptrdiff_t{stride};
  // Cairo keeps one-bit pixels in 32-bit words of this machine's order, the first in the lowest bit on
  // little-endian ones and in the highest on others.
  for (std::size_t x = 0; x < darkness.size(); ++x) {
    if constexpr (std::endian::native == std::endian::little) {
      darkness[x] = (row[x / 8] >> (x % 8) & 1u) != 0 ? 255 : 0;
    } else {
      darkness[x] = (row[x / 8] >> (7 - x % 8) & 1u) != 0 ? 255 : 0;
    }
  }
  return {};
}

}  // namespace platen::driver
