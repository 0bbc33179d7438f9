#include "virtual/pjl_variables.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "virtual/pjl_syntax.hpp"

namespace platen::vprinter {
namespace {

constexpr int kOutOfRange = 25014, kUnsupportedOption = 25006, kUnsupportedWord = 25016, kReadOnly = 27004;
constexpr std::size_t kLongestText = 80;

using enum PjlVariable::Kind;
constexpr std::array kVariables = {
    PjlVariable{"COPIES", range, "1", "1|999"},
    PjlVariable{"QTY", range, "1", "1|999"},
    PjlVariable{"PAPER", enumerated, "A4",
                "A4|LETTER|LEGAL|EXECUTIVE|A5|A6|JISB5|A3|LEDGER|MONARCH|COM10|DL|C5|B5"},
    PjlVariable{"ORIENTATION", enumerated, "PORTRAIT", "PORTRAIT|LANDSCAPE"},
    PjlVariable{"DUPLEX", enumerated, "OFF", "OFF|ON"},
    PjlVariable{"BINDING", enumerated, "LONGEDGE", "LONGEDGE|SHORTEDGE"},
    PjlVariable{"RESOLUTION", enumerated, "600", "600"},
    PjlVariable{"RENDERMODE", enumerated, "GRAYSCALE", "GRAYSCALE|COLOR"},
    PjlVariable{"PERSONALITY", enumerated, "AUTO", "AUTO|PCL"},
    PjlVariable{"ECONOMODE", enumerated, "OFF", "OFF|ON"},
    PjlVariable{"DENSITY", range, "3", "1|5"},
    PjlVariable{"MANUALFEED", enumerated, "OFF", "OFF|ON"},
    PjlVariable{"TIMEOUT", range, "90", "5|300"},
    PjlVariable{"JOBNAME", text, "", ""},
    PjlVariable{"USERNAME", text, "", ""},
    PjlVariable{"JOBID", enumerated, "OFF", "OFF|ON"},
    PjlVariable{"JOBIDVALUE", read_only, "0", ""},
    PjlVariable{"LPARM:PCL PITCH", text, "10.00", ""},
    PjlVariable{"LPARM:PCL SYMSET", text, "ROMAN8", ""},
    PjlVariable{"LPARM:PCL FORMLINES", range, "64", "5|128"},
};

const PjlVariable* find(std::string_view name) {
  auto found = std::ranges::find(kVariables, name, &PjlVariable::name);
  return found == kVariables.end() ? nullptr : &*found;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

// The value as it is kept; a number is the problem's code.
struct Checked {
  int problem = 0;
  std::string value;
};

Checked check(std::string_view name, std::string_view value) {
  const PjlVariable* variable = find(name);
  if (!variable) return {kUnsupportedOption, {}};
  switch (variable->kind) {
    case read_only:
      return {kReadOnly, {}};
    case text:
      return {0, std::string(value.substr(0, kLongestText))};
    case range: {
      const std::size_t bar = variable->allowed.find('|');
      const auto low = number(variable->allowed.substr(0, bar)),
                 high = number(variable->allowed.substr(bar + 1));
      const auto wanted = number(value);
      if (!wanted || *wanted < *low || *wanted > *high) return {kOutOfRange, {}};
      return {0, std::to_string(*wanted)};
    }
    case enumerated: {
      const std::string word = upper(value);
      for (std::string_view rest = variable->allowed; !rest.empty();) {
        const std::size_t bar = std::min(rest.find('|'), rest.size());
        if (rest.substr(0, bar) == word) return {0, word};
        rest.remove_prefix(std::min(bar + 1, rest.size()));
      }
      return {kUnsupportedWord, {}};
    }
  }
  return {kUnsupportedOption, {}};
}

}  // namespace

std::span<const PjlVariable> pjl_variables() {
  return kVariables;
}

PjlDefaults::PjlDefaults() {
  initialize();
}

void PjlDefaults::initialize() {
  values_.clear();
  for (const PjlVariable& variable : kVariables) values_.emplace(variable.name, variable.factory);
}

int PjlDefaults::set(std::string_view name, std::string_view value) {
  Checked checked = check(name, value);
  if (!checked.problem) values_[std::string(name)] = checked.value;
  return checked.problem;
}

int PjlEnvironment::set(std::string_view name, std::string_view value) {
  Checked checked = check(name, value);
  if (!checked.problem) set_[std::string(name)] = checked.value;
  return checked.problem;
}

std::optional<std::string> PjlEnvironment::get(std::string_view name) const {
  if (auto found = set_.find(name); found != set_.end()) return found->second;
  return get_default(name);
}

std::optional<std::string> PjlEnvironment::get_default(std::string_view name) const {
  auto found = defaults_.values().find(name);
  if (found == defaults_.values().end()) return std::nullopt;
  return found->second;
}

PclDefaults PjlEnvironment::for_pcl(bool color) const {
  PclDefaults defaults;
  defaults.paper = paper_by_pjl(*get("PAPER"));
  defaults.orientation = *get("ORIENTATION") == "LANDSCAPE" ? Orientation::landscape : Orientation::portrait;
  const int copies = *number(*get("COPIES"));
  defaults.copies = copies > 1 ? copies : *number(*get("QTY"));
  defaults.duplex = *get("DUPLEX") == "ON";
  defaults.color = color;
  return defaults;
}

}  // namespace platen::vprinter
