// platen-render's command line (docs/architecture.md).
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace platen::driver {

struct CommandLine {
  std::string gpd;
  bool describe = false;
  bool help = false;
  std::string type;
  std::string title;
  std::string previews;
  int first_page = 1;
  int copies = 1;
  std::vector<std::pair<std::string, std::string>> options;  // -o key=value
};

[[nodiscard]] Result<CommandLine> parse_command_line(std::span<const char* const> arguments);
[[nodiscard]] const char* usage();

}  // namespace platen::driver
