#include "driver/gpd_tree.hpp"

#include <cctype>

namespace platen::driver {
namespace {

// The largest GPD files known are about 1 MB; the tree of this many statements still takes less than 100 MB.
constexpr std::size_t kLongestFile = 4u << 20;
constexpr int kDeepestBlock = 24;

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '?';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  Result<void> statements(GpdNode& parent, int depth, int opened_at) {
    const bool macros = parent.keyword == "Macros";
    for (;;) {
      skip_space_and_comments();
      if (at_end()) {
        if (depth == 0) return {};
        return wrong(opened_at, "The block that begins in this line has no closing brace.");
      }
      if (text_[at_] == '}') {
        if (depth == 0) return wrong(line_, "This closing brace closes nothing; remove it.");
        ++at_;
        return {};
      }
      if (text_[at_] == '{') return wrong(line_, "A block must follow a *Keyword, not stand by itself.");
      const bool starred = text_[at_] == '*';
      if (!starred && !(macros && is_word(text_[at_])))
        return wrong(line_, "A statement begins with a star and its keyword, such as *ModelName: \"…\".");
      if (starred) ++at_;
      auto node = statement();
      if (!node) return node.error();
      skip_space_and_comments();
      if (!at_end() && text_[at_] == '{') {
        if (depth + 1 > kDeepestBlock) return wrong(line_, "Blocks are nested too deeply.");
        ++at_;
        if (auto inner = statements(*node, depth + 1, node->line); !inner) return inner.error();
      }
      parent.children.push_back(std::move(*node));
    }
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  Error wrong(int line, std::string advice) const {
    return fail(Errc::malformed, "read the GPD file", std::string(file_) + ":" + std::to_string(line),
                std::move(advice));
  }

  void skip_comment() {
    while (!at_end() && text_[at_] != '\n') ++at_;
  }
  void skip_space_and_comments() {
    for (; !at_end(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
      } else if (c == '*' && peek(1) == '%') {
        skip_comment();
        --at_;  // the line's end is counted above
      } else if (!is_blank(c) && c != '\f' && c != '\x1a') {
        return;
      }
    }
  }

  Result<GpdNode> statement() {
    GpdNode node;
    node.line = line_;
    while (!at_end() && is_word(text_[at_])) node.keyword += text_[at_++];
    if (node.keyword.empty()) return wrong(line_, "After the star comes a keyword.");
    while (!at_end() && is_blank(text_[at_])) ++at_;
    // *default and *else stand without a colon in many files.
    if (at_end() || text_[at_] != ':') return node;
    ++at_;
    if (auto read = value(node.value); !read) return read.error();
    while (!node.value.empty() && is_blank(node.value.back())) node.value.pop_back();
    node.value.erase(0, node.value.find_first_not_of(" \t\r"));
    return node;
  }

  Result<void> value(std::string& out) {
    int parentheses = 0;
    const int first_line = line_;
    for (; !at_end(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        if (auto read = string(out); !read) return read.error();
        continue;
      }
      if (c == '*' && peek(1) == '%') {
        skip_comment();
        --at_;
        continue;
      }
      if (c == '\n') {
        // A line that begins with a plus sign continues the one before it.
        const bool continued = peek(1) == '+';
        if (parentheses == 0 && !continued) return {};
        ++line_;
        if (continued) ++at_;
        out += ' ';
        continue;
      }
      const bool next_statement = c == '*' && std::isalpha(static_cast<unsigned char>(peek(1)));
      if (c == '{' || c == '}' || next_statement) {
        if (parentheses == 0) return {};
        return wrong(first_line, "A parenthesis that this value opens is not closed.");
      }
      if (c == '(') ++parentheses;
      if (c == ')' && parentheses-- == 0) return wrong(line_, "This closing parenthesis closes nothing.");
      out += c;
    }
    if (parentheses > 0) return wrong(first_line, "A parenthesis that this value opens is not closed.");
    return {};
  }

  // Copies a quoted string and leaves at_ on its closing quote. %" is a quote that does not close.
  Result<void> string(std::string& out) {
    out += '"';
    for (++at_; !at_end() && text_[at_] != '\n'; ++at_) {
      const char c = text_[at_];
      out += c;
      if (c == '"') return {};
      if (c == '%' && peek(1) != '\0' && peek(1) != '\n') out += text_[++at_];
    }
    return wrong(line_, "The string in this line has no closing quote.");
  }

  std::string_view text_;
  std::string_view file_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

Result<GpdNode> parse_gpd(std::string_view text, std::string_view file) {
  if (text.size() > kLongestFile)
    return fail(Errc::too_large, "read the GPD file", std::string(file),
                "No printer description is that long; is this a GPD file?");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  GpdNode root;
  Parser parser(text, file);
  if (auto read = parser.statements(root, 0, 1); !read) return read.error();
  return root;
}

}  // namespace platen::driver
