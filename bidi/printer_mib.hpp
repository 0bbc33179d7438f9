// A printer's status in the words of the Printer MIB (RFC 3805, RFC 2790): objects and their values, both
// ways.
//
//   std::vector<MibValue> walked = ...;                       // from SNMP: all below mib_roots()
//   PrinterStatus status = status_from_mib(walked);
//   std::vector<MibValue> objects = mib_values(status);       // sorted by object, as an agent serves them
//
// Reading takes what printers really send: any device index, one or two octets of error state, alerts or
// none, levels in any unit, objects in any order, twice or not at all. Values that make no sense are as good
// as not told.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bidi/printer_status.hpp"

namespace platen::bidi {

using Oid = std::vector<std::uint32_t>;

struct MibValue {
  Oid oid;
  std::variant<std::int64_t, std::string> value;  // a number, or octets
  friend bool operator==(const MibValue&, const MibValue&) = default;
};

// What a printer may make us keep.
inline constexpr std::size_t max_mib_rows = 64;

// Whatever is worth asking: everything, and what changes from minute to minute.
[[nodiscard]] const std::vector<Oid>& mib_roots();
[[nodiscard]] const std::vector<Oid>& mib_news_roots();

[[nodiscard]] std::vector<MibValue> mib_values(const PrinterStatus& status);
// State::unknown when nothing of it is about a printer's status.
[[nodiscard]] PrinterStatus status_from_mib(std::span<const MibValue> values);

// "1.3.6.1.2.1.43", with or without a dot in front; nothing when it is no object identifier.
[[nodiscard]] Oid parse_oid(std::string_view text);
[[nodiscard]] std::string to_text(const Oid& oid);
[[nodiscard]] bool is_below(const Oid& oid, const Oid& root);

}  // namespace platen::bidi
