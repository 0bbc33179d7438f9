// Small questions about the text that printers send. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::bidi {

// A line `NAME=value`, value without its quotes. A line without '=' has an empty name.
struct Field {
  std::string name;
  std::string value;
  friend bool operator==(const Field&, const Field&) = default;
};

// The value of the first field of that name, letter case ignored; null when there is none.
[[nodiscard]] const std::string* find(const std::vector<Field>& fields, std::string_view name);

[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string lower(std::string_view text);                // ASCII letters only
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);  // ASCII letter case ignored
// Digits from the first to the last character, and a value that fits; else nothing.
[[nodiscard]] std::optional<std::uint32_t> number(std::string_view text);
// Printable UTF-8: control characters dropped, and text that is not UTF-8 read as Latin-1.
[[nodiscard]] std::string printable(std::string_view text);

// `NAME=value`, `NAME = "quoted value"`, `NAME='value'`, `NAME=value [2 RANGE]`, or a bare line.
[[nodiscard]] Field parse_field(std::string_view line);
// Several on one line: `TRAY NAME="Tray 1" SIZE=A4` gives {"", "TRAY"}, {"NAME", "Tray 1"}, {"SIZE", "A4"}.
[[nodiscard]] std::vector<Field> parse_fields(std::string_view line);

}  // namespace platen::bidi
