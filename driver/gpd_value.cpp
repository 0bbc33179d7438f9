#include "driver/gpd_value.hpp"

#include <array>
#include <charconv>

#include "driver/gpd_command.hpp"

namespace platen::driver {
namespace {

// A macro may name macros; this many steps end every loop, and real files need two or three.
constexpr int kMacroSteps = 64;
constexpr std::size_t kLongestValue = 64u << 10;

constexpr std::array<std::pair<std::string_view, Section>, 6> kSections{{
    {"JOB_SETUP", Section::job_setup},
    {"DOC_SETUP", Section::doc_setup},
    {"PAGE_SETUP", Section::page_setup},
    {"PAGE_FINISH", Section::page_finish},
    {"DOC_FINISH", Section::doc_finish},
    {"JOB_FINISH", Section::job_finish},
}};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool read_number(std::string_view text, int& out) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// The place of the next =NAME outside of strings, or npos.
std::size_t find_macro(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '%') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == '=' && i + 1 < text.size() && is_name(text[i + 1])) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

GpdValues::GpdValues(const GpdNode& root, std::string file) : file_(std::move(file)) {
  for (const auto& node : root.children)
    if (node.keyword == "Macros")
      for (const auto& entry : node.children) macros_[entry.keyword] = entry.value;
}

Error GpdValues::wrong(const GpdNode& node, std::string advice) const {
  return fail(Errc::malformed,
              node.keyword.empty() ? "read the GPD file" : "understand *" + node.keyword + " in",
              file_ + ":" + std::to_string(node.line), std::move(advice));
}

Result<std::string> GpdValues::raw(const GpdNode& node) const {
  std::string text = node.value;
  for (int step = 0;; ++step) {
    const auto at = find_macro(text);
    if (at == std::string::npos) return text;
    if (step == kMacroSteps || text.size() > kLongestValue)
      return wrong(node, "Its macros refer to each other without end.");
    auto end = at + 1;
    while (end < text.size() && is_name(text[end])) ++end;
    const auto name = text.substr(at + 1, end - at - 1);
    const auto macro = macros_.find(name);
    if (macro == macros_.end()) return wrong(node, "No *Macros block defines " + name + ".");
    text.replace(at, end - at, macro->second);
  }
}

Result<std::string> GpdValues::word(const GpdNode& node) const {
  auto text = raw(node);
  if (!text) return text;
  auto word = std::string(trimmed(*text));
  if (word.empty() || word.find_first_of(" \t\"(),") != std::string::npos)
    return wrong(node, "One word is wanted here, not '" + word + "'.");
  return word;
}

Result<int> GpdValues::number(const GpdNode& node) const {
  auto text = raw(node);
  if (!text) return text.error();
  int value = 0;
  if (!read_number(*text, value)) return wrong(node, "A whole number is wanted here, not '" + *text + "'.");
  return value;
}

Result<Pair> GpdValues::pair(const GpdNode& node) const {
  auto text = raw(node);
  if (!text) return text.error();
  std::string_view rest = trimmed(*text);
  Pair pair;
  if (rest.starts_with("PAIR")) {
    rest = trimmed(rest.substr(4));
    const auto comma = rest.find(',');
    if (rest.starts_with('(') && rest.ends_with(')') && comma != std::string_view::npos &&
        read_number(rest.substr(1, comma - 1), pair.x) &&
        read_number(rest.substr(comma + 1, rest.size() - comma - 2), pair.y))
      return pair;
  }
  return wrong(node, "Two whole numbers are wanted here: PAIR(x, y), not '" + *text + "'.");
}

Result<Order> GpdValues::order(const GpdNode& node) const {
  auto text = raw(node);
  if (!text) return text.error();
  const std::string_view whole = trimmed(*text);
  const auto dot = whole.find('.');
  if (dot != std::string_view::npos)
    for (const auto& [name, section] : kSections)
      if (Order order{section, 0};
          whole.substr(0, dot) == name && read_number(whole.substr(dot + 1), order.number))
        return order;
  return wrong(node, "An order is a section and a number, such as DOC_SETUP.10, not '" + *text + "'.");
}

Result<std::string> GpdValues::quoted(const GpdNode& node) const {
  auto text = raw(node);
  if (!text) return text;
  std::string inside;
  bool quoted = false;
  bool any = false;
  for (std::size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == '"') {
      quoted = !quoted;
      any = true;
    } else if (quoted) {
      inside += c;
      if (c == '%' && i + 1 < text->size()) inside += (*text)[++i];
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return wrong(node, "A string in quotes is wanted here, not '" + *text + "'.");
    }
  }
  if (!any || quoted) return wrong(node, "A string in quotes is wanted here, not '" + *text + "'.");
  return inside;
}

Result<std::string> GpdValues::string(const GpdNode& node) const {
  auto inside = quoted(node);
  if (!inside) return inside;
  auto compiled = CommandTemplate::compile(*inside);
  if (!compiled) return wrong(node, compiled.error().advice);
  auto text = compiled->expand({});
  if (!text) return wrong(node, text.error().advice);
  return *text;
}

}  // namespace platen::driver
