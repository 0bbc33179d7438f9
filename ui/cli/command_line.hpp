// What was typed, checked against what each command takes.
//
//   auto line = parse_command_line(commands(), {"print", "-p", "T640", "--copies", "2", "letter.txt"});
//   if (!line) complain(line.error().advice);             // exit code 2
//   line->value("printer")                                // "T640"
//
// Pure; the specifications are constants.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"

namespace platen::cli {

class Desk;
struct CommandLine;

struct OptionSpec {
  std::string_view name;   // "--copies" is "copies"
  char letter = 0;         // "-n", or 0
  std::string_view value;  // what its value is called in the help; empty: takes none
  std::string_view help;
};

struct CommandSpec {
  std::string_view name;
  std::string_view arguments;  // as in the usage line: "FILE|-"
  std::size_t least = 0;       // how many arguments
  std::size_t most = 0;
  std::string_view summary;
  std::string_view details;  // further lines of its help
  std::span<const OptionSpec> options;
  Task<int> (*run)(Desk& desk, const CommandLine& line) = nullptr;
};

struct CommandLine {
  const CommandSpec* command = nullptr;  // null: only help was asked for
  bool help = false;
  std::vector<std::string> arguments;
  std::map<std::string, std::vector<std::string>, std::less<>> options;

  [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
  [[nodiscard]] std::string value(std::string_view option) const;  // the last one given, or ""
  [[nodiscard]] std::string argument(std::size_t index) const;     // or ""
};

// The error's advice is the whole sentence.
Result<CommandLine> parse_command_line(std::span<const CommandSpec> commands,
                                       std::span<const std::string> words);

std::string help_for_all(std::span<const CommandSpec> commands);
std::string help_for(const CommandSpec& command);

}  // namespace platen::cli
