#include "bidi/names.hpp"

#include <algorithm>
#include <array>

#include "bidi/text.hpp"

namespace platen::bidi {
namespace {

struct TrayDigit {
  std::uint32_t digit;
  std::string_view keyword;
};
struct TrayWords {
  std::string_view words;
  std::string_view keyword;
};
struct TrayName {
  std::string_view keyword;
  std::string_view name;
};
struct Media {
  int number;
  std::string_view name;
  std::string_view keyword;
  std::string_view words;
};
struct MediaType {
  std::string_view pjl;
  std::string_view keyword;
};
struct Color {
  std::string_view word;
  std::string_view value;
};

constexpr TrayDigit kTrayDigits[] = {
#define TRAY_DIGIT(digit, keyword) {digit, keyword},
#include "bidi/names.def"
#undef TRAY_DIGIT
};
constexpr TrayWords kTrayWords[] = {
#define TRAY_WORDS(words, keyword) {words, keyword},
#include "bidi/names.def"
#undef TRAY_WORDS
};
constexpr TrayName kTrayNames[] = {
#define TRAY_NAME(keyword, name) {keyword, name},
#include "bidi/names.def"
#undef TRAY_NAME
};
constexpr Media kMedia[] = {
#define MEDIA(number, name, keyword, words) {number, name, keyword, words},
#include "bidi/names.def"
#undef MEDIA
};
constexpr MediaType kMediaTypes[] = {
#define MEDIA_TYPE(pjl, keyword) {pjl, keyword},
#include "bidi/names.def"
#undef MEDIA_TYPE
};
constexpr Color kColors[] = {
#define COLOR(word, value) {word, value},
#include "bidi/names.def"
#undef COLOR
};
constexpr SupplyType kSupplyTypes[] = {
#define SUPPLY_TYPE(pjl, keyword, low, empty, component, low_sentence, empty_sentence) \
  {pjl, keyword, low, empty, component, low_sentence, empty_sentence},
#include "bidi/names.def"
#undef SUPPLY_TYPE
};

// How many of `words` from `at` are the blank-separated words of `pattern`; 0 unless all are.
std::size_t match_at(const Words& words, std::size_t at, std::string_view pattern) {
  std::size_t count = 0;
  while (!pattern.empty()) {
    const std::string_view word = pattern.substr(0, pattern.find(' '));
    if (at + count >= words.size() || words[at + count] != word) return 0;
    ++count;
    pattern.remove_prefix(std::min(pattern.size(), word.size() + 1));
  }
  return count;
}

}  // namespace

Words words_of(std::string_view text) {
  Words words;
  bool inside = false;
  for (char c : lower(text)) {
    const bool part =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (part && !inside) words.emplace_back();
    if (part) words.back() += c;
    inside = part;
  }
  return words;
}

std::size_t tray_at(const Words& words, std::size_t at, std::string& keyword) {
  if (at >= words.size()) return 0;
  const auto keep = [&](std::string_view digits, std::size_t count) -> std::size_t {
    const auto n = number(digits);
    if (!n || *n == 0 || *n > 99) return 0;
    keyword = "tray" + std::to_string(*n);
    return count;
  };
  if (words[at] == "tray" && at + 1 < words.size())
    if (std::size_t count = keep(words[at + 1], 2)) return count;
  if (words[at].starts_with("tray"))
    if (std::size_t count = keep(std::string_view(words[at]).substr(4), 1)) return count;
  for (const TrayWords& known : kTrayWords) {
    if (std::size_t count = match_at(words, at, known.words)) {
      keyword = known.keyword;
      return count;
    }
  }
  return 0;
}

std::size_t color_at(const Words& words, std::size_t at, std::string& value) {
  for (const Color& color : kColors) {
    if (at >= words.size() || words[at] != color.word) continue;
    value = color.value;
    return 1;
  }
  return 0;
}

std::size_t media_at(const Words& words, std::size_t at, std::string& name) {
  std::size_t longest = 0;
  for (const Media& media : kMedia) {
    const std::size_t count = match_at(words, at, media.words);
    if (count <= longest) continue;
    longest = count;
    name = media.name;
  }
  return longest;
}

std::string media_keyword(std::string_view pjl_name) {
  const Words words = words_of(pjl_name);
  for (const Media& media : kMedia)
    if (same_word(media.keyword, pjl_name) ||
        match_at(words, 0, media.words) == std::max<std::size_t>(words.size(), 1))
      return std::string(media.keyword);
  return printable(pjl_name);
}

std::string media_name(std::string_view name_or_keyword) {
  for (const Media& media : kMedia)
    if (same_word(media.keyword, name_or_keyword)) return std::string(media.name);
  std::string name;
  const Words words = words_of(name_or_keyword);
  if (!words.empty() && media_at(words, 0, name) == words.size()) return name;
  return printable(name_or_keyword);
}

std::string tray_keyword(std::string_view name) {
  const Words words = words_of(name);
  std::string keyword;
  for (std::size_t at = 0; at < words.size(); ++at)
    if (tray_at(words, at, keyword) > 0) return keyword;
  for (const std::string& word : words) keyword += word;
  return keyword;
}

std::string tray_name(std::string_view keyword) {
  constexpr std::string_view kTray = "tray";
  for (const TrayName& known : kTrayNames)
    if (known.keyword == keyword) return "The " + std::string(known.name);
  if (keyword.starts_with(kTray) && number(keyword.substr(kTray.size())))
    return "Tray " + std::string(keyword.substr(kTray.size()));
  return std::string(keyword);
}

std::string color_value(std::string_view name) {
  const Words words = words_of(name);
  std::string value;
  for (std::size_t at = 0; at < words.size(); ++at)
    if (color_at(words, at, value) > 0) return value;
  return "none";
}

std::string color_name(std::string_view value) {
  for (const Color& color : kColors)
    if (same_word(color.value, value)) return std::string(color.word);
  return {};
}

std::string tray_of_digit(std::uint32_t digit) {
  for (const TrayDigit& known : kTrayDigits)
    if (known.digit == digit) return std::string(known.keyword);
  return {};
}

std::string media_of_number(std::uint32_t number) {
  for (const Media& media : kMedia)
    if (media.number >= 0 && static_cast<std::uint32_t>(media.number) == number)
      return std::string(media.name);
  return {};
}

std::string media_type_keyword(std::string_view pjl_name) {
  for (const MediaType& type : kMediaTypes)
    if (same_word(type.pjl, pjl_name)) return std::string(type.keyword);
  return lower(printable(pjl_name));
}

const SupplyType* supply_type(std::string_view name) {
  for (const SupplyType& type : kSupplyTypes)
    if (same_word(type.pjl, name)) return &type;
  for (const SupplyType& type : kSupplyTypes)
    if (same_word(type.keyword, name)) return &type;
  return nullptr;
}

bool is_waste(std::string_view type) {
  return type.starts_with("waste");
}

}  // namespace platen::bidi
