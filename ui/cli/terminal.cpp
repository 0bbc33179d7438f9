#include "ui/cli/terminal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <span>
#include <utility>

namespace platen::cli {
namespace {

constexpr int bar_places = 20;
constexpr char32_t no_character = 0xFFFFFFFF;

// Takes one character off the front; no_character when the bytes there are none, and then takes one byte.
char32_t take(std::string_view& text) {
  const auto byte = [&text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  bool good = first < 0x80 || (first >= 0xC2 && first <= 0xF4 && text.size() >= length);
  char32_t c = length == 1 ? first : first & (0x7F >> length);
  for (std::size_t i = 1; good && i < length; ++i) {
    good = (byte(i) & 0xC0) == 0x80;
    c = (c << 6) | (byte(i) & 0x3F);
  }
  constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  good = good && c >= least[length] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
  text.remove_prefix(good ? length : 1);
  return good ? c : no_character;
}

using Range = std::pair<char32_t, char32_t>;

// Bidirectional controls: they can make a name read as another one.
constexpr std::array<Range, 5> direction_marks = {
    {{0x061C, 0x061C}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}}};
constexpr std::array<Range, 6> no_width = {{{0x0300, 0x036F},
                                            {0x0483, 0x0489},
                                            {0x1AB0, 0x1AFF},
                                            {0x200B, 0x200D},
                                            {0x20D0, 0x20FF},
                                            {0xFE00, 0xFE0F}}};
constexpr std::array<Range, 9> double_width = {{{0x1100, 0x115F},
                                                {0x2E80, 0x303E},
                                                {0x3041, 0xA4CF},
                                                {0xAC00, 0xD7A3},
                                                {0xF900, 0xFAFF},
                                                {0xFE30, 0xFE6F},
                                                {0xFF00, 0xFF60},
                                                {0x1F300, 0x1FAFF},
                                                {0x20000, 0x3FFFD}}};

bool within(char32_t c, std::span<const Range> ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& r) { return c >= r.first && c <= r.second; });
}

std::string escaped(const char* format, unsigned value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

void pad(std::string& line, std::size_t from, std::size_t to) {
  if (from < to) line.append(to - from, ' ');
}

// "#RRGGBB" as an escape sequence for the foreground; nothing for what would not be seen on a dark screen.
std::string foreground(std::string_view color) {
  unsigned rgb = 0;
  if (color.size() != 7 || color[0] != '#') return {};
  const auto [end, ec] = std::from_chars(color.data() + 1, color.data() + 7, rgb, 16);
  if (ec != std::errc() || end != color.data() + 7) return {};
  const unsigned r = rgb >> 16, g = (rgb >> 8) & 0xFF, b = rgb & 0xFF;
  constexpr unsigned too_dark = 60;
  if (std::max({r, g, b}) < too_dark) return {};
  return "\x1B[38;2;" + std::to_string(r) + ";" + std::to_string(g) + ";" + std::to_string(b) + "m";
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t c = take(text);
    const std::string_view bytes = before.substr(0, before.size() - text.size());
    if (c == no_character)
      out += escaped("\\x%02X", static_cast<std::uint8_t>(bytes[0]));
    else if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
      out += escaped("\\x%02X", static_cast<unsigned>(c));
    else if (within(c, direction_marks))
      out += escaped("\\u%04X", static_cast<unsigned>(c));
    else
      out += bytes;
  }
  return out;
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const char32_t c = take(text);
    if (c == 0x1B) {  // one of our own colours
      const std::size_t end = text.find('m');
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    } else {
      count += within(c, no_width) ? 0 : within(c, double_width) ? 2 : 1;
    }
  }
  return count;
}

std::string Table::text(std::string_view indent) const {
  std::vector<std::size_t> widths;
  const auto measure = [&widths](const std::vector<std::string>& row) {
    if (widths.size() < row.size()) widths.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  };
  measure(heads_);
  for (const auto& row : rows_) measure(row);
  std::string out;
  const auto write = [&](const std::vector<std::string>& row) {
    std::size_t last = row.size();
    while (last > 0 && row[last - 1].empty()) --last;
    std::string line(indent);
    for (std::size_t i = 0; i < last; ++i) {
      line += row[i];
      if (i + 1 < last) pad(line, columns(row[i]), widths[i] + 2);
    }
    out += line + "\n";
  };
  if (!heads_.empty()) write(heads_);
  for (const auto& row : rows_) write(row);
  return out;
}

std::string bar(int percent, std::string_view color, Look look) {
  percent = std::clamp(percent, 0, 100);
  // A supply that is not empty shows at least one place.
  const int full = percent == 0 ? 0 : std::max(1, (percent * bar_places + 50) / 100);
  const std::string start = look.color ? foreground(color) : std::string();
  std::string text = look.unicode ? start : "[" + start;
  for (int i = 0; i < full; ++i) text += look.unicode ? "█" : "#";
  if (!start.empty()) text += "\x1B[0m";
  for (int i = full; i < bar_places; ++i) text += look.unicode ? "░" : "-";
  return look.unicode ? text : text + "]";
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> units = {"bytes", "KB", "MB", "GB", "TB"};
  double amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (amount >= 1000 && unit + 1 < units.size()) {
    amount /= 1000;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 || amount >= 100 ? "%.0f %s" : "%.1f %s", amount,
                units[unit]);
  return text.data();
}

}  // namespace platen::cli
