// The virtual printer's SNMP agent: any packet gets a bounded answer or none.
#include <cstddef>
#include <cstdint>

#include "still_printer.hpp"
#include "virtual/snmp/agent.hpp"

using namespace platen;
using namespace platen::vprinter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::StillClock clock;
  static fuzz::NoOutput output;
  static Printer printer(clock, *model_by_name("Lexmark C530dn"), output, {});
  static const snmp::Objects objects = snmp::objects_of(printer);
  const std::string_view packet(reinterpret_cast<const char*>(data), size);
  const std::string answer = snmp::answer_packet(packet, objects, "public");
  // The names of a refused question come back whole.
  if (answer.size() > snmp::kLongestAnswer + 3 * size + 200) __builtin_trap();
  return 0;
}
