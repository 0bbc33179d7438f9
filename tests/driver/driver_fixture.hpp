// What these tests have in common: the mono laser's GPD, and rendering from memory to memory.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "driver/gpd_model.hpp"
#include "driver/input/page_source.hpp"
#include "driver/render.hpp"

namespace platen::driver::test {

using Options = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] std::string read_file(const std::string& path);
[[nodiscard]] std::string mono_gpd();                     // pltmono.gpd's text
[[nodiscard]] GpdModel model_of(const std::string& gpd);  // fails the test when it is malformed
// A folder of this test's own, removed at exit.
[[nodiscard]] std::string scratch_folder();

struct Rendered {
  Result<void> result;
  std::string pcl;
  std::vector<std::pair<int, std::uint64_t>> reports;
  std::vector<double> black;  // on each page, in A4 sheets
};
[[nodiscard]] Rendered render_text(const GpdModel& model, std::string_view document, std::string_view type,
                                   const Options& options = {}, int copies = 1, int first_page = 1);

// A PWG (or Apple) raster document in memory, made by libcups. `shade(page, x, y)` gives the first component.
struct RasterSpec {
  unsigned pages = 1;
  unsigned width = 4961;
  unsigned height = 7016;
  unsigned dpi = 600;
  unsigned bits = 8;  // per colour
  unsigned colours = 1;
  int space = 18;  // CUPS_CSPACE_SW
  bool apple = false;
  bool duplex = false;
  unsigned total_pages = 0;
};
using Shade = unsigned char (*)(unsigned page, unsigned x, unsigned y);
[[nodiscard]] std::string make_raster(const RasterSpec& spec, Shade shade);

}  // namespace platen::driver::test
