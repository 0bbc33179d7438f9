// A GPD command with its parameters: "<1B>*b%d{NumOfDataBytes}W" becomes ESC * b 1 2 0 W.
//
//   auto command = CommandTemplate::compile("<1B>*p%d{DestX / 2}X");
//   CommandVariables now;
//   now[Variable::DestX] = 300;
//   command->expand(now)                             // "\x1b*p150X"
//
// Compiled once, expanded for every row of a page. Formats: d (decimal, %5d pads with zeroes), c (one byte),
// l and m (a 16-bit word, least or most significant byte first), f (hundredths as a decimal fraction);
// %[low,high]d refuses values beyond its bounds. Expressions: + - * / MOD, min(a,b), max(a,b), parentheses.
// Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace platen::driver {

// The standard variables of the GPD language that this driver can fill in.
#define PLATEN_GPD_VARIABLES(X) \
  X(NumOfDataBytes)             \
  X(RasterDataWidthInBytes)     \
  X(RasterDataHeightInPixels)   \
  X(NumOfCopies)                \
  X(DestX)                      \
  X(DestY) X(DestXRel) X(DestYRel) X(LinefeedSpacing) X(PhysPaperWidth) X(PhysPaperLength) X(PageNumber)

enum class Variable {
#define X(name) name,
  PLATEN_GPD_VARIABLES(X)
#undef X
      count_
};

class CommandVariables {
 public:
  std::int64_t& operator[](Variable v) { return values_[static_cast<std::size_t>(v)]; }
  std::int64_t operator[](Variable v) const { return values_[static_cast<std::size_t>(v)]; }

 private:
  std::array<std::int64_t, static_cast<std::size_t>(Variable::count_)> values_{};
};

class CommandTemplate {
 public:
  // `text` is what stands between the quotes. The Error's advice says what is wrong; the caller knows the
  // line.
  [[nodiscard]] static Result<CommandTemplate> compile(std::string_view text);
  [[nodiscard]] Result<std::string> expand(const CommandVariables& variables) const;
  [[nodiscard]] bool empty() const { return parts_.empty(); }

 private:
  friend class CommandCompiler;
  enum class Op { push, load, add, subtract, multiply, divide, modulo, minimum, maximum, negate };
  struct Step {
    Op op;
    std::int64_t value = 0;  // the constant, or the variable's number
  };
  struct Part {
    std::string bytes;  // sent first
    char format = 0;    // 0: nothing but the bytes
    int width = 0;
    bool bounded = false;
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::vector<Step> steps;  // in reverse Polish order
  };
  static Result<std::int64_t> evaluate(const std::vector<Step>& steps, const CommandVariables& variables);

  std::vector<Part> parts_;
};

}  // namespace platen::driver
