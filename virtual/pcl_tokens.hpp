// PCL 5 as tokens: bytes in, one token at a time out.
//
//   PclTokenizer tokens;
//   while (auto token = tokens.next(bytes)) ...   // `bytes` shrinks by what was used
//
// Pure. Whatever the bytes, it makes progress, and it holds at most kLargestPayload of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace platen::vprinter {

struct PclToken {
  enum class Kind {
    character,  // `final` is the byte: printable, or a control code
    simple,     // ESC `final`
    command,    // ESC `family` `group` value `final`; one token per value of a combined sequence
    broken,     // something that is no PCL; `what` says what
  };
  Kind kind = Kind::character;
  char family = 0;
  char group = 0;  // 0 when absent, as in ESC %-12345X
  char final = 0;  // always upper-case
  double value = 0;
  bool relative = false;  // the value had a sign
  std::vector<std::uint8_t> payload;
  bool cut = false;         // the payload was longer than kLargestPayload: the rest was skipped
  std::uint64_t start = 0;  // offset of the token's first byte
  std::string what;

  [[nodiscard]] bool is(char f, char g, char t) const {
    return kind == Kind::command && family == f && group == g && final == t;
  }
  [[nodiscard]] bool is_uel() const { return is('%', 0, 'X') && value == -12345; }
};

class PclTokenizer {
 public:
  // More than the longest row that any raster here can have; fonts and macros, which are skipped, may be
  // longer.
  static constexpr std::size_t kLargestPayload = 64 * 1024;

  std::optional<PclToken> next(std::span<const std::uint8_t>& bytes);

  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] bool inside() const { return state_ != State::ground; }  // a token has begun
  void reset();

 private:
  enum class State { ground, escape, group, value, payload };

  std::optional<PclToken> take(std::uint8_t byte);
  std::optional<PclToken> take_value(std::uint8_t byte);
  std::optional<PclToken> finish_command(char final, bool last);
  PclToken broken(std::string what);
  [[nodiscard]] bool has_payload(char final) const;

  State state_ = State::ground;
  std::uint64_t offset_ = 0;
  std::uint64_t start_ = 0;
  char family_ = 0;
  char group_ = 0;
  std::string digits_;
  PclToken pending_;  // waits for its payload
  std::uint64_t payload_left_ = 0;
  bool more_follows_ = false;  // the payload belongs to a lower-case final
};

}  // namespace platen::vprinter
