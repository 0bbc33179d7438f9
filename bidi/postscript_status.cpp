#include "bidi/postscript_status.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::bidi {
namespace {

constexpr std::string_view kOpen = "%%[";
constexpr std::string_view kClose = "]%%";

struct StatusWord {
  std::string_view word;
  Effect effect;
};
using enum Effect;
constexpr StatusWord kStatusWords[] = {
#define POSTSCRIPT_STATUS(word, effect) {word, effect},
#include "bidi/conditions.def"
#undef POSTSCRIPT_STATUS
};

struct MessageName {
  std::string_view key;
  PostscriptMessage::Kind kind;
};
// The gravest first: one message may have several of these keys.
constexpr std::array kMessages{
    MessageName{"PrinterError", PostscriptMessage::Kind::printer_error},
    MessageName{"Error", PostscriptMessage::Kind::error},
    MessageName{"Flushing", PostscriptMessage::Kind::flushing},
    MessageName{"exitserver", PostscriptMessage::Kind::exit_server},
    MessageName{"status", PostscriptMessage::Kind::status},
};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t';
}

Field field_of(std::string_view part) {
  // A job may be called "a: b"; the key is what stands before the first colon, and has no blanks within.
  const auto colon = part.find(':');
  const std::string_view key = trim(part.substr(0, colon));
  if (colon == std::string_view::npos || key.find(' ') != std::string_view::npos)
    return {"", std::string(trim(part))};
  return {std::string(key), std::string(trim(part.substr(colon + 1)))};
}

// "PrinterError" also comes as what is the status: "status: PrinterError: out of paper".
std::string after_printer_error(std::string_view value) {
  const Field inner = field_of(value);
  return same_word(inner.name, "PrinterError") ? inner.value : std::string(value);
}

Condition waits_for_somebody(const std::string& words) {
  Condition result = condition(0, words, false);
  result.effect = Effect::stops;
  if (result.reasons.empty())
    result.reasons.push_back({"other", Severity::error, "", "The printer says: \"" + words + "\".", 0});
  for (Reason& reason : result.reasons) reason.severity = Severity::error;
  return result;
}

}  // namespace

std::vector<PostscriptMessage> PostscriptReader::feed(std::string_view bytes, std::string& rest) {
  std::vector<PostscriptMessage> out;
  for (char c : bytes) take(c, out, rest);
  return out;
}

void PostscriptReader::take(char c, std::vector<PostscriptMessage>& out, std::string& rest) {
  held_ += c;
  // The beginning: "%%%[" has it from the second on.
  while (held_.size() <= kOpen.size() && !kOpen.starts_with(held_)) {
    rest += held_.front();
    held_.erase(0, 1);
    if (held_.empty()) return;
  }
  if (held_.size() <= kOpen.size()) return;
  if (held_.ends_with(kClose) && held_.size() >= kOpen.size() + kClose.size()) {
    out.push_back(parse_postscript(
        std::string_view(held_).substr(kOpen.size(), held_.size() - kOpen.size() - kClose.size())));
    held_.clear();
  } else if (is_control(c) || held_.size() >= max_postscript_message) {
    release(rest);
  } else if (held_.ends_with(kOpen)) {
    // The one before was never closed.
    rest.append(held_, 0, held_.size() - kOpen.size());
    held_ = kOpen;
  }
}

// Lets go of what has turned out to be no message, but for what may be the beginning of one.
void PostscriptReader::release(std::string& rest) {
  std::size_t keep = std::min(held_.size(), kOpen.size());
  while (keep > 0 && !kOpen.starts_with(std::string_view(held_).substr(held_.size() - keep))) --keep;
  rest.append(held_, 0, held_.size() - keep);
  held_.erase(0, held_.size() - keep);
}

void PostscriptReader::flush(std::string& rest) {
  rest += std::exchange(held_, {});
}

PostscriptMessage parse_postscript(std::string_view inside) {
  PostscriptMessage message;
  message.text = printable(trim(inside));
  for (std::string_view left = message.text; !left.empty();) {
    const auto end = left.find(';');
    if (const auto part = trim(left.substr(0, end)); !part.empty()) message.fields.push_back(field_of(part));
    left.remove_prefix(end == std::string_view::npos ? left.size() : end + 1);
  }
  for (const MessageName& known : kMessages) {
    if (!find(message.fields, known.key)) continue;
    message.kind = known.kind;
    break;
  }
  if (const std::string* status = find(message.fields, "status"))
    if (message.kind == PostscriptMessage::Kind::status && same_word(field_of(*status).name, "PrinterError"))
      message.kind = PostscriptMessage::Kind::printer_error;
  return message;
}

Condition condition(const PostscriptMessage& message) {
  using Kind = PostscriptMessage::Kind;
  if (message.kind == Kind::printer_error) {
    const std::string* words = find(message.fields, "PrinterError");
    if (!words) words = find(message.fields, "status");
    return waits_for_somebody(after_printer_error(words ? *words : message.text));
  }
  if (message.kind != Kind::status) return {};
  const std::string* status = find(message.fields, "status");
  for (const StatusWord& known : kStatusWords)
    if (status && same_word(*status, known.word)) {
      // Off line is a state with a reason, and its sentence is the table's.
      if (known.effect == Effect::offline) return condition(10002, *status, false);
      if (known.effect != Effect::resting) return {known.effect, {}};
      // What rest it takes stands in the table of phrases.
      return {known.effect, condition(0, *status).reasons};
    }
  // A word that we do not know stops nothing.
  return {};
}

std::optional<std::string> job_trouble(const PostscriptMessage& message) {
  using Kind = PostscriptMessage::Kind;
  if (message.kind == Kind::error) {
    const std::string* error = find(message.fields, "Error");
    const std::string* command = find(message.fields, "OffendingCommand");
    std::string sentence =
        "The printer could not understand the document: " + (error ? *error : message.text);
    if (command) sentence += " at \"" + *command + "\"";
    return sentence + ". Print it again with the driver of this printer.";
  }
  if (message.kind == Kind::flushing) return "The printer ignores the rest of the document.";
  return std::nullopt;
}

}  // namespace platen::bidi
