#include "bidi/conditions.hpp"

#include <algorithm>
#include <span>

#include "bidi/text.hpp"

namespace platen::bidi {
namespace {

enum class Keeps : std::uint8_t { words, code };

struct CodeRow {
  std::string_view pattern;
  Effect effect;
  Keeps keeps;
  std::string_view keyword;
  Severity severity;
  std::string_view component;
  std::string_view sentence;
};

struct PhraseRow {
  std::string_view pattern;
  std::string_view keyword;
  Severity severity;
  std::string_view component;
  std::string_view sentence;
};

using enum Effect;
using enum Keeps;
using enum Severity;

constexpr CodeRow kCodes[] = {
#define CODE(pattern, effect, keeps, keyword, severity, component, sentence) \
  {pattern, effect, keeps, keyword, severity, component, sentence},
#include "bidi/conditions.def"
#undef CODE
};

constexpr PhraseRow kPhrases[] = {
#define PHRASE(pattern, keyword, severity, component, sentence) \
  {pattern, keyword, severity, component, sentence},
#include "bidi/conditions.def"
#undef PHRASE
};

// A tray that holds less than this part of what fits is low: one in ten, as printers have it.
constexpr std::int32_t tray_low_part = 10;

// What a sentence or a component may speak of.
struct Details {
  std::string tray;   // keyword
  std::string color;  // "black"
  std::string media;  // "A4"
  std::string area;   // "200"
  std::string said;   // the printer's own words
};

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string inside_sentence(std::string name) {
  if (name.starts_with("The ") || name.starts_with("Tray ")) name[0] = static_cast<char>(name[0] - 'A' + 'a');
  return name;
}

std::string detail_text(std::string_view name, const Details& d) {
  constexpr std::string_view kColor = "Color ";
  if (name == "Tray") return d.tray.empty() ? "The printer" : tray_name(d.tray);
  if (name == "tray") return d.tray.empty() ? "the tray" : inside_sentence(tray_name(d.tray));
  if (name == "media") return d.media.empty() ? "" : d.media + " ";
  if (name == "area") return d.area.empty() ? "" : " (area " + d.area + ")";
  if (name == "words") return d.said.ends_with('.') || d.said.ends_with('!') ? d.said : d.said + ".";
  if (name.starts_with(kColor)) {
    const std::string noun(name.substr(kColor.size()));
    return d.color.empty() ? capital(noun) : capital(d.color) + " " + noun;
  }
  return {};
}

std::string component_detail_text(std::string_view name, const Details& d) {
  if (name == "tray") return d.tray;
  if (name == "color") return d.color.empty() ? "" : d.color + "-";
  return {};
}

template <class Fill>
std::string filled(std::string_view pattern, const Details& details, Fill fill) {
  std::string result;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    result += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = pattern.find('}', open);
    result += fill(pattern.substr(open + 1, close - open - 1), details);
    pattern.remove_prefix(close + 1);
  }
  return result;
}

template <class Row>
Reason reason_of(const Row& row, const Details& details, std::uint32_t code) {
  return {std::string(row.keyword), row.severity, filled(row.component, details, component_detail_text),
          filled(row.sentence, details, detail_text), code};
}

bool code_fits(std::string_view pattern, std::string_view digits) {
  return std::equal(pattern.begin(), pattern.end(), digits.begin(), digits.end(),
                    [](char p, char d) { return p == d || p == '*' || p == 'x' || p == 'y'; });
}

std::uint32_t digits_at(std::string_view pattern, std::string_view digits, char letter) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (pattern[i] == letter) value = value * 10 + static_cast<std::uint32_t>(digits[i] - '0');
  return value;
}

bool phrase_fits(std::string_view pattern, const Words& words, std::size_t at) {
  std::string ignored;
  const std::size_t begin = at;
  while (!pattern.empty()) {
    const std::string_view token = pattern.substr(0, pattern.find(' '));
    if (at > begin) at += color_at(words, at, ignored);
    const std::size_t count = token == "%tray"                          ? tray_at(words, at, ignored)
                              : at < words.size() && words[at] == token ? 1
                                                                        : 0;
    if (count == 0) return false;
    at += count;
    pattern.remove_prefix(std::min(pattern.size(), token.size() + 1));
  }
  return true;
}

template <class Row, class Fits>
std::span<const Row> first_that_fits(std::span<const Row> rows, Fits fits) {
  const auto first =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return fits(row.pattern); });
  const auto last =
      std::find_if(first, rows.end(), [&](const Row& row) { return row.pattern != first->pattern; });
  return {first, last};
}

void look_into_words(const Words& words, Details& details) {
  std::string color;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (details.tray.empty()) (void)tray_at(words, at, details.tray);
    if (color.empty()) (void)color_at(words, at, color);
    if (details.media.empty()) (void)media_at(words, at, details.media);
    // Lexmark numbers the places where paper can jam from 200 to 299.
    if (details.area.empty() && words[at].size() == 3 && words[at][0] == '2' && number(words[at]))
      details.area = words[at];
  }
  details.color = color_name(color);
}

}  // namespace

Condition condition(std::uint32_t code, std::string_view said, bool online) {
  const Words words = words_of(said);
  std::string digits = std::to_string(code);
  Details details;
  details.said = said.empty() ? "code " + digits : "\"" + printable(said) + "\"";
  look_into_words(words, details);

  const auto codes = first_that_fits(std::span<const CodeRow>(kCodes),
                                     [&](std::string_view p) { return code_fits(p, digits); });
  std::span<const PhraseRow> phrases;
  if (codes.empty() || codes[0].keeps == Keeps::words)
    phrases = first_that_fits(std::span<const PhraseRow>(kPhrases), [&](std::string_view p) {
      for (std::size_t at = 0; at < words.size(); ++at)
        if (phrase_fits(p, words, at)) return true;
      return false;
    });

  Condition result;
  if (!codes.empty()) {
    result.effect = codes[0].effect;
    const std::string_view pattern = codes[0].pattern;
    if (details.tray.empty()) details.tray = tray_of_digit(digits_at(pattern, digits, 'x'));
    if (details.media.empty() && pattern.find("yy") != std::string_view::npos)
      details.media = media_of_number(digits_at(pattern, digits, 'y'));
  } else {
    // A printer that says that it is online goes on, whatever it means by the rest.
    result.effect = online && phrases.empty() && code == 0 ? Effect::ready : Effect::note;
  }
  if (result.effect == Effect::nothing) return result;

  if (!phrases.empty())
    for (const PhraseRow& row : phrases) result.reasons.push_back(reason_of(row, details, code));
  // One that warms up may still speak of its toner: then both are so.
  if (!codes.empty() && (result.reasons.empty() || rest_mapping(codes[0].keyword)))
    for (const CodeRow& row : codes) {
      const bool told = std::any_of(result.reasons.begin(), result.reasons.end(),
                                    [&](const Reason& reason) { return reason.keyword == row.keyword; });
      if (!row.keyword.empty() && !told) result.reasons.push_back(reason_of(row, details, code));
    }
  else if (result.reasons.empty() && code != 0 && codes.empty())
    result.reasons.push_back(
        {"other", Severity::warning, "", "The printer says: " + detail_text("words", details), code});

  if (!online && result.effect == Effect::note) result.effect = Effect::stops;
  if (!online && result.effect == Effect::ready && result.reasons.empty())
    return condition(10002, said, false);
  for (Reason& reason : result.reasons)
    if (result.effect == Effect::stops)
      reason.severity = Severity::error;
    else
      reason.severity = std::min(reason.severity, Severity::warning);
  return result;
}

std::optional<Reason> supply_reason(const Supply& supply) {
  if (supply.level < 0 || supply.level > std::max({supply.low_level, supply.empty_level, 0}))
    return std::nullopt;
  const SupplyType* type = supply_type(supply.type);
  if (!type) return std::nullopt;
  Details details;
  details.color = color_name(supply.color);
  const bool empty = supply.level <= std::max(supply.empty_level, 0);
  return Reason{std::string(empty ? type->empty : type->low), Severity::warning,
                filled(type->component, details, component_detail_text),
                filled(empty ? type->empty_sentence : type->low_sentence, details, detail_text) +
                    (supply.estimated ? " This is an estimate." : ""),
                0};
}

std::optional<Reason> tray_reason(const Tray& tray) {
  const std::string name = capital(tray_name(tray.name));
  if (tray.level == 0) {
    const std::string media = tray.size.empty() ? "" : media_name(tray.size) + " ";
    // The multipurpose feeder is empty most of its life.
    const Severity severity = tray.name == "multipurpose" ? Severity::report : Severity::warning;
    return Reason{"media-empty", severity, tray.name, name + " is out of paper. Load " + media + "paper.", 0};
  }
  if (tray.level > 0 && tray.capacity > 0 && std::int64_t{tray.level} * tray_low_part <= tray.capacity)
    return Reason{"media-low", Severity::report, tray.name, name + " will soon be out of paper.", 0};
  return std::nullopt;
}

std::string component_of(const Supply& supply) {
  const SupplyType* type = supply_type(supply.type);
  if (!type) return {};
  Details details;
  details.color = color_name(supply.color);
  return filled(type->component, details, component_detail_text);
}

Reason told_reason(const ReasonMapping& mapping, Severity severity, std::string component,
                   std::string_view said) {
  Details details;
  look_into_words(words_of(said), details);
  details.said = "\"" + printable(said) + "\"";
  constexpr std::int32_t input_group = 8;
  if (mapping.alert_group == input_group && !component.empty()) details.tray = component;
  if (const std::string color = color_name(color_value(component)); !color.empty()) details.color = color;
  std::string sentence = filled(mapping.sentence, details, detail_text);
  if (said.empty() && mapping.sentence.find("{words}") != std::string_view::npos)
    sentence = "The printer wants attention. Look at its panel.";
  return {std::string(mapping.keyword), severity, std::move(component), std::move(sentence), 0};
}

}  // namespace platen::bidi
