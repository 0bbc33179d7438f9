// What can be set by the paths of the Windows printing bidi schema, and what a set means: checked here, done
// by the language monitor.
//
//   auto change = understand(status, "\\Printer.Consumables.[Black]:LowLevel", "15");
//   // {Change::Kind::low, "black-toner", 15}
//
// | path                                     | type      | value            |
// |------------------------------------------|-----------|------------------|
// | \Printer.Consumables.[Black]:LowLevel    | BIDI_INT  | percent, 0–100   |
// | \Printer.Consumables.[Black]:EmptyLevel  | BIDI_INT  | percent, 0–100   |
// | \Printer.Consumables.[Black]:Yield       | BIDI_INT  | pages at 5 %     |
// | \Printer.Consumables.[Black]:Replaced    | BIDI_BOOL | true; write only |
// | \Printer.Maintenance:CleanHead           | BIDI_BOOL | true; write only |
// | \Printer.Maintenance:AlignHead           | BIDI_BOOL | true; write only |
// | the rows of settings.def                 | their own | DEFAULT of PJL   |
//
// Errors: not_found no such path, denied it can only be read, malformed the value is of another type,
// too_large out of range. bidi_result() tells them in Windows' numbers. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "bidi/printer_status.hpp"

namespace platen::bidi::schema {

struct Setting {
  std::string_view path;
  std::string_view variable;
  std::string_view type;
  std::int32_t least;
  std::int32_t most;
  std::string_view words;  // with | between; for a BIDI_ENUM
};
[[nodiscard]] std::span<const Setting> settings();
// Null when the path is none of them.
[[nodiscard]] const Setting* setting(std::string_view path);

struct Change {
  enum class Kind : std::uint8_t { low, empty, yield, replaced, clean, align, setting };
  Kind kind = Kind::low;
  std::string supply;                 // as component_of() calls it
  std::int32_t number = 0;            // of low, empty and yield
  const Setting* variable = nullptr;  // of setting, with
  std::string value;
};
[[nodiscard]] Result<Change> understand(const PrinterStatus& status, std::string_view path,
                                        std::string_view value);
// A path that can be set and has no value: "Replaced", "CleanHead".
[[nodiscard]] bool write_only(std::string_view path);

// The cartridges whose ink is ours to count, named as in `\Printer.Consumables.[Black]:Replaced`: the printer
// tells no level of them, and their yield is known. None while nobody knows the printer.
[[nodiscard]] std::vector<std::string> countable(const PrinterStatus& status);

// An error of get, set, enum or getall as Windows' bidi interfaces number it: ERROR_BIDI_…, or a number of
// the system.
[[nodiscard]] std::uint32_t bidi_result(const Error& error, bool set);

}  // namespace platen::bidi::schema
