#include "spooler/test_page.hpp"

#include <algorithm>
#include <cstring>

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

namespace platen::spooler {

namespace {

constexpr const char* kSamples =
    "  Latin        The quick brown fox jumps over the lazy dog. ÄÖÜ ß é ñ ø\n"
    "  Greek        Ξεσκεπάζω την ψυχοφθόρα βδελυγμία.\n"
    "  Cyrillic     Съешь же ещё этих мягких французских булок.\n"
    "  Hebrew       דג סקרן שט בים מאוכזב\n"
    "  Arabic       نص حكيم له سر قاطع\n"
    "  Devanagari   ऋषियों को सताने वाले\n"
    "  Chinese      我能吞下玻璃而不伤身体。\n"
    "  Japanese     いろはにほへと ちりぬるを\n"
    "  Korean       다람쥐 헌 쳇바퀴에 타고파\n";

constexpr const char* kRule = "  ────────────────────────────────────────────────────────────────────\n";

}  // namespace

std::string test_page(const Printer& printer, WallTime now) {
  const auto time = fmt::gmtime(std::chrono::system_clock::to_time_t(now));
  std::string page = "\n\n  PLATEN TEST PAGE\n";
  page += kRule;
  page +=
      "\n  This page came through the whole chain: spooler, driver, language monitor\n"
      "  and port. If you can read it, they all work.\n\n";
  page += fmt::format(
      "  Printer      {}\n  Model        {}\n  Port         {}\n  Time         {:%Y-%m-%d %H:%M} UTC\n\n",
      printer.name, printer.model, printer.uri, time);
  page += kRule;
  page += "\n";
  page += kSamples;
  page += "\n";
  page += kRule;
  page +=
      "\n  Grey         ░░░░░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓▓▓▓▓▓████████████\n\n"
      "  Columns      0123456789012345678901234567890123456789012345678901\n";
  return page;
}

Task<Result<std::size_t>> TextSource::read_some(std::span<std::byte> into, Deadline) {
  const auto n = std::min(into.size(), text_.size() - at_);
  std::memcpy(into.data(), text_.data() + at_, n);
  at_ += n;
  co_return n;
}

}  // namespace platen::spooler
