// One line of PJL, taken apart: @PJL COMMAND [MODIFIER:VALUE] [OPTION[=VALUE]]…
//
// Pure. Any bytes will do; what is wrong with them is told as PJL's own status code.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::vprinter {

struct PjlOption {
  std::string name;  // upper-case
  std::optional<std::string> value;
};

struct PjlCommand {
  std::string name;      // upper-case; empty for a bare "@PJL"
  std::string words;     // all after the name, as it came
  std::string modifier;  // "LPARM:PCL", upper-case
  std::vector<PjlOption> options;
  int problem = 0;  // 20xxx or 25xxx; 0: none

  [[nodiscard]] const std::string* find(
      std::string_view option) const;  // its value; null: absent or without one
};

// `line` begins with "@PJL" and has no line end.
[[nodiscard]] PjlCommand parse_pjl(std::string_view line);
[[nodiscard]] std::string upper(std::string_view text);

}  // namespace platen::vprinter
