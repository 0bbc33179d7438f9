// One page of a document, placed on its sheet: turned, scaled and padded, as rows of device pixels.
//
//   PagePlacer placer(model, options, page);     // chooses the paper
//   placer.load(source);
//   for (int y = 0; y < placer.sheet().size.y; ++y) placer.row(source, y, darkness);
#pragma once

#include <optional>
#include <vector>

#include "driver/gpd_model.hpp"
#include "driver/input/page_source.hpp"
#include "driver/job_options.hpp"
#include "driver/row_scaler.hpp"

namespace platen::driver {

class PagePlacer {
 public:
  PagePlacer(const GpdModel& model, const JobOptions& options, const SourcePage& page);
  [[nodiscard]] const Selection& selected() const { return selected_; }
  [[nodiscard]] const Sheet& sheet() const { return sheet_; }
  // A page that is to be turned is read as a whole, and only such a page.
  [[nodiscard]] Result<void> load(PageSource& source);
  // The sheet's next row; `darkness` has the sheet's width.
  [[nodiscard]] Result<void> row(PageSource& source, std::span<std::uint8_t> darkness);

 private:
  [[nodiscard]] Result<void> read(PageSource& source, std::span<std::uint8_t> row);

  Selection selected_;
  Sheet sheet_;
  SourcePage page_;
  bool turned_ = false;
  Pair placed_;  // the page's size on the sheet
  std::optional<RowScaler> scaler_;
  std::vector<std::uint8_t> scaled_;
  std::vector<std::uint8_t> whole_;  // of a turned page, in the document's own order
  int rows_given_ = 0;
  int rows_read_ = 0;
};

}  // namespace platen::driver
