// Reads what a printer says in PJL: bytes in as they come, messages out.
//
//   PjlReader reader;
//   for (Message& message : reader.feed(bytes))
//     if (auto* news = std::get_if<Unsolicited>(&message)) ...
//   // nothing came for a second: some printers forget the form feed that ends a message
//   for (Message& message : reader.flush()) ...
//
// Ends messages at a form feed or at the next line that begins with @PJL, ignores NUL, takes CR LF or LF,
// quotes of either kind or none. Finds its feet again after garbage. Holds at most max_message_bytes,
// whatever comes; what does not fit is dropped, counted, and the message marked.
//
// Pure: no I/O, no clock. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "bidi/text.hpp"

namespace platen::bidi {

// INFO VARIABLES of a large printer is about 20 KiB.
inline constexpr std::size_t max_message_bytes = 64 * 1024;
inline constexpr std::size_t max_message_lines = 2048;
inline constexpr std::size_t max_line_bytes = 4096;
// Of a Noise, only so much is kept to be shown.
inline constexpr std::size_t max_noise_sample = 64;

// The answer to a question.
struct Reply {
  std::string command;             // "INFO STATUS", "INQUIRE RESOLUTION": what follows @PJL on the first line
  std::vector<std::string> lines;  // the others; a leading tab marks an option of the line above
  std::vector<Field> fields;       // the lines without tab, read as NAME=value
  bool truncated = false;
  // The printer knows no such thing: it answered "?".
  [[nodiscard]] bool unsupported() const;
  [[nodiscard]] bool answers(std::string_view asked) const;  // letter case ignored
  friend bool operator==(const Reply&, const Reply&) = default;
};

// What the printer says by itself, once asked to (USTATUS).
struct Unsolicited {
  enum class Kind : std::uint8_t { device, job, page, timed };
  Kind kind = Kind::device;
  std::vector<Field> fields;
  bool truncated = false;
  friend bool operator==(const Unsolicited&, const Unsolicited&) = default;
};

// The printer has come to our @PJL ECHO.
struct Echo {
  std::string words;
  friend bool operator==(const Echo&, const Echo&) = default;
};

// Bytes that are no PJL.
struct Noise {
  std::uint64_t size = 0;
  std::string sample;  // printable part of the first bytes
  friend bool operator==(const Noise&, const Noise&) = default;
};

using Message = std::variant<Reply, Unsolicited, Echo, Noise>;

class PjlReader {
 public:
  [[nodiscard]] std::vector<Message> feed(std::span<const std::byte> bytes);
  [[nodiscard]] std::vector<Message> feed(std::string_view bytes);
  // Nothing more will come for now: ends the message that is open, at its last full line.
  [[nodiscard]] std::vector<Message> flush();
  void reset();
  // A message has begun and not ended.
  [[nodiscard]] bool open() const { return open_; }
  // Bytes thrown away so far, because they were noise or over a limit.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  void take(char c, std::vector<Message>& out);
  void end_line(std::vector<Message>& out);
  void end_message(std::vector<Message>& out);
  void begin(std::string_view header, std::vector<Message>& out);
  void shed();
  void noise(std::string_view bytes);
  void tell_noise(std::vector<Message>& out);

  bool open_ = false;
  bool truncated_ = false;
  std::string header_;  // after "@PJL "
  std::vector<std::string> lines_;
  std::size_t held_ = 0;         // bytes in lines_
  std::string line_;             // the line that is coming in
  std::uint64_t line_lost_ = 0;  // bytes of it that did not fit
  bool line_binary_ = false;     // it holds bytes that no text has
  bool behind_garbage_ = false;  // its beginning was thrown away
  Noise noise_;
  std::uint64_t dropped_ = 0;
};

// What an Unsolicited of kind job says; nothing when it makes no sense.
struct JobNews {
  enum class What : std::uint8_t { started, ended, canceled };
  What what = What::started;
  std::string name;                    // as the job prologue named it
  std::optional<std::uint32_t> pages;  // END and CANCELED
  std::optional<std::uint32_t> id;     // with SET JOBID=ON
};
[[nodiscard]] std::optional<JobNews> job_news(const Unsolicited& message);
// The number of the page that came out; nothing when it is another kind.
[[nodiscard]] std::optional<std::uint32_t> page_news(const Unsolicited& message);

}  // namespace platen::bidi
