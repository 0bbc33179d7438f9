#include "bidi/pjl_writer.hpp"

#include <algorithm>
#include <array>

namespace platen::bidi::pjl {
namespace {

std::string line(std::string_view command) {
  return "@PJL " + std::string(command) + "\r\n";
}

std::string quoted(std::string_view words) {
  return "\"" + text(words) + "\"";
}

std::string plain_or_quoted(std::string_view value) {
  const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
  return plain ? std::string(value) : quoted(value);
}

// What stands for U+00C0 to U+017F without accents; '|' separates.
constexpr std::string_view kPlain =
    "A|A|A|A|Ae|A|AE|C|E|E|E|E|I|I|I|I|D|N|O|O|O|O|Oe|x|O|U|U|U|Ue|Y|Th|ss|"
    "a|a|a|a|ae|a|ae|c|e|e|e|e|i|i|i|i|d|n|o|o|o|o|oe|/|o|u|u|u|ue|y|th|y|"
    "A|a|A|a|A|a|C|c|C|c|C|c|C|c|D|d|D|d|E|e|E|e|E|e|E|e|E|e|G|g|G|g|G|g|G|g|H|h|H|h|"
    "I|i|I|i|I|i|I|i|I|i|IJ|ij|J|j|K|k|q|L|l|L|l|L|l|L|l|L|l|N|n|N|n|N|n|n|N|n|"
    "O|o|O|o|O|o|OE|oe|R|r|R|r|R|r|S|s|S|s|S|s|S|s|T|t|T|t|T|t|U|u|U|u|U|u|U|u|U|u|U|u|"
    "W|w|Y|y|Y|Z|z|Z|z|Z|z|s|";

struct Substitute {
  char32_t from;
  std::string_view to;
};
constexpr std::array kSubstitutes{
    Substitute{0x00A0, " "}, Substitute{0x2010, "-"},   Substitute{0x2011, "-"},   Substitute{0x2012, "-"},
    Substitute{0x2013, "-"}, Substitute{0x2014, "-"},   Substitute{0x2018, "'"},   Substitute{0x2019, "'"},
    Substitute{0x2022, "*"}, Substitute{0x2026, "..."}, Substitute{0x20AC, "EUR"},
};

std::string_view plain(char32_t character) {
  if (character >= 0xC0 && character <= 0x17F) {
    std::string_view rest = kPlain;
    for (char32_t at = 0xC0; at < character; ++at) rest.remove_prefix(rest.find('|') + 1);
    return rest.substr(0, rest.find('|'));
  }
  const auto found = std::find_if(kSubstitutes.begin(), kSubstitutes.end(),
                                  [&](const Substitute& s) { return s.from == character; });
  return found == kSubstitutes.end() ? std::string_view() : found->to;
}

// Takes one character; broken UTF-8 gives U+FFFD, byte by byte.
char32_t take_character(std::string_view& utf8) {
  const auto first = static_cast<unsigned char>(utf8.front());
  utf8.remove_prefix(1);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : -1;
  if (more < 0 || utf8.size() < static_cast<std::size_t>(more)) return 0xFFFD;
  char32_t value = static_cast<char32_t>(first & (0x3F >> more));
  for (int i = 0; i < more; ++i) {
    const auto next = static_cast<unsigned char>(utf8[static_cast<std::size_t>(i)]);
    if ((next & 0xC0) != 0x80) return 0xFFFD;
    value = value << 6 | (next & 0x3F);
  }
  utf8.remove_prefix(static_cast<std::size_t>(more));
  return value;
}

}  // namespace

std::string text(std::string_view utf8) {
  std::string result;
  while (!utf8.empty() && result.size() < max_text) {
    const char32_t character = take_character(utf8);
    if (character == '"') continue;
    if (character >= 0x20 && character < 0x7F)
      result += static_cast<char>(character);
    else if (character == '\t' || character == '\n')
      result += ' ';
    else if (character >= 0x80)
      result += plain(character);
  }
  result.resize(std::min(result.size(), max_text));
  const auto first = result.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return result.substr(first, result.find_last_not_of(' ') - first + 1);
}

std::string envelope(std::string_view lines) {
  // The first line is an empty command: some printers lose the line that directly follows UEL.
  return std::string(uel) + "@PJL\r\n" + std::string(lines) + std::string(uel);
}

std::string subscribe() {
  return subscribe(Subscription{});
}

std::string subscribe(const Subscription& subscription) {
  constexpr std::uint32_t shortest = 5, longest = 300;
  std::string lines = line(subscription.verbose ? "USTATUS DEVICE=VERBOSE" : "USTATUS DEVICE=ON");
  if (subscription.job) lines += line("USTATUS JOB=ON");
  if (subscription.page) lines += line("USTATUS PAGE=ON");
  if (subscription.timed > 0)
    lines += line("USTATUS TIMED=" + std::to_string(std::clamp(subscription.timed, shortest, longest)));
  return lines;
}

std::string inquire(std::string_view variable) {
  return line("INQUIRE " + text(variable));
}

std::string inquire_default(std::string_view variable) {
  return line("DINQUIRE " + text(variable));
}

std::string set(std::string_view variable, std::string_view value) {
  return line("SET " + text(variable) + "=" + plain_or_quoted(value));
}

std::string set_default(std::string_view variable, std::string_view value) {
  return line("DEFAULT " + text(variable) + "=" + plain_or_quoted(value));
}

std::string unsubscribe() {
  return line("USTATUSOFF");
}

std::string info(std::string_view category) {
  return line("INFO " + text(category));
}

std::string echo(std::string_view token) {
  return line("ECHO " + text(token));
}

std::string end_of_any_job() {
  return line("EOJ");
}

std::string filler() {
  return std::string(most_binary, '\0');
}

std::string ready_message(std::string_view words) {
  return line("RDYMSG DISPLAY=" + quoted(words));
}

std::string operator_message(std::string_view words) {
  return line("OPMSG DISPLAY=" + quoted(words));
}

std::string job_name(const Job& job) {
  std::string name = text(job.title);
  return name.empty() ? "Untitled" : name;
}

std::string prologue(const Job& job) {
  std::string result = std::string(uel) + "@PJL\r\n";
  std::string start = "JOB NAME=" + quoted(job_name(job));
  if (!job.display.empty()) start += " DISPLAY=" + quoted(job.display);
  result += line(start);
  if (job.copies > 0) result += line("SET COPIES=" + std::to_string(job.copies));
  if (!job.language.empty()) result += line("ENTER LANGUAGE=" + text(job.language));
  return result;
}

std::string epilogue(const Job& job) {
  return std::string(uel) + "@PJL\r\n" + line("EOJ NAME=" + quoted(job_name(job))) + std::string(uel);
}

}  // namespace platen::bidi::pjl
