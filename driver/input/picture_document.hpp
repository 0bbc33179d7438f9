// A picture as a document of one page: turned if that suits the sheet, scaled, centred.
#pragma once

#include "driver/input/page_source.hpp"
#include "driver/input/picture.hpp"
#include "driver/job_options.hpp"

namespace platen::driver {

class PictureDocument final : public PageSource {
 public:
  PictureDocument(Picture picture, const Sheet& sheet, const JobOptions& options);

  Result<std::optional<SourcePage>> next_page() override;
  Result<void> read_row(std::span<std::uint8_t> darkness) override;
  Result<void> rewind() override;

 private:
  Picture picture_;
  Sheet sheet_;
  Pair origin_;  // of the scaled picture on the sheet; may lie outside of it
  Pair scaled_;
  bool given_ = false;
  int row_ = 0;
};

}  // namespace platen::driver
