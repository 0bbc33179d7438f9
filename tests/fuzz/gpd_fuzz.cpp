// Any text as a GPD file: read whole, described, its commands expanded.
#include <cstddef>
#include <cstdint>

#include "driver/describe.hpp"
#include "driver/gpd_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace platen::driver;
  auto model = GpdModel::read({reinterpret_cast<const char*>(data), size}, "fuzz.gpd");
  if (!model) return 0;
  (void)describe(*model);
  for (const auto section :
       {Section::job_setup, Section::doc_setup, Section::page_setup, Section::job_finish})
    (void)model->ordered(section, model->defaults(), {});
  return 0;
}
