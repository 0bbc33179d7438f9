#include "virtual/pjl_syntax.hpp"

#include <algorithm>
#include <utility>

namespace platen::vprinter {
namespace {

constexpr int kGenericSyntaxError = 20001, kMissingQuote = 20011, kNoValue = 20015;

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

void skip_space(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

std::string_view take_word(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && !is_space(text[n]) && text[n] != '=' && text[n] != '"') ++n;
  auto word = text.substr(0, n);
  text.remove_prefix(n);
  return word;
}

std::string take_value(std::string_view& text, int& problem) {
  if (text.empty() || text.front() != '"') return std::string(take_word(text));
  text.remove_prefix(1);
  const std::size_t end = text.find('"');
  if (end == std::string_view::npos) {
    problem = kMissingQuote;
    return std::string(std::exchange(text, {}));
  }
  std::string value(text.substr(0, end));
  text.remove_prefix(end + 1);
  return value;
}

}  // namespace

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

const std::string* PjlCommand::find(std::string_view option) const {
  for (const PjlOption& each : options)
    if (each.name == option && each.value) return &*each.value;
  return nullptr;
}

PjlCommand parse_pjl(std::string_view line) {
  PjlCommand command;
  line.remove_prefix(std::min<std::size_t>(line.size(), 4));
  if (!line.empty() && !is_space(line.front())) command.problem = kGenericSyntaxError;
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  skip_space(line);
  command.name = upper(take_word(line));
  skip_space(line);
  command.words = line;
  // Free text, which may hold anything.
  if (command.name == "COMMENT" || command.name == "ECHO") return command;
  while (!line.empty()) {
    if (line.front() == '=' || line.front() == '"') {
      command.problem = kGenericSyntaxError;
      take_value(line, command.problem);
      if (!line.empty() && line.front() == '=') line.remove_prefix(1);
      skip_space(line);
      continue;
    }
    PjlOption option{upper(take_word(line)), std::nullopt};
    skip_space(line);
    if (!line.empty() && line.front() == '=') {
      line.remove_prefix(1);
      skip_space(line);
      if (line.empty())
        command.problem = kNoValue;
      else
        option.value = take_value(line, command.problem);
      skip_space(line);
    }
    const bool modifier = command.options.empty() && command.modifier.empty() && !option.value &&
                          option.name.find(':') != std::string::npos;
    if (modifier)
      command.modifier = std::move(option.name);
    else
      command.options.push_back(std::move(option));
  }
  return command;
}

}  // namespace platen::vprinter
