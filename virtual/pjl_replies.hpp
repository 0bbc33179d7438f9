// The words in which the printer answers PJL: bodies of INFO replies and unsolicited status messages.
//
// Every message is its echo line, more lines, and a form feed; lines end in CR LF.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "virtual/device.hpp"
#include "virtual/pjl_variables.hpp"

namespace platen::vprinter {

enum class DeviceStatus { off, on, verbose };

// What a channel wants to be told without asking.
struct PjlUstatus {
  DeviceStatus device = DeviceStatus::off;
  bool job = false;
  bool page = false;
  int timed = 0;  // seconds; 0: never
};

// Null: there is no such category, and the answer is "?".
[[nodiscard]] std::optional<std::string> info_body(std::string_view category, const Device& device,
                                                   int page_count, const PjlEnvironment& environment,
                                                   const PjlUstatus& ustatus);
[[nodiscard]] std::string status_lines(const Status& status);
// "@PJL " + first line + body + FF. The body's lines have their ends.
[[nodiscard]] std::string pjl_message(std::string_view first_line, std::string_view body);

}  // namespace platen::vprinter
