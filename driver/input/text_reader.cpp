#include "driver/input/text_reader.hpp"

namespace platen::driver {
namespace {

constexpr std::size_t kChunk = 64u << 10;
// Several pages of one paragraph; beyond, laying it out would take longer than people wait for a page.
constexpr std::size_t kLongestParagraph = 16u << 10;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The length of the well-formed sequence at the start of `text`, or 0.
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

// Where to cut a paragraph that is too long: not within a character.
std::size_t cut(std::string_view text) {
  std::size_t end = text.size();
  for (int i = 0; i < 3 && end > 1 && (static_cast<unsigned char>(text[end - 1]) & 0xC0u) == 0x80u; ++i)
    --end;
  return static_cast<unsigned char>(text[end - 1]) >= 0xC0u ? end - 1 : text.size();
}

}  // namespace

std::string clean_utf8(std::string_view bytes) {
  std::string clean;
  clean.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = sequence(bytes);
    const auto first = static_cast<unsigned char>(bytes[0]);
    if (length == 0) {
      clean += kReplacement;
    } else if (first >= 0x20 ? first != 0x7F : first == '\t') {
      clean += bytes.substr(0, length);
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return clean;
}

Result<bool> TextReader::fill() {
  if (at_ < filled_) return true;
  buffer_.resize(kChunk);
  auto got = document_.read(buffer_);
  if (!got) return got.error();
  at_ = 0;
  filled_ = *got;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (!started_ && std::string_view(buffer_.data(), filled_).starts_with(kByteOrderMark))
    at_ = kByteOrderMark.size();
  started_ = true;
  return at_ < filled_;
}

Result<std::optional<Paragraph>> TextReader::next() {
  std::string text = std::exchange(carried_, {});
  for (bool any = !text.empty();;) {
    auto more = fill();
    if (!more) return more.error();
    if (!*more) {
      if (!any) return std::optional<Paragraph>();
      return std::optional(Paragraph{clean_utf8(text), false});
    }
    const char c = buffer_[at_++];
    if (c == '\n' && std::exchange(after_return_, false)) continue;
    after_return_ = c == '\r';
    if (c == '\n' || c == '\r' || c == '\f') return std::optional(Paragraph{clean_utf8(text), c == '\f'});
    any = true;
    text += c;
    if (text.size() >= kLongestParagraph) {
      const std::size_t end = cut(text);
      carried_ = text.substr(end);
      text.resize(end);
      return std::optional(Paragraph{clean_utf8(text), false});
    }
  }
}

Result<void> TextReader::rewind() {
  at_ = filled_ = 0;
  started_ = after_return_ = false;
  carried_.clear();
  return document_.rewind();
}

}  // namespace platen::driver
