// What a printer's status code and the words on its panel mean. The knowledge is in conditions.def, a table;
// this only looks it up.
//
//   Condition now = condition(41304, "TRAY 1 LOAD A4");
//   // now.effect == Effect::stops, now.reasons[0].sentence == "Tray 1 is out of paper. Load A4 paper."
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "bidi/mapping.hpp"
#include "bidi/names.hpp"
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

// A supply whose level is low or zero; nothing for one that is well, or whose level nobody knows.
[[nodiscard]] std::optional<Reason> supply_reason(const Supply& supply);
// The same for a tray.
[[nodiscard]] std::optional<Reason> tray_reason(const Tray& tray);

// What a reason about this supply calls it: "black-toner". Empty for types that nobody knows.
[[nodiscard]] std::string component_of(const Supply& supply);
// A reason told in another language than PJL, which has no words of ours: `component` is a tray's or a
// supply's, `said` the printer's own words or nothing.
[[nodiscard]] Reason told_reason(const ReasonMapping& mapping, Severity severity, std::string component,
                                 std::string_view said);

}  // namespace platen::bidi
