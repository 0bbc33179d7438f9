#include "ui/cli/command_line.hpp"

#include <algorithm>
#include <array>

#include "ui/cli/terminal.hpp"

namespace platen::cli {
namespace {

constexpr std::array<OptionSpec, 3> everywhere = {{
    {"json", 0, "", "Print JSON, as platend gives it."},
    {"socket", 0, "PATH", "platend's socket (PLATEN_SOCKET, else /run/platen/platend.sock)."},
    {"help", 'h', "", "Say what this command does."},
}};

Error wrong(std::string sentence) {
  return fail(Errc::unsupported, "understand the command", "", std::move(sentence));
}

class Parser {
 public:
  Parser(std::span<const CommandSpec> commands, std::span<const std::string> words)
      : commands_(commands), words_(words) {}

  Result<CommandLine> run() {
    bool options_end = false;
    while (at_ < words_.size()) {
      const std::string& word = words_[at_++];
      if (!options_end && word == "--") {
        options_end = true;
      } else if (!options_end && word.size() > 1 && word[0] == '-') {
        if (auto taken = option(word); !taken) return taken.error();
      } else if (line_.command == nullptr) {
        if (auto taken = command(word); !taken) return taken.error();
      } else {
        line_.arguments.push_back(word);
      }
    }
    line_.help = line_.has("help");
    if (line_.command == nullptr || line_.help) return line_;
    const CommandSpec& spec = *line_.command;
    if (line_.arguments.size() < spec.least || line_.arguments.size() > spec.most)
      return wrong(
          "`platen " + std::string(spec.name) + "` takes " +
          (spec.arguments.empty() ? "no arguments" : "these arguments: " + std::string(spec.arguments)) +
          "." + see_help());
    return line_;
  }

 private:
  Result<void> command(const std::string& word) {
    for (const CommandSpec& spec : commands_)
      if (spec.name == word) line_.command = &spec;
    if (line_.command != nullptr) return {};
    if (word == "help") {
      line_.options["help"];
      return {};
    }
    return wrong("There is no command \"" + printable(word) + "\"; `platen --help` lists them.");
  }

  template <class Same>
  const OptionSpec* find(Same same) const {
    for (const OptionSpec& spec : everywhere)
      if (same(spec)) return &spec;
    if (line_.command != nullptr)
      for (const OptionSpec& spec : line_.command->options)
        if (same(spec)) return &spec;
    return nullptr;
  }

  Result<void> option(const std::string& word) {
    const bool is_long = word[1] == '-';
    const std::size_t equals = is_long ? word.find('=') : std::string::npos;
    const std::string name =
        is_long ? word.substr(2, equals == std::string::npos ? equals : equals - 2) : word.substr(1, 1);
    const OptionSpec* spec = find([&](const OptionSpec& one) {
      return is_long ? one.name == name : one.letter != 0 && one.letter == name[0];
    });
    if (spec == nullptr) {
      const std::string of = line_.command ? " of `platen " + std::string(line_.command->name) + "`" : "";
      return wrong("There is no option " + printable(is_long ? "--" + name : "-" + name) + of + "." +
                   see_help());
    }
    auto& values = line_.options[std::string(spec->name)];
    const bool joined = is_long ? equals != std::string::npos : word.size() > 2;
    if (spec->value.empty()) {
      if (joined) return wrong("The option " + printable(word) + " takes no value." + see_help());
    } else if (joined) {
      values.push_back(is_long ? word.substr(equals + 1) : word.substr(2));
    } else if (at_ < words_.size()) {
      values.push_back(words_[at_++]);
    } else {
      return wrong("The option " + printable(word) + " needs a value: " + std::string(spec->value) + "." +
                   see_help());
    }
    return {};
  }

  std::string see_help() const {
    return " See `platen " + (line_.command ? std::string(line_.command->name) + " " : std::string()) +
           "--help`.";
  }

  std::span<const CommandSpec> commands_;
  std::span<const std::string> words_;
  std::size_t at_ = 0;
  CommandLine line_;
};

void add_options(Table& table, std::span<const OptionSpec> options) {
  for (const OptionSpec& option : options) {
    std::string name = option.letter ? std::string("-") + option.letter + ", --" : "--";
    name += std::string(option.name);
    if (!option.value.empty()) name += " " + std::string(option.value);
    table.add({name, std::string(option.help)});
  }
}

}  // namespace

std::string CommandLine::value(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() || found->second.empty() ? std::string() : found->second.back();
}

std::string CommandLine::argument(std::size_t index) const {
  return index < arguments.size() ? arguments[index] : std::string();
}

Result<CommandLine> parse_command_line(std::span<const CommandSpec> commands,
                                       std::span<const std::string> words) {
  return Parser(commands, words).run();
}

std::string help_for_all(std::span<const CommandSpec> commands) {
  Table table;
  for (const CommandSpec& spec : commands)
    table.add({std::string(spec.name) + (spec.arguments.empty() ? "" : " " + std::string(spec.arguments)),
               std::string(spec.summary)});
  Table options;
  add_options(options, everywhere);
  return "Usage: platen COMMAND [OPTION…] [ARGUMENT…]\n\nCommands:\n" + table.text("  ") + "\nEverywhere:\n" +
         options.text("  ") +
         "\n`platen COMMAND --help` says more. Exit codes: 0 done, 1 refused or failed, 2 wrong arguments,\n"
         "3 platend does not answer.\n";
}

std::string help_for(const CommandSpec& spec) {
  std::string text = "Usage: platen " + std::string(spec.name);
  if (!spec.options.empty()) text += " [OPTION…]";
  if (!spec.arguments.empty()) text += " " + std::string(spec.arguments);
  text += "\n\n" + std::string(spec.summary) + "\n";
  if (!spec.details.empty()) text += std::string(spec.details) + "\n";
  Table options;
  add_options(options, spec.options);
  add_options(options, everywhere);
  return text + "\nOptions:\n" + options.text("  ");
}

}  // namespace platen::cli
