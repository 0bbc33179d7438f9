// PWG raster and Apple raster (URF), streamed row by row through libcups.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <cups/raster.h>

#include "driver/input/document.hpp"
#include "driver/input/page_source.hpp"

namespace platen::driver {

class RasterDocument final : public PageSource {
 public:
  explicit RasterDocument(Document& document) : document_(document) {}
  ~RasterDocument() override;
  RasterDocument(const RasterDocument&) = delete;
  RasterDocument& operator=(const RasterDocument&) = delete;

  Result<std::optional<SourcePage>> next_page() override;
  Result<void> read_row(std::span<std::uint8_t> darkness) override;
  Result<void> rewind() override;

 private:
  static ssize_t give(void* self, unsigned char* into, std::size_t size);
  [[nodiscard]] Error broken(std::string advice) const;
  [[nodiscard]] Result<void> check_header() const;
  void close();

  Document& document_;
  cups_raster_t* raster_ = nullptr;
  cups_page_header2_t header_{};
  std::optional<Error> read_error_;
  std::string head_;       // the file's first bytes, which tell URF and its number of pages
  unsigned pages_ = 0;     // begun
  unsigned promised_ = 0;  // pages that the file says it has, when it does
  unsigned row_ = 0;
  std::vector<unsigned char> line_;
};

}  // namespace platen::driver
