// The virtual printer's side of IEEE 1284.4: any bytes, natively in packets or behind the words of entry.
#include <cstddef>
#include <cstdint>

#include "still_printer.hpp"
#include "virtual/dot4/peripheral.hpp"

using namespace platen;
using namespace platen::vprinter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr int sheets = 8;
  fuzz::StillClock clock;
  fuzz::NoOutput output;
  std::size_t said = 0;
  Printer printer(clock, *model_by_name("Lexmark T640"), output, {});
  for (const Tray& tray : printer.device().trays()) printer.device().put_paper_in(tray.model->name, sheets);
  dot4::Peripheral peripheral(printer, {[&said](std::string_view bytes) { said += bytes.size(); }, [] {}},
                              {.native = data[0] % 2 == 0});
  const std::size_t used = peripheral.take({data + 1, size - 1});
  if (used > size - 1) __builtin_trap();
  if (peripheral.open_sockets() > 2) __builtin_trap();
  // What the host is told stays within what the printer may have to say.
  if (said > 64 * (size + 64) + 4 * dot4::Peripheral::kMostUnread) __builtin_trap();
  peripheral.lost();
  return 0;
}
