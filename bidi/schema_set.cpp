#include "bidi/schema_set.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "bidi/conditions.hpp"
#include "bidi/names.hpp"
#include "bidi/schema.hpp"
#include "bidi/supply_book.hpp"
#include "bidi/text.hpp"

namespace platen::bidi::schema {
namespace {

using Kind = Change::Kind;

constexpr Setting kSettings[] = {
#define SETTING(path, variable, type, least, most, words) {path, variable, type, least, most, words},
#include "bidi/settings.def"
#undef SETTING
};

constexpr std::string_view kConsumables = "\\Printer.Consumables.[";

struct OfSupply {
  std::string_view leaf;
  Kind kind;
  std::int32_t least;
  std::int32_t most;
};
constexpr OfSupply kOfSupply[] = {
    {"LowLevel", Kind::low, 0, 100},
    {"EmptyLevel", Kind::empty, 0, 100},
    {"Yield", Kind::yield, 1, most_yield},
    {"Replaced", Kind::replaced, 1, 1},
};
struct Act {
  std::string_view path;
  Kind kind;
};
constexpr Act kActs[] = {
    {"\\Printer.Maintenance:CleanHead", Kind::clean},
    {"\\Printer.Maintenance:AlignHead", Kind::align},
};

// Of a printer that tells no supplies.
constexpr std::string_view kCartridges[] = {"Black", "Cyan", "Magenta", "Yellow"};

struct ResultRow {
  bool set;
  Errc errc;
  std::uint32_t number;
};
constexpr ResultRow kResults[] = {
    {false, Errc::not_found, 13005},   // ERROR_BIDI_SCHEMA_NOT_SUPPORTED
    {false, Errc::denied, 13010},      // ERROR_BIDI_SCHEMA_WRITE_ONLY
    {false, Errc::conflict, 232},      // ERROR_NO_DATA: it has no value now
    {false, Errc::unsupported, 50},    // ERROR_BIDI_NOT_SUPPORTED
    {true, Errc::not_found, 13008},    // ERROR_BIDI_SET_INVALID_SCHEMAPATH
    {true, Errc::denied, 13002},       // ERROR_BIDI_SCHEMA_READ_ONLY
    {true, Errc::malformed, 13006},    // ERROR_BIDI_SET_DIFFERENT_TYPE
    {true, Errc::too_large, 13009},    // ERROR_BIDI_SET_UNKNOWN_FAILURE
    {true, Errc::failed, 13009},       // the same
    {true, Errc::unsupported, 13005},  // ERROR_BIDI_SCHEMA_NOT_SUPPORTED
};
constexpr std::uint32_t kDeviceOffline = 13004, kBusy = 170, kInvalidParameter = 87;

Error wrong_type(std::string_view path, std::string_view type) {
  return fail(Errc::malformed, "set", std::string(path), "Its value is of type " + std::string(type) + ".");
}

// -1: no whole number.
std::optional<std::int32_t> integer(std::string_view value) {
  const auto digits = number(value);
  if (!digits || *digits > 1'000'000'000) return std::nullopt;
  return static_cast<std::int32_t>(*digits);
}

Result<std::int32_t> within(std::string_view path, std::string_view value, std::int32_t least,
                            std::int32_t most) {
  const auto given = integer(value);
  if (!given) return wrong_type(path, "BIDI_INT");
  if (*given < least || *given > most)
    return fail(Errc::too_large, "set", std::string(path),
                "It may be from " + std::to_string(least) + " to " + std::to_string(most) + ".");
  return *given;
}

// Only "true" makes something happen; there is no way to have a cartridge unreplaced.
Result<void> yes(std::string_view path, std::string_view value) {
  if (same_word(value, "true") || value == "1") return {};
  if (same_word(value, "false") || value == "0")
    return fail(Errc::too_large, "set", std::string(path), "It can only be set to true.");
  return wrong_type(path, "BIDI_BOOL");
}

bool has_word(std::string_view words, std::string_view wanted) {
  while (!words.empty()) {
    const auto end = std::min(words.find('|'), words.size());
    if (same_word(words.substr(0, end), wanted)) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

Result<Change> of_setting(const Setting& setting, std::string_view value) {
  Change change{.kind = Kind::setting, .variable = &setting, .value = std::string(value)};
  if (setting.words.empty()) {
    const auto given = within(setting.path, value, setting.least, setting.most);
    if (!given) return given.error();
    change.value = std::to_string(*given);
    return change;
  }
  if (!has_word(setting.words, value)) {
    std::string choices(setting.words);
    for (auto at = choices.find('|'); at != std::string::npos; at = choices.find('|'))
      choices.replace(at, 1, ", ");
    return fail(Errc::malformed, "set", std::string(setting.path), "The choices are " + choices + ".");
  }
  for (char& c : change.value) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return change;
}

// "[Black]" of a printer that tells no supplies: its cartridge holds ink or toner, as its rating says.
std::string supply_by_color(const PrinterStatus& status, std::string_view name) {
  const std::string color = color_name(color_value(name));
  if (color.empty() || !same_word(color, name)) return {};
  const SupplyBook ratings;
  if (ratings.yield_of(color + "-ink", status.model) > 0) return color + "-ink";
  return color + "-toner";
}

}  // namespace

std::span<const Setting> settings() {
  return kSettings;
}

const Setting* setting(std::string_view path) {
  for (const Setting& row : kSettings)
    if (same_word(row.path, path)) return &row;
  return nullptr;
}

bool write_only(std::string_view path) {
  for (const Act& act : kActs)
    if (same_word(act.path, path)) return true;
  const auto colon = path.rfind(':');
  return path.size() > kConsumables.size() && same_word(path.substr(0, kConsumables.size()), kConsumables) &&
         colon != std::string_view::npos && same_word(path.substr(colon + 1), "Replaced");
}

std::vector<std::string> countable(const PrinterStatus& status) {
  std::vector<std::string> out;
  const auto is_there = [&out](std::string_view name) {
    return std::any_of(out.begin(), out.end(),
                       [name](const std::string& one) { return same_word(one, name); });
  };
  bool tells = false;
  const std::vector<std::string> names = supply_names(status);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Supply& supply = status.supplies[i];
    const bool untold = supply.level == level_unknown || supply.level == level_some;
    if (supply.estimated || (untold && supply.yield > 0)) out.push_back(names[i]);
    tells = tells || !(supply.estimated || untold);
  }
  if (tells) return out;
  const SupplyBook ratings;
  for (const std::string_view name : kCartridges)
    if (!is_there(name) && ratings.yield_of(supply_by_color(status, name), status.model) > 0)
      out.emplace_back(name);
  return out;
}

Result<Change> understand(const PrinterStatus& status, std::string_view path, std::string_view value) {
  for (const Act& act : kActs) {
    if (!same_word(act.path, path)) continue;
    if (auto sure = yes(path, value); !sure) return sure.error();
    return Change{.kind = act.kind};
  }
  if (const Setting* known = setting(path)) return of_setting(*known, value);
  const auto close = path.rfind("]:");
  if (close != std::string_view::npos && close > kConsumables.size() &&
      same_word(path.substr(0, kConsumables.size()), kConsumables)) {
    const std::string_view name = path.substr(kConsumables.size(), close - kConsumables.size());
    std::string supply = supply_of_path(status, name);
    if (supply.empty()) supply = supply_by_color(status, name);
    for (const OfSupply& row : kOfSupply) {
      if (supply.empty() || !same_word(row.leaf, path.substr(close + 2))) continue;
      Change change{.kind = row.kind, .supply = supply};
      if (row.kind == Kind::replaced) {
        if (auto sure = yes(path, value); !sure) return sure.error();
        return change;
      }
      const auto given = within(path, value, row.least, row.most);
      if (!given) return given.error();
      change.number = *given;
      return change;
    }
  }
  const std::string shown = printable(path.substr(0, 200));
  if (get(status, path)) return fail(Errc::denied, "set", shown, "It can only be read.");
  return fail(Errc::not_found, "set", shown, "This printer has nothing under that path.");
}

std::uint32_t bidi_result(const Error& error, bool set) {
  for (const ResultRow& row : kResults)
    if (row.set == set && error.is(row.errc)) return row.number;
  if (error.is(Errc::closed) || error.is(Errc::timed_out)) return kDeviceOffline;
  return error.is(Errc::busy) ? kBusy : kInvalidParameter;
}

}  // namespace platen::bidi::schema
