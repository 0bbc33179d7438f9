// What a printer's status code and the words on its panel mean. The knowledge is in conditions.def, a table;
// this only looks it up.
//
//   Condition now = condition(41304, "TRAY 1 LOAD A4");
//   // now.effect == Effect::stops, now.reasons[0].sentence == "Tray 1 is out of paper. Load A4 paper."
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bidi/printer_status.hpp"

namespace platen::bidi {

// What it does to the printer's state.
enum class Effect : std::uint8_t {
  ready,    // all is well: whatever was wrong before is over
  busy,     // works on a job
  resting,  // neither: warms up, sleeps, resets
  offline,  // a person took it off line
  note,     // goes on, and somebody should know; lasts until `ready`
  stops,    // waits for a person
  nothing,  // says nothing about the printer: a complaint about our own PJL
};

struct Condition {
  Effect effect = Effect::nothing;
  std::vector<Reason> reasons;  // the most telling first
};

// `words` is the DISPLAY text; it wins over the code where both say something, for the tray numbers of codes
// differ between makers. A code that the table does not know is a reason "other" with the printer's words.
// `online` is the printer's own claim to be able to print.
[[nodiscard]] Condition condition(std::uint32_t code, std::string_view words, bool online = true);

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

}  // namespace platen::bidi
