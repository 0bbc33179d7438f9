// A device id as any printer may send it over IEEE 1284: what comes out has keys and ends in a semicolon.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "port/parallel/device_id.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = platen::port::ieee1284::device_id_text({reinterpret_cast<const char*>(data), size});
  if (!text) return 0;
  if (text->find(':') == std::string::npos || text->back() != ';' || text->size() > size) std::abort();
  return 0;
}
