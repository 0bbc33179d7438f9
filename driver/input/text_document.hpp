// Plain text laid out by Pango, in every script, on the sheet that was asked for. One page is held at a time,
// at one bit per pixel: glyphs at 600 dots per inch need no shades.
#pragma once

#include <memory>

#include "driver/input/page_source.hpp"
#include "driver/input/text_reader.hpp"

namespace platen::driver {

class TextDocument final : public PageSource {
 public:
  // Quarter turns are counter-clockwise: 1 is landscape.
  TextDocument(Document& document, const Sheet& sheet, int quarter_turns);
  ~TextDocument() override;

  Result<std::optional<SourcePage>> next_page() override;
  Result<void> read_row(std::span<std::uint8_t> darkness) override;
  Result<void> rewind() override;

 private:
  struct Canvas;
  TextReader reader_;
  Sheet sheet_;
  std::unique_ptr<Canvas> canvas_;
  int next_line_ = 0;           // of the paragraph on the canvas
  bool break_pending_ = false;  // after that paragraph
  bool ended_ = false;
  int pages_ = 0;
  int row_ = 0;
};

}  // namespace platen::driver
