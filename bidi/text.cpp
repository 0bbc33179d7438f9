#include "bidi/text.hpp"

#include <algorithm>
#include <charconv>

namespace platen::bidi {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char lower_letter(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The length of the UTF-8 character at `at`, 0 when there is none. Overlong forms and surrogates are not
// UTF-8.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  std::size_t length = 0;
  char32_t value = 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF)
    length = 2, value = first & 0x1F;
  else if (first >= 0xE0 && first <= 0xEF)
    length = 3, value = first & 0x0F;
  else if (first >= 0xF0 && first <= 0xF4)
    length = 4, value = first & 0x07;
  else
    return 0;
  if (at + length > text.size()) return 0;
  for (std::size_t i = at + 1; i < at + length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    value = value << 6 | (byte(i) & 0x3F);
  }
  if (length == 3 && (value < 0x800 || (value >= 0xD800 && value <= 0xDFFF))) return 0;
  if (length == 4 && (value < 0x10000 || value > 0x10FFFF)) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

// Printers add what a variable may be: `ON [2 ENUMERATED]`, `5 [READONLY]`.
std::string_view without_note(std::string_view value) {
  if (value.ends_with(']'))
    if (auto at = value.rfind('['); at != std::string_view::npos && at > 0) return trim(value.substr(0, at));
  return value;
}

std::string unquoted(std::string_view value) {
  value = trim(value);
  if (!value.empty() && (value.front() == '"' || value.front() == '\'')) {
    const char quote = value.front();
    value.remove_prefix(1);
    if (auto end = value.rfind(quote); end != std::string_view::npos) value = value.substr(0, end);
    return std::string(trim(value));
  }
  return std::string(without_note(value));
}

}  // namespace

const std::string* find(const std::vector<Field>& fields, std::string_view name) {
  for (const Field& field : fields)
    if (same_word(field.name, name)) return &field.value;
  return nullptr;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower_letter);
  return result;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower_letter(x) == lower_letter(y); });
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  const bool utf8 = is_utf8(text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    // C1 control characters are C2 80 to C2 9F in UTF-8.
    if (utf8 && c == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0) {
      ++at;
    } else if (c == '\t' || (c >= 0x20 && c < 0x7F) || (utf8 && c >= 0x80)) {
      result += text[at];
    } else if (c >= 0xA0) {
      result += static_cast<char>(0xC0 | c >> 6);
      result += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return result;
}

Field parse_field(std::string_view line) {
  line = trim(line);
  const auto equals = line.find('=');
  const auto quote = line.find_first_of("\"'");
  if (equals == std::string_view::npos || (quote != std::string_view::npos && quote < equals))
    return {"", unquoted(line)};
  return {std::string(trim(line.substr(0, equals))), unquoted(line.substr(equals + 1))};
}

std::vector<Field> parse_fields(std::string_view line) {
  std::vector<Field> fields;
  const auto skip_space = [&] { line = line.substr(std::min(line.size(), line.find_first_not_of(" \t"))); };
  const auto take_word = [&](std::string_view ends) {
    const std::string_view word = line.substr(0, line.find_first_of(ends));
    line.remove_prefix(word.size());
    return std::string(word);
  };
  for (skip_space(); !line.empty(); skip_space()) {
    std::string name = take_word(" \t=");
    skip_space();
    if (line.empty() || line.front() != '=') {
      fields.push_back({"", std::move(name)});
      continue;
    }
    line.remove_prefix(1);
    skip_space();
    std::string value;
    if (!line.empty() && (line.front() == '"' || line.front() == '\'')) {
      const char quote = line.front();
      line.remove_prefix(1);
      value = take_word(std::string_view(&quote, 1));
      if (!line.empty()) line.remove_prefix(1);
    } else {
      value = take_word(" \t");
    }
    fields.push_back({std::move(name), std::move(value)});
  }
  return fields;
}

}  // namespace platen::bidi
