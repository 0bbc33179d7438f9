// The virtual printer's side of NPAP: any bytes, in each mode, read and unread.
#include <cstddef>
#include <cstdint>

#include "virtual/npap/npap_side.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace platen::vprinter;
  const Device device(*model_by_name("Lexmark T640"));
  for (const auto mode : {NpapSide::Mode::off, NpapSide::Mode::automatic, NpapSide::Mode::on}) {
    NpapSide npap(device, {.mode = mode, .stalls = size % 2 == 0});
    std::string native;
    std::size_t used = 0, calls = 0;
    while (used < size && ++calls <= 2 * size + 2) {
      used += npap.take({data + used, size - used}, native);
      if (used < size && !npap.stalled()) __builtin_trap();
      if (npap.read(64).empty() && used < size) __builtin_trap();
      npap.at_boundary();
    }
    if (used != size || native.size() > size) __builtin_trap();
    if (mode == NpapSide::Mode::off && native.size() != size) __builtin_trap();
  }
  return 0;
}
