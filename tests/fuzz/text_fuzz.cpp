// Any bytes as plain text: what comes out is bounded and is UTF-8 that needs no more cleaning.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "driver/input/text_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace platen::driver;
  MemoryDocument bytes({reinterpret_cast<const char*>(data), size});
  TextReader reader(bytes);
  for (auto paragraph = reader.next(); paragraph && *paragraph; paragraph = reader.next())
    if (clean_utf8((*paragraph)->text) != (*paragraph)->text) std::abort();
  return 0;
}
