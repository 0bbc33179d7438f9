#include "driver/gpd_command.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace platen::driver {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Variable::count_)> kVariableNames{
#define X(name) #name,
    PLATEN_GPD_VARIABLES(X)
#undef X
};

constexpr int kDeepestExpression = 32;
constexpr std::string_view kFormats = "dclmf";

Error broken(std::string advice) {
  return fail(Errc::malformed, "understand a printer command", "of the GPD file", std::move(advice));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::uint64_t magnitude(std::int64_t value) {
  return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

void put_digits(std::string& out, std::uint64_t value, int width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < static_cast<std::size_t>(width)) out.append(width - digits.size(), '0');
  out += digits;
}

}  // namespace

class CommandCompiler {
 public:
  explicit CommandCompiler(std::string_view text) : text_(text) {}

  Result<CommandTemplate> compile() {
    CommandTemplate out;
    CommandTemplate::Part part;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '<') {
        if (auto read = hex(part.bytes); !read) return read.error();
      } else if (c != '%') {
        part.bytes += c;
      } else if (at_ == text_.size()) {
        return broken("A percent sign ends the string; write %% for the character itself.");
      } else if (text_[at_] == '%' || text_[at_] == '"' || text_[at_] == '<') {
        part.bytes += text_[at_++];
      } else {
        if (auto read = parameter(part); !read) return read.error();
        out.parts_.push_back(std::move(part));
        part = {};
      }
    }
    if (!part.bytes.empty()) out.parts_.push_back(std::move(part));
    return out;
  }

 private:
  using Op = CommandTemplate::Op;

  Result<void> hex(std::string& out) {
    int high = -1;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '>') {
        ++at_;
        if (high >= 0)
          return broken("Between < and > stand pairs of hexadecimal digits; one digit is left over.");
        return {};
      }
      if (c == ' ') continue;
      const int digit = hex_digit(c);
      if (digit < 0)
        return broken("Between < and > stand hexadecimal digits; write %< for the character itself.");
      if (high < 0) {
        high = digit;
      } else {
        out += static_cast<char>(high * 16 + digit);
        high = -1;
      }
    }
    return broken("A < has no > after it; write %< for the character itself.");
  }

  Result<void> parameter(CommandTemplate::Part& part) {
    if (text_[at_] == '[') {
      ++at_;
      part.bounded = true;
      if (!bound(part.low, ',') || !bound(part.high, ']') || part.low > part.high)
        return broken("The bounds of a parameter are written %[low,high]d{…}.");
    }
    while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) && part.width < 100)
      part.width = part.width * 10 + (text_[at_++] - '0');
    // More digits than a number has are a slip of the pen.
    if (part.width > 20) return broken("A parameter cannot be that wide.");
    if (at_ >= text_.size() || kFormats.find(text_[at_]) == std::string_view::npos)
      return broken(
          "After a percent sign stands one of the formats d, c, l, m, f; write %% for the character itself.");
    part.format = text_[at_++];
    if (at_ >= text_.size() || text_[at_] != '{')
      return broken("A parameter's expression stands in braces, such as %d{NumOfCopies}.");
    ++at_;
    if (auto read = sum(part.steps, 0); !read) return read.error();
    if (!eat('}')) return broken("A parameter's expression is not closed by a brace where it should be.");
    return {};
  }

  bool bound(std::int64_t& out, char closing) {
    skip();
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), out);
    if (error != std::errc{}) return false;
    at_ = static_cast<std::size_t>(end - text_.data());
    return eat(closing);
  }

  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool eat(char wanted) {
    skip();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  bool eat_word(std::string_view word) {
    skip();
    if (!text_.substr(at_).starts_with(word)) return false;
    const auto end = at_ + word.size();
    if (end < text_.size() && std::isalnum(static_cast<unsigned char>(text_[end]))) return false;
    at_ = end;
    return true;
  }

  using Steps = std::vector<CommandTemplate::Step>;

  Result<void> sum(Steps& steps, int depth) {
    if (depth > kDeepestExpression) return broken("An expression is nested too deeply.");
    if (auto read = product(steps, depth); !read) return read;
    for (;;) {
      Op op = Op::add;
      if (eat('-')) {
        op = Op::subtract;
      } else if (!eat('+')) {
        return {};
      }
      if (auto read = product(steps, depth); !read) return read;
      steps.push_back({op});
    }
  }

  Result<void> product(Steps& steps, int depth) {
    if (auto read = factor(steps, depth); !read) return read;
    for (;;) {
      Op op = Op::multiply;
      if (eat('/')) {
        op = Op::divide;
      } else if (eat_word("MOD") || eat_word("mod")) {
        op = Op::modulo;
      } else if (!eat('*')) {
        return {};
      }
      if (auto read = factor(steps, depth); !read) return read;
      steps.push_back({op});
    }
  }

  Result<void> factor(Steps& steps, int depth) {
    if (depth > kDeepestExpression) return broken("An expression is nested too deeply.");
    if (eat('(')) {
      if (auto read = sum(steps, depth + 1); !read) return read;
      if (!eat(')')) return broken("A parenthesis of an expression is not closed.");
      return {};
    }
    if (eat('-')) {
      if (auto read = factor(steps, depth + 1); !read) return read;
      steps.push_back({Op::negate});
      return {};
    }
    skip();
    if (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]))) {
      std::int64_t value = 0;
      const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
      if (error != std::errc{}) return broken("A number of an expression is too large.");
      at_ = static_cast<std::size_t>(end - text_.data());
      steps.push_back({Op::push, value});
      return {};
    }
    std::string_view name = text_.substr(at_);
    name =
        name.substr(0, static_cast<std::size_t>(
                           std::find_if(name.begin(), name.end(),
                                        [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }) -
                           name.begin()));
    at_ += name.size();
    if (name == "min" || name == "max") {
      const bool opened = eat('(');
      if (opened)
        if (auto read = sum(steps, depth + 1); !read) return read;
      const bool separated = opened && eat(',');
      if (separated)
        if (auto read = sum(steps, depth + 1); !read) return read;
      if (!separated || !eat(')')) return broken("min and max take two values: max(a, b).");
      steps.push_back({name == "min" ? Op::minimum : Op::maximum});
      return {};
    }
    const auto* variable = std::find(kVariableNames.begin(), kVariableNames.end(), name);
    if (variable == kVariableNames.end())
      return broken(name.empty() ? "An expression lacks a number or a variable."
                                 : "There is no variable '" + std::string(name) + "'.");
    steps.push_back({Op::load, variable - kVariableNames.begin()});
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Result<CommandTemplate> CommandTemplate::compile(std::string_view text) {
  return CommandCompiler(text).compile();
}

Result<std::int64_t> CommandTemplate::evaluate(const std::vector<Step>& steps,
                                               const CommandVariables& variables) {
  std::vector<std::int64_t> stack;
  for (const auto& step : steps) {
    if (step.op == Op::push || step.op == Op::load) {
      stack.push_back(step.op == Op::push ? step.value : variables[static_cast<Variable>(step.value)]);
      continue;
    }
    const std::int64_t right = stack.back();
    std::int64_t out = 0;
    bool overflow = false;
    if (step.op == Op::negate) {
      overflow = __builtin_sub_overflow(std::int64_t{0}, right, &out);
    } else {
      stack.pop_back();
      const std::int64_t left = stack.back();
      const bool division = step.op == Op::divide || step.op == Op::modulo;
      if (division && (right == 0 || right == -1)) {
        // The quotient by -1 overflows for one value, and nothing sensible divides by it.
        if (right == 0) return broken("An expression divides by zero.");
        overflow = step.op == Op::divide && __builtin_sub_overflow(std::int64_t{0}, left, &out);
      } else {
        switch (step.op) {
          case Op::add:
            overflow = __builtin_add_overflow(left, right, &out);
            break;
          case Op::subtract:
            overflow = __builtin_sub_overflow(left, right, &out);
            break;
          case Op::multiply:
            overflow = __builtin_mul_overflow(left, right, &out);
            break;
          case Op::divide:
            out = left / right;
            break;
          case Op::modulo:
            out = left % right;
            break;
          case Op::minimum:
            out = std::min(left, right);
            break;
          default:
            out = std::max(left, right);
            break;
        }
      }
    }
    if (overflow) return broken("The value of an expression is too large.");
    stack.back() = out;
  }
  return stack.back();
}

Result<std::string> CommandTemplate::expand(const CommandVariables& variables) const {
  std::string out;
  for (const auto& part : parts_) {
    out += part.bytes;
    if (part.format == 0) continue;
    const auto value = evaluate(part.steps, variables);
    if (!value) return value.error();
    const std::int64_t v = *value;
    if (part.bounded && (v < part.low || v > part.high))
      return broken("A parameter is " + std::to_string(v) + ", outside of its bounds " +
                    std::to_string(part.low) + " to " + std::to_string(part.high) + ".");
    const char low = static_cast<char>(v & 0xFF);
    const char high = static_cast<char>((v >> 8) & 0xFF);
    const bool decimal = part.format == 'd' || part.format == 'f';
    if (decimal && v < 0) out += '-';
    switch (part.format) {
      case 'd':
        put_digits(out, magnitude(v), part.width);
        break;
      case 'c':
        out += low;
        break;
      case 'l':
        (out += low) += high;
        break;
      case 'm':
        (out += high) += low;
        break;
      default:  // hundredths
        put_digits(out, magnitude(v) / 100, part.width);
        out += '.';
        put_digits(out, magnitude(v) % 100, 2);
    }
  }
  return out;
}

}  // namespace platen::driver
