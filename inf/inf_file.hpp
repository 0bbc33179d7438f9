// The grammar of Windows' INF files, and nothing of printers: sections, entries, strings.
//
//   auto inf = InfFile::parse(bytes, "platen.inf");
//   if (!inf) return inf.error();                        // "… platen.inf:41: … The section name has no
//   closing ']'." for (const Entry& entry : inf->entries("Version")) …
//
// What it knows: UTF-16LE, UTF-8 and ANSI; `[Section]`, `key = value, value` and lines without a key; quoted
// values and doubled quotes; `\` at the end of a line continues it; `;` comments; %key% from [Strings], or
// from [Strings.<language>] first; %% is a percent sign. Sections of the same name are one. Names are
// compared without case.
//
// Pure and bounded: a hostile file costs at most the limits below. A value; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace platen::inf {

// The largest INF that Windows itself ships is under 3 MB.
inline constexpr std::size_t largest_inf = 4U << 20;
// SetupAPI's MAX_INF_STRING_LENGTH.
inline constexpr std::size_t longest_value = 4096;
inline constexpr std::size_t most_values_in_a_line = 1024;
// A line of two bytes costs a hundred in memory; ntprint.inf, with thousands of models, has under 50,000
// lines.
inline constexpr std::size_t most_lines = 200'000;
inline constexpr std::size_t most_values = 1'000'000;
// Substitution may make a file longer, but not without end.
inline constexpr std::size_t most_text_after_substitution = 4 * largest_inf;

struct Entry {
  std::string key;  // empty when the line has no '='
  std::vector<std::string> values;
  std::uint32_t line = 0;  // of the file, from 1

  // The value at `index`, or "" when there are not so many.
  [[nodiscard]] const std::string& value(std::size_t index = 0) const;
  // What the line begins with: its key, or its first value when it has none.
  [[nodiscard]] const std::string& name() const { return key.empty() ? value() : key; }
};

struct Section {
  std::string name;
  std::vector<Entry> entries;
  std::uint32_t line = 0;
};

struct UndefinedString {
  std::string name;
  std::uint32_t line = 0;
};

class InfFile {
 public:
  // `name` is what errors call the file. `language` is a Windows language id in hex, "0407".
  static Result<InfFile> parse(std::string_view bytes, std::string name, std::string_view language = {});

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }
  [[nodiscard]] const Section* find(std::string_view section) const;             // null when there is none
  [[nodiscard]] std::span<const Entry> entries(std::string_view section) const;  // empty when there is none
  [[nodiscard]] const Entry* find(std::string_view section, std::string_view key) const;
  // %names% that no [Strings] defines; they stay in the text as they are.
  [[nodiscard]] const std::vector<UndefinedString>& undefined_strings() const { return undefined_; }

  [[nodiscard]] std::string at(std::uint32_t line) const;  // "platen.inf:41"
  // Malformed, at that line; `sentence` says what is wrong there.
  [[nodiscard]] Error wrong(std::uint32_t line, std::string sentence) const;

 private:
  friend class InfParser;
  std::string name_;
  std::vector<Section> sections_;
  std::map<std::string, std::size_t> index_;  // lower-case name to place in sections_
  std::vector<UndefinedString> undefined_;
};

}  // namespace platen::inf
