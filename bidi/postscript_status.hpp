// What a PostScript interpreter says of itself in the back channel: %%[ key: value; key: value ]%%
//
//   PostscriptReader reader;
//   std::string rest;                                      // everything else, in its order: PJL, the
//   program's output for (PostscriptMessage& message : reader.feed(bytes, rest)) tracker.told(message); for
//   (Message& message : pjl_reader.feed(rest)) ... reader.flush(rest);                                    //
//   nothing came for a second: what looked like a beginning was none
//
// The same messages come out however the stream is cut. What is longer than max_postscript_message, or broken
// by a control character, is not a message and goes into the rest as it is; so the reader holds no more than
// that.
//
// Pure: no I/O, no clock. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bidi/conditions.hpp"
#include "bidi/text.hpp"

namespace platen::bidi {

inline constexpr std::size_t max_postscript_message = 1024;

struct PostscriptMessage {
  enum class Kind : std::uint8_t {
    status,         // %%[ job: x; status: busy; source: USB ]%%, the answer to Control-T
    printer_error,  // %%[ PrinterError: out of paper; source: USB ]%%: the job waits
    error,          // %%[ Error: undefined; OffendingCommand: foo ]%%: the job is broken
    flushing,       // %%[ Flushing: rest of job (to end-of-file) will be ignored ]%%
    exit_server,    // %%[ exitserver: permanent state may be changed ]%%
    other,
  };
  Kind kind = Kind::other;
  std::vector<Field> fields;  // a part without a colon has an empty name
  std::string text;           // between the brackets, printable
  friend bool operator==(const PostscriptMessage&, const PostscriptMessage&) = default;
};

class PostscriptReader {
 public:
  [[nodiscard]] std::vector<PostscriptMessage> feed(std::string_view bytes, std::string& rest);
  void flush(std::string& rest);
  [[nodiscard]] bool open() const { return !held_.empty(); }

 private:
  void take(char c, std::vector<PostscriptMessage>& out, std::string& rest);
  void release(std::string& rest);

  std::string held_;  // may become a message
};

// What lies between %%[ and ]%%, as a message.
[[nodiscard]] PostscriptMessage parse_postscript(std::string_view inside);
// What it says of the printer; Effect::nothing when it is only about the job or the program.
[[nodiscard]] Condition condition(const PostscriptMessage& message);
// What it says of the job that is being sent, for a person; nothing when the job is well.
[[nodiscard]] std::optional<std::string> job_trouble(const PostscriptMessage& message);

}  // namespace platen::bidi
