// A host that moves the lines of the virtual printer's parallel port as it likes. The printer gets nothing
// that was not on the data lines, and says nothing twice.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <boost/asio/io_context.hpp>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"
#include "virtual/parallel/peripheral.hpp"
#include "virtual/parallel/registers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace platen;
  using namespace platen::vprinter::ieee1284;
  boost::asio::io_context reactor{one_thread};
  SimulatedClock clock(reactor.get_executor());
  std::size_t taken = 0;
  Peripheral peripheral(clock, {}, "MFG:Lexmark;MDL:T640;",
                        {.take =
                             [&taken](std::uint8_t) {
                               ++taken;
                               return true;
                             },
                         .reset = {},
                         .ack_changed = {}});
  HostLines host;
  std::size_t said = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint8_t move = data[i];
    switch (move >> 5) {
      case 0:
        host.data = i + 1 < size ? data[++i] : move;
        break;
      case 1:
        host.drives_data = (move & 1) != 0;
        break;
      case 2:
        peripheral.say("word");
        said += 4;
        break;
      case 3:
        clock.advance_to(clock.now() + std::chrono::milliseconds(move & 0x1f));
        break;
      default:
        set_control_register(host, move & 0x0f);
        break;
    }
    peripheral.drive(host);
    (void)status_register(peripheral.lines());
  }
  constexpr std::size_t kLongestRun = 128;
  if (peripheral.unread() > said || taken > size * kLongestRun) std::abort();
  return 0;
}
