// Whatever a person or an INF file gives as a port; what is understood is the same after writing it down.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "port/uri.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto uri = platen::port::parse_uri({reinterpret_cast<const char*>(data), size});
  if (!uri) {
    if (uri.error().advice.empty()) std::abort();
    return 0;
  }
  const auto again = platen::port::parse_uri(uri->format());
  // A name of more than the limit once its characters are escaped cannot be read back.
  if (again && *again != *uri) std::abort();
  return 0;
}
