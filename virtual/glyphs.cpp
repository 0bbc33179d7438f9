#include "virtual/glyphs.hpp"

#include <algorithm>

#include <glib.h>
#include <pango/pangocairo.h>

namespace platen::vprinter {
namespace {

// A page of every face and letter that one can write fits many times; a hostile one must not grow without
// bound.
constexpr std::size_t kMostGlyphs = 4096;
// In Courier's proportions a letter is six tenths of its height wide.
constexpr double kHeightOfWidth = 100.0 / 60.0;

template <auto Free>
struct Release {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

}  // namespace

struct Glyphs::Pen {
  // The thread's own font map: to list the fonts of a system takes long, and is done once.
  std::unique_ptr<PangoContext, Release<g_object_unref>> context{
      pango_font_map_create_context(pango_cairo_font_map_get_default())};
};

Glyphs::Glyphs() : pen_(std::make_unique<Pen>()) {}
Glyphs::~Glyphs() = default;

const Glyph& Glyphs::get(char32_t letter, Face face) {
  if (auto known = known_.find({face, letter}); known != known_.end()) return known->second;
  if (known_.size() >= kMostGlyphs) known_.clear();

  char text[8];
  const int length = g_unichar_to_utf8(letter, text);
  std::unique_ptr<PangoLayout, Release<g_object_unref>> layout(pango_layout_new(pen_->context.get()));
  std::unique_ptr<PangoFontDescription, Release<pango_font_description_free>> font(
      pango_font_description_from_string("Courier 10 Pitch, Liberation Mono, DejaVu Sans Mono, monospace"));
  pango_font_description_set_absolute_size(font.get(), face.cell * kHeightOfWidth * PANGO_SCALE);
  pango_font_description_set_weight(font.get(), face.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_style(font.get(), face.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_text(layout.get(), text, length);
  PangoRectangle ink;
  pango_layout_get_pixel_extents(layout.get(), &ink, nullptr);
  // A dot more on each side, because Pango rounds.
  const int width = std::clamp(ink.width + 2, 1, 4 * face.cell),
            height = std::clamp(ink.height + 2, 1, 4 * face.cell);

  std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>> surface(
      cairo_image_surface_create(CAIRO_FORMAT_A8, width, height));
  std::unique_ptr<cairo_t, Release<cairo_destroy>> cairo(cairo_create(surface.get()));
  cairo_move_to(cairo.get(), 1 - ink.x, 1 - ink.y);
  pango_cairo_show_layout(cairo.get(), layout.get());
  cairo_surface_flush(surface.get());

  Glyph glyph;
  glyph.left = ink.x - 1;
  glyph.baseline = pango_layout_get_baseline(layout.get()) / PANGO_SCALE - (ink.y - 1);
  glyph.shape = Bitmap(width, height);
  const unsigned char* gray = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; gray && y < height; ++y)
    for (int x = 0; x < width; ++x)
      if (gray[y * stride + x] >= 128) glyph.shape.set(x, y);
  return known_.emplace(std::pair(face, letter), std::move(glyph)).first->second;
}

}  // namespace platen::vprinter
