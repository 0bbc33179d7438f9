// Answers the paths of the Windows printing bidi schema from a PrinterStatus: from memory, never from the
// printer.
//
//   get(status, "\\Printer.Status.Summary:State")        -> {path, "BIDI_ENUM", "Idle"}
//   get(status, "\\Printer.Consumables.[Black]:Level")   -> {path, "BIDI_INT", "83"}
//   get_all(status, "\\Printer.Consumables")             -> every leaf below
//   enumerate(status)                                    -> the paths that can be asked
//
// Paths compare without letter case. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "bidi/printer_status.hpp"

namespace platen::bidi::schema {

struct Value {
  std::string path;
  std::string type;  // "BIDI_STRING", "BIDI_INT", "BIDI_ENUM", "BIDI_BOOL", "BIDI_TEXT"
  std::string value;
  friend bool operator==(const Value&, const Value&) = default;
};

// Errc::not_found when this printer has no such path.
[[nodiscard]] Result<Value> get(const PrinterStatus& status, std::string_view path);
// All values below a path; of the whole tree for "" and "\\Printer".
[[nodiscard]] Result<std::vector<Value>> get_all(const PrinterStatus& status, std::string_view path);
[[nodiscard]] std::vector<std::string> enumerate(const PrinterStatus& status);
// What reasons call the supply that paths call by this name: "Black" is "black-toner". Empty when there is
// none.
// How each supply is named in its path, in order: "Black".
[[nodiscard]] std::vector<std::string> supply_names(const PrinterStatus& status);
[[nodiscard]] std::string supply_of_path(const PrinterStatus& status, std::string_view name);

}  // namespace platen::bidi::schema
