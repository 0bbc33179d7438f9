// The whole printer without its sockets: any bytes must neither crash nor hang it, nor make it grow.
#include <cstddef>
#include <cstdint>

#include "still_printer.hpp"
#include "virtual/channel.hpp"

using namespace platen;
using namespace platen::vprinter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Enough to reach everything; a flood of pages ends sooner.
  constexpr int sheets = 8;
  fuzz::StillClock clock;
  fuzz::NoOutput output;
  std::size_t said = 0;
  Printer printer(clock, *model_by_name("Lexmark T640"), output, {});
  for (const Tray& tray : printer.device().trays()) printer.device().put_paper_in(tray.model->name, sheets);
  {
    Channel channel(printer, {[&said](std::string_view message) { said += message.size(); }, [] {}});
    const std::size_t taken = channel.take({data, size});
    if (taken != size && !channel.held()) __builtin_trap();
    if (size % 2 == 0)
      channel.end_of_input();
    else
      channel.lost();
    if (!channel.held() && !channel.done()) __builtin_trap();
  }
  if (printer.full() || printer.device().busy()) __builtin_trap();
  return 0;
}
