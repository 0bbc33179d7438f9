// Whatever a device says it is; and what we make of it is read back as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bidi/device_id.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto id = platen::bidi::parse_device_id(bytes);
  if (!id) return 0;
  (void)id->full_model();
  const auto made = platen::bidi::device_id_from_name(bytes);
  (void)made.full_model();
  return 0;
}
