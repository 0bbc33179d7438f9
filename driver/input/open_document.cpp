#include "driver/input/open_document.hpp"

#include "driver/input/picture_document.hpp"
#include "driver/input/raster_document.hpp"
#include "driver/input/text_document.hpp"

namespace platen::driver {

Result<std::unique_ptr<PageSource>> open_document(DocumentKind kind, Document& document, const Sheet& sheet,
                                                  const JobOptions& options) {
  if (kind == DocumentKind::raster) return std::make_unique<RasterDocument>(document);
  if (kind == DocumentKind::text)
    return std::make_unique<TextDocument>(document, sheet, options.quarter_turns.value_or(0));
  auto file = read_all(document, largest_picture_file);
  if (!file) return file.error();
  auto picture = kind == DocumentKind::png ? decode_png(*file) : decode_jpeg(*file, sheet.size);
  if (!picture) return picture.error();
  return std::make_unique<PictureDocument>(std::move(*picture), sheet, options);
}

}  // namespace platen::driver
