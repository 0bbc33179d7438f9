#include "spooler/model/text.hpp"

#include <algorithm>

namespace platen::spooler {
namespace {

constexpr std::size_t kLongestPrinterName = 127;

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

struct Lead {
  std::size_t length = 0;       // of the whole character; 0: no character begins so
  unsigned char lowest = 0x80;  // bounds of the second byte
  unsigned char highest = 0xbf;
};

Lead lead_of(unsigned char c) {
  if (c < 0x80) return {1};
  if (c < 0xc2 || c > 0xf4) return {};
  if (c < 0xe0) return {2};
  if (c < 0xf0)
    return {3, static_cast<unsigned char>(c == 0xe0 ? 0xa0 : 0x80),
            static_cast<unsigned char>(c == 0xed ? 0x9f : 0xbf)};
  return {4, static_cast<unsigned char>(c == 0xf0 ? 0x90 : 0x80),
          static_cast<unsigned char>(c == 0xf4 ? 0x8f : 0xbf)};
}

// How many bytes of `text` fit the character that its first byte begins.
std::size_t fitting(std::string_view text, const Lead& lead) {
  std::size_t n = 1;
  for (; n < std::min(lead.length, text.size()); ++n) {
    const auto c = byte_at(text, n);
    if (n == 1 ? c < lead.lowest || c > lead.highest : c < 0x80 || c > 0xbf) break;
  }
  return n;
}

bool is_name_character(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const Lead lead = lead_of(byte_at(text, 0));
  return lead.length != 0 && fitting(text, lead) == lead.length ? lead.length : 0;
}

bool utf8_may_continue(std::string_view text) {
  if (text.empty()) return true;
  const Lead lead = lead_of(byte_at(text, 0));
  return lead.length > text.size() && fitting(text, lead) == text.size();
}

std::string clean_name(std::string_view given, std::size_t longest) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  while (!given.empty()) {
    const std::size_t length = utf8_length(given);
    const auto c = byte_at(given, 0);
    std::string piece;
    if (length == 0)
      piece = "\xef\xbf\xbd";
    else if (length == 1 && (c < 0x20 || c == 0x7f))
      piece = std::string("\\x") + kHex[c >> 4] + kHex[c & 15];
    else if (length == 2 && c == 0xc2 && byte_at(given, 1) < 0xa0)  // the C1 controls
      piece = std::string("\\x") + kHex[byte_at(given, 1) >> 4] + kHex[byte_at(given, 1) & 15];
    else
      piece = given.substr(0, length);
    if (out.size() + piece.size() > longest) break;
    out += piece;
    given.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

bool is_printer_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestPrinterName && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_name_character(static_cast<unsigned char>(c)); });
}

std::string printer_name_from(std::string_view model) {
  std::string out;
  for (const char c : model) {
    const bool fits =
        is_name_character(static_cast<unsigned char>(c)) && (!out.empty() || (c != '.' && c != '-'));
    if (fits)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  out.resize(std::min(out.size(), kLongestPrinterName - 4));  // room for "-999"
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "Printer" : out;
}

}  // namespace platen::spooler
