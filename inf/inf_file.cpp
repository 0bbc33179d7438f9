#include "inf/inf_file.hpp"

#include <algorithm>
#include <utility>

#include "inf/text.hpp"

namespace platen::inf {
namespace {

bool is_blank(char c) {
  return static_cast<unsigned char>(c) <= ' ' && c != '\n';
}

// One value while it is read: what was in quotes is never trimmed.
class Field {
 public:
  void add(char c, bool quoted) {
    if (text_.empty() && !quoted_ && !quoted && is_blank(c)) return;
    text_.push_back(c);
    if (quoted) kept_ = text_.size();
  }
  void open_quotes() {
    quoted_ = true;
    kept_ = text_.size();
  }
  [[nodiscard]] bool blank() const { return text_.empty() && !quoted_; }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  std::string take() {
    while (text_.size() > kept_ && is_blank(text_.back())) text_.pop_back();
    std::string taken = std::move(text_);
    *this = Field();
    return taken;
  }

 private:
  std::string text_;
  std::size_t kept_ = 0;
  bool quoted_ = false;
};

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

const std::string& Entry::value(std::size_t index) const {
  static const std::string none;
  return index < values.size() ? values[index] : none;
}

// Reads the text from front to back, then puts the strings in.
class InfParser {
 public:
  InfParser(InfFile& inf, std::string text) : inf_(inf), text_(std::move(text)) {}

  Result<void> run(std::string_view language) {
    while (pos_ < text_.size())
      if (auto read = read_line(); !read) return read.error();
    return substitute(language);
  }

 private:
  [[nodiscard]] char peek() const { return pos_ < text_.size() ? text_[pos_] : '\n'; }
  [[nodiscard]] bool at_end_of_line() const { return peek() == '\n'; }

  void next_line() {
    while (!at_end_of_line()) ++pos_;
    ++pos_;
    ++line_;
  }

  Result<void> read_line() {
    while (is_blank(peek())) ++pos_;
    if (at_end_of_line() || peek() == ';') {
      next_line();
      return {};
    }
    return peek() == '[' ? read_section() : read_entry();
  }

  Result<void> read_section() {
    const std::size_t start = ++pos_;
    while (!at_end_of_line() && peek() != ']') ++pos_;
    if (at_end_of_line()) return inf_.wrong(line_, "The section name has no closing ']'.");
    const std::string_view name = trim(std::string_view(text_).substr(start, pos_ - start));
    if (name.empty()) return inf_.wrong(line_, "The section has no name between '[' and ']'.");
    if (name.size() > longest_value) return inf_.wrong(line_, "The section name is too long.");
    ++pos_;
    while (is_blank(peek())) ++pos_;
    if (!at_end_of_line() && peek() != ';')
      return inf_.wrong(line_, "There is text after the section name's ']'; put it on a line of its own.");
    auto [place, is_new] = inf_.index_.try_emplace(lower(name), inf_.sections_.size());
    if (++lines_ > most_lines) return inf_.wrong(line_, "The file has too many lines.");
    if (is_new) inf_.sections_.push_back(Section{std::string(name), {}, line_});
    current_ = place->second;
    in_section_ = true;
    next_line();
    return {};
  }

  Result<void> read_entry() {
    if (!in_section_) return inf_.wrong(line_, "This line stands before the first [section].");
    Entry entry;
    entry.line = line_;
    Field field;
    bool quoted = false;
    bool has_key = false;
    for (;; ++pos_) {
      const char c = peek();
      if (quoted) {
        if (c == '\n') return inf_.wrong(line_, "The quoted text has no closing '\"' on its line.");
        if (c != '"') {
          field.add(c, true);
        } else if (pos_ + 1 < text_.size() && text_[pos_ + 1] == '"') {
          field.add(c, true);
          ++pos_;
        } else {
          quoted = false;
        }
      } else if (c == '\n' || c == ';') {
        break;
      } else if (c == '"') {
        quoted = true;
        field.open_quotes();
      } else if (c == '=' && !has_key && entry.values.empty()) {
        entry.key = field.take();
        has_key = true;
        if (entry.key.empty()) return inf_.wrong(line_, "There is nothing before the '='.");
      } else if (c == ',') {
        if (entry.values.size() + 2 > most_values_in_a_line)
          return inf_.wrong(line_, "The line has too many values.");
        entry.values.push_back(field.take());
      } else if (c == '\\' && continues()) {
        next_line();
        --pos_;
      } else {
        field.add(c, false);
      }
      if (field.size() > longest_value) return inf_.wrong(line_, "A value is longer than 4096 bytes.");
    }
    if (!field.blank() || !entry.values.empty()) entry.values.push_back(field.take());
    values_ += entry.values.size();
    if (++lines_ > most_lines || values_ > most_values)
      return inf_.wrong(entry.line, "The file has too many lines.");
    next_line();
    inf_.sections_[current_].entries.push_back(std::move(entry));
    return {};
  }

  // Whether nothing but blanks and a comment follows the backslash on its line. A backslash on the file's
  // last line has nothing to continue with, and is part of the value.
  [[nodiscard]] bool continues() const {
    std::size_t i = pos_ + 1;
    while (i < text_.size() && is_blank(text_[i])) ++i;
    if (i < text_.size() && text_[i] == ';') i = std::min(text_.find('\n', i), text_.size());
    return i + 1 < text_.size() && text_[i] == '\n';
  }

  Result<void> substitute(std::string_view language) {
    collect("Strings");
    if (!language.empty()) collect("Strings." + std::string(language));
    std::size_t total = 0;
    for (Section& section : inf_.sections_) {
      if (lower(section.name).starts_with("strings")) continue;
      for (Entry& entry : section.entries) {
        if (!expand(entry.key, entry.line, total)) return too_long(entry.line);
        for (std::string& value : entry.values)
          if (!expand(value, entry.line, total)) return too_long(entry.line);
      }
    }
    return {};
  }

  void collect(const std::string& section) {
    for (const Entry& entry : inf_.entries(section))
      if (!entry.key.empty()) strings_[lower(entry.key)] = entry.value();
  }

  [[nodiscard]] Error too_long(std::uint32_t line) const {
    return inf_.wrong(line, "The line becomes too long when its %strings% are put in.");
  }

  bool expand(std::string& text, std::uint32_t line, std::size_t& total) {
    if (text.find('%') != std::string::npos) {
      std::string out;
      for (std::size_t i = 0; i < text.size();) {
        const std::size_t close = text[i] == '%' ? text.find('%', i + 1) : std::string::npos;
        if (close == std::string::npos) {
          out.push_back(text[i++]);
          continue;
        }
        const std::string_view name = std::string_view(text).substr(i + 1, close - i - 1);
        const auto found = strings_.find(lower(name));
        if (name.empty()) {
          out.push_back('%');
        } else if (found != strings_.end()) {
          out += found->second;
        } else {
          // %11% and its like stand for folders of Windows.
          if (!all_digits(name)) inf_.undefined_.push_back({std::string(name), line});
          out.append(text, i, close + 1 - i);
        }
        i = close + 1;
        if (out.size() > longest_value) return false;
      }
      text = std::move(out);
    }
    total += text.size();
    return text.size() <= longest_value && total <= most_text_after_substitution;
  }

  InfFile& inf_;
  const std::string text_;
  std::size_t pos_ = 0;
  std::uint32_t line_ = 1;
  std::size_t lines_ = 0;
  std::size_t values_ = 0;
  std::size_t current_ = 0;
  bool in_section_ = false;
  std::map<std::string, std::string> strings_;
};

Result<InfFile> InfFile::parse(std::string_view bytes, std::string name, std::string_view language) {
  InfFile inf;
  inf.name_ = std::move(name);
  if (bytes.size() > largest_inf)
    return fail(Errc::too_large, "read", inf.name_,
                "A printer INF has a few kilobytes; this is another kind of file.");
  auto text = decode_text(bytes, inf.name_);
  if (!text) return text.error();
  // Editors of the time of DOS ended a file with Ctrl-Z.
  if (auto end = text->find('\x1A'); end != std::string::npos) text->resize(end);
  if (auto zero = text->find('\0'); zero != std::string::npos) {
    const auto line = std::count(text->begin(), text->begin() + static_cast<std::ptrdiff_t>(zero), '\n') + 1;
    return inf.wrong(static_cast<std::uint32_t>(line), "There is a zero byte here; this is not an INF file.");
  }
  if (auto done = InfParser(inf, std::move(*text)).run(language); !done) return done.error();
  return inf;
}

const Section* InfFile::find(std::string_view section) const {
  const auto found = index_.find(lower(section));
  return found == index_.end() ? nullptr : &sections_[found->second];
}

std::span<const Entry> InfFile::entries(std::string_view section) const {
  const Section* found = find(section);
  return found ? std::span<const Entry>(found->entries) : std::span<const Entry>();
}

const Entry* InfFile::find(std::string_view section, std::string_view key) const {
  for (const Entry& entry : entries(section))
    if (same_word(entry.key, key)) return &entry;
  return nullptr;
}

std::string InfFile::at(std::uint32_t line) const {
  return name_ + ":" + std::to_string(line);
}

Error InfFile::wrong(std::uint32_t line, std::string sentence) const {
  return fail(Errc::malformed, "read", at(line), std::move(sentence));
}

}  // namespace platen::inf
