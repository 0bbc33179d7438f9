// Any bytes as PWG or Apple raster: every page, every row, as far as it goes.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "driver/input/raster_document.hpp"

namespace {

// A few hundred bytes can ask for a page of 2 billion pixels; that it takes its time is no news.
constexpr int kRows = 4000;
constexpr int kPages = 4;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace platen::driver;
  MemoryDocument bytes({reinterpret_cast<const char*>(data), size});
  RasterDocument raster(bytes);
  std::vector<std::uint8_t> row;
  for (int number = 0; number < kPages; ++number) {
    const auto page = raster.next_page();
    if (!page || !*page) return 0;
    row.resize(static_cast<std::size_t>((*page)->size.x));
    if ((*page)->size.y > kRows) return 0;
    for (int y = 0; y < (*page)->size.y; ++y)
      if (!raster.read_row(row)) return 0;
  }
  return 0;
}
