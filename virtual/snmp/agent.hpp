// The virtual printer's SNMP agent: versions 1 and 2c, reading only. Packet in, packet out.
//
//   std::string answer = answer_packet(packet, objects_of(printer), "public");   // empty: none is due
//
// What is malformed, of another version or for another community gets no answer, as with real printers. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "virtual/printer.hpp"
#include "virtual/snmp/ber.hpp"

namespace platen::vprinter::snmp {

// No answer is longer: what fits into one packet of an Ethernet.
inline constexpr std::size_t kLongestAnswer = 1400;

struct Counter {
  std::uint32_t value = 0;
};
using Value = std::variant<std::int64_t, std::string, Counter>;
using Objects = std::map<Name, Value>;

// What the printer tells of itself: Host Resources and Printer MIB, and its device id.
[[nodiscard]] Objects objects_of(const Printer& printer);
[[nodiscard]] std::string answer_packet(std::string_view packet, const Objects& objects,
                                        std::string_view community);

}  // namespace platen::vprinter::snmp
