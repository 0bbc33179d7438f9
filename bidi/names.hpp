// What printers call their trays, sizes, colours and supplies, translated to what PrinterStatus calls them.
// The words are in names.def. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::bidi {

// "A4" -> "iso_a4_210x297mm"; the name of the size itself when it is unknown.
[[nodiscard]] std::string media_keyword(std::string_view pjl_name);
// "iso_a4_210x297mm" or "A4" -> "A4".
[[nodiscard]] std::string media_name(std::string_view name_or_keyword);
// "Tray 1", "TRAY1", "MP Feeder" -> "tray1", "tray1", "multipurpose".
[[nodiscard]] std::string tray_keyword(std::string_view name);
// "tray1" -> "Tray 1"
[[nodiscard]] std::string tray_name(std::string_view keyword);
// "BLACK", "Cyan Toner Cartridge" -> "#000000", "#00FFFF"; "none" when no colour is in it.
[[nodiscard]] std::string color_value(std::string_view name);
// "#00FFFF" -> "cyan"; "none" and unknown ones are "".
[[nodiscard]] std::string color_name(std::string_view value);

// The x of the codes 11xyy and 41xyy, the n of INTRAYn: 2 -> "tray1"; empty when nobody knows.
[[nodiscard]] std::string tray_of_digit(std::uint32_t digit);
// The yy of the codes 11xyy and 41xyy: 4 -> "A4"; empty when nobody knows.
[[nodiscard]] std::string media_of_number(std::uint32_t number);
// "PLAIN" -> "stationery"; the lower-case word itself when it is unknown.
[[nodiscard]] std::string media_type_keyword(std::string_view pjl_name);

struct SupplyType {
  std::string_view pjl;
  std::string_view keyword;  // IPP marker-types
  std::string_view low;      // printer-state-reasons
  std::string_view empty;
  std::string_view component;
  std::string_view low_sentence;  // with the placeholders of conditions.def
  std::string_view empty_sentence;
};
// By its PJL or IPP name; null when nobody knows.
[[nodiscard]] const SupplyType* supply_type(std::string_view name);
[[nodiscard]] bool is_waste(std::string_view type);

// Text as words in lower case: "12 PRINTER-OPEN" -> {"12", "printer", "open"}.
using Words = std::vector<std::string>;
[[nodiscard]] Words words_of(std::string_view text);
// How many words from `at` name a tray, a colour, a size; 0 when none does. What they name is put into the
// string.
[[nodiscard]] std::size_t tray_at(const Words& words, std::size_t at, std::string& keyword);
[[nodiscard]] std::size_t color_at(const Words& words, std::size_t at, std::string& value);
[[nodiscard]] std::size_t media_at(const Words& words, std::size_t at, std::string& name);

}  // namespace platen::bidi
