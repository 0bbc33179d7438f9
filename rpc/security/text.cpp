#include "rpc/security/text.hpp"

namespace platen::rpc::security {
namespace {

constexpr char32_t replacement = 0xfffd;

// Takes one character off the front.
char32_t take_utf8(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  char32_t value = length == 1 ? first : first & (0xffU >> (length + 1));
  bool good = length != 0 && first < 0xf5 && text.size() >= length;
  for (std::size_t i = 1; good && i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    good = (next & 0xc0U) == 0x80U;
    value = value << 6 | (next & 0x3fU);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (good) good = value >= least[length] && value < 0x110000 && (value < 0xd800 || value > 0xdfff);
  text.remove_prefix(good ? length : 1);
  return good ? value : replacement;
}

void put_utf8(std::string& out, char32_t value) {
  const auto put = [&out](char32_t octet) { out.push_back(static_cast<char>(octet)); };
  if (value < 0x80) return put(value);
  if (value < 0x800) {
    put(0xc0 | value >> 6);
  } else {
    if (value < 0x10000) {
      put(0xe0 | value >> 12);
    } else {
      put(0xf0 | value >> 18);
      put(0x80 | (value >> 12 & 0x3f));
    }
    put(0x80 | (value >> 6 & 0x3f));
  }
  put(0x80 | (value & 0x3f));
}

char32_t upper(char32_t c) {
  const auto within = [c](char32_t from, char32_t to) { return c >= from && c <= to; };
  if (within('a', 'z')) return c - 0x20;
  if (within(0xe0, 0xfe) && c != 0xf7) return c - 0x20;
  if (c == 0xff) return 0x178;
  // Pairs, the capital first at an even place, or at an odd one.
  if (within(0x100, 0x12f) || within(0x132, 0x137) || within(0x14a, 0x177)) return c & ~char32_t{1};
  if (within(0x139, 0x148) || within(0x179, 0x17e)) return c - 1 + (c & 1);
  if (within(0x3b1, 0x3c9) && c != 0x3c2) return c - 0x20;
  if (within(0x430, 0x44f)) return c - 0x20;
  if (within(0x450, 0x45f)) return c - 0x50;
  return c;
}

}  // namespace

std::vector<std::byte> to_utf16(std::string_view text) {
  std::vector<std::byte> out;
  const auto put = [&out](char32_t unit) {
    out.push_back(static_cast<std::byte>(unit));
    out.push_back(static_cast<std::byte>(unit >> 8));
  };
  while (!text.empty()) {
    const char32_t c = take_utf8(text);
    if (c < 0x10000) {
      put(c);
    } else {
      put(0xd800 + ((c - 0x10000) >> 10));
      put(0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  }
  return out;
}

std::optional<std::string> from_utf16(Octets text) {
  if (text.size() % 2 != 0) return std::nullopt;
  const auto unit = [&text](std::size_t at) {
    return std::to_integer<char32_t>(text[at]) | std::to_integer<char32_t>(text[at + 1]) << 8;
  };
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    char32_t value = unit(at);
    if (value >= 0xdc00 && value <= 0xdfff) return std::nullopt;
    if (value >= 0xd800 && value <= 0xdbff) {
      at += 2;
      if (at == text.size()) return std::nullopt;
      const char32_t low = unit(at);
      if (low < 0xdc00 || low > 0xdfff) return std::nullopt;
      value = 0x10000 + ((value - 0xd800) << 10 | (low - 0xdc00));
    }
    put_utf8(out, value);
  }
  return out;
}

std::string to_upper(std::string_view text) {
  std::string out;
  while (!text.empty()) put_utf8(out, upper(take_utf8(text)));
  return out;
}

}  // namespace platen::rpc::security
