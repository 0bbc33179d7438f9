// Any bytes as PNG and as JPEG.
#include <cstddef>
#include <cstdint>

#include "driver/input/picture.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace platen::driver;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)decode_png(bytes);
  (void)decode_jpeg(bytes, {100, 100});
  (void)exif_orientation(bytes);
  return 0;
}
