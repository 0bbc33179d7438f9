#include "bidi/supply_book.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/glob.hpp"
#include "bidi/conditions.hpp"
#include "bidi/names.hpp"
#include "bidi/text.hpp"

namespace platen::bidi {
namespace {

struct YieldRow {
  std::string_view model;
  std::string_view supply;
  std::int32_t pages;
};
constexpr YieldRow kYields[] = {
#define YIELD(model, supply, pages) {model, supply, pages},
#include "bidi/yields.def"
#undef YIELD
};

constexpr std::string_view kHeader = "platen-supplies 1";
constexpr std::size_t max_entries = 64;  // no printer has more supplies

// "black-toner" -> "Black toner"
std::string name_of(std::string_view supply) {
  std::string name(supply);
  std::replace(name.begin(), name.end(), '-', ' ');
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

std::string_view word(std::string_view& line) {
  const auto end = std::min(line.find(' '), line.size());
  const std::string_view first = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return first;
}

template <class T>
std::optional<T> number_in(std::string_view text, T least, T most) {
  T value{};
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size() || !(value >= least && value <= most))
    return std::nullopt;
  return value;
}

}  // namespace

Result<SupplyBook> SupplyBook::read(std::string_view text) {
  SupplyBook book;
  bool first = true;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (std::exchange(first, false)) {
      if (line == kHeader) continue;
      return fail(Errc::malformed, "read", "what was kept of the supplies",
                  "It begins with none of the words that are known here.");
    }
    const std::string supply(word(line));
    const auto low = number_in<std::int32_t>(word(line), -1, 100);
    const auto empty = number_in<std::int32_t>(word(line), -1, 100);
    const auto yield = number_in<std::int32_t>(word(line), 0, most_yield);
    const auto counting = number_in<std::int32_t>(word(line), 0, 1);
    const auto used = number_in<double>(word(line), 0, 1e9);
    if (supply.empty() || !low || !empty || !yield || !counting || !used || !line.empty() ||
        book.entries_.size() >= max_entries)
      return fail(Errc::malformed, "read", "what was kept of the supplies", "A line of it is broken.");
    book.entries_.push_back({supply, *low, *empty, *yield, *counting == 1, *used});
  }
  return book;
}

std::string SupplyBook::text() const {
  std::string text = std::string(kHeader) + "\n";
  for (const Entry& entry : entries_) {
    char used[64];
    const auto end = std::to_chars(used, used + sizeof used, entry.used, std::chars_format::fixed, 6);
    text += entry.supply + " " + std::to_string(entry.low) + " " + std::to_string(entry.empty) + " " +
            std::to_string(entry.yield) + " " + (entry.counting ? "1 " : "0 ") + std::string(used, end.ptr) +
            "\n";
  }
  return text;
}

const SupplyBook::Entry* SupplyBook::find(std::string_view supply) const {
  const auto at =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.supply == supply; });
  return at == entries_.end() ? nullptr : &*at;
}

SupplyBook::Entry& SupplyBook::entry(std::string_view supply) {
  ++revision_;
  const auto at =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.supply == supply; });
  if (at != entries_.end()) return *at;
  if (entries_.size() >= max_entries) entries_.erase(entries_.begin());
  return entries_.emplace_back(Entry{.supply = std::string(supply)});
}

void SupplyBook::set_low(std::string_view supply, std::int32_t percent) {
  entry(supply).low = std::clamp(percent, 0, 100);
}

void SupplyBook::set_empty(std::string_view supply, std::int32_t percent) {
  entry(supply).empty = std::clamp(percent, 0, 100);
}

void SupplyBook::set_yield(std::string_view supply, std::int32_t pages) {
  entry(supply).yield = std::clamp(pages, 1, most_yield);
}

void SupplyBook::replaced(std::string_view supply) {
  Entry& changed = entry(supply);
  changed.counting = true;
  changed.used = 0;
}

void SupplyBook::used(std::string_view color, double sheets) {
  if (!(sheets > 0)) return;
  for (Entry& entry : entries_) {
    if (!entry.counting || color_name(color_value(entry.supply)) != color) continue;
    entry.used += std::min(sheets, 1e6);
    ++revision_;
  }
}

void SupplyBook::used_pages(std::uint32_t pages) {
  for (Entry& entry : entries_) {
    if (!entry.counting || pages == 0) continue;
    entry.used += pages * rated_coverage;
    ++revision_;
  }
}

std::int32_t SupplyBook::yield_of(std::string_view supply, std::string_view model) const {
  if (const Entry* known = find(supply); known && known->yield > 0) return known->yield;
  for (const YieldRow& row : kYields)
    if (row.supply == supply && matches_glob(row.model, model)) return row.pages;
  return 0;
}

// -2 where one of the ends is not known. Rounded up: what is not yet empty is not called so.
std::int32_t SupplyBook::level(const Entry& entry, std::string_view model) const {
  const std::int32_t yield = yield_of(entry.supply, model);
  if (!entry.counting || yield <= 0) return level_unknown;
  const double left = 1 - entry.used / (yield * rated_coverage);
  return static_cast<std::int32_t>(std::ceil(std::clamp(left, 0.0, 1.0) * 100));
}

void SupplyBook::apply(PrinterStatus& status, bool told) const {
  std::vector<std::string_view> present;
  for (Supply& supply : status.supplies) {
    const std::string component = component_of(supply);
    const Entry* known = component.empty() ? nullptr : find(component);
    supply.yield = yield_of(component, status.model);
    if (!known) continue;
    present.push_back(known->supply);
    if (known->low >= 0) supply.low_level = known->low;
    if (known->empty >= 0) supply.empty_level = known->empty;
    if (supply.level != level_unknown && supply.level != level_some && !supply.estimated) continue;
    const std::int32_t estimate = level(*known, status.model);
    if (estimate < 0 && !supply.estimated) continue;
    supply.level = estimate;
    supply.estimated = estimate >= 0;
  }
  if (told) return;
  for (const Entry& entry : entries_) {
    const std::int32_t estimate = level(entry, status.model);
    if (estimate < 0 || std::find(present.begin(), present.end(), entry.supply) != present.end()) continue;
    Supply supply{.name = name_of(entry.supply), .color = color_value(entry.supply)};
    supply.type = entry.supply.ends_with("ink") ? "ink" : "toner";
    supply.level = estimate;
    supply.estimated = true;
    supply.yield = yield_of(entry.supply, status.model);
    if (entry.low >= 0) supply.low_level = entry.low;
    if (entry.empty >= 0) supply.empty_level = entry.empty;
    status.supplies.push_back(std::move(supply));
  }
}

}  // namespace platen::bidi
