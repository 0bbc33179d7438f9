#include "virtual/pcl_tokens.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace platen::vprinter {
namespace {

constexpr std::uint8_t kEscape = 0x1B;
constexpr std::size_t kMostDigits = 20;
// PCL's own range is ±32767; payloads of fonts are longer. Above this a count is taken as garbage.
constexpr double kLargestValue = 100'000'000;

std::string hex(std::uint8_t byte) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%02X", byte);
  return text;
}

}  // namespace

void PclTokenizer::reset() {
  state_ = State::ground;
  offset_ = 0;
}

std::optional<PclToken> PclTokenizer::next(std::span<const std::uint8_t>& bytes) {
  while (!bytes.empty()) {
    std::optional<PclToken> token;
    if (state_ == State::payload) {
      const auto n = std::min<std::uint64_t>(payload_left_, bytes.size());
      const auto kept = std::min<std::size_t>(n, kLargestPayload - pending_.payload.size());
      pending_.payload.insert(pending_.payload.end(), bytes.begin(),
                              bytes.begin() + static_cast<std::ptrdiff_t>(kept));
      if (kept < n) pending_.cut = true;
      bytes = bytes.subspan(n);
      offset_ += n;
      payload_left_ -= n;
      if (payload_left_ > 0) return std::nullopt;
      state_ = more_follows_ ? State::value : State::ground;
      start_ = offset_;
      token = std::move(pending_);
    } else {
      const std::uint8_t byte = bytes.front();
      bytes = bytes.subspan(1);
      if (state_ == State::ground) start_ = offset_;
      ++offset_;
      token = take(byte);
    }
    if (token) return token;
  }
  return std::nullopt;
}

std::optional<PclToken> PclTokenizer::take(std::uint8_t byte) {
  switch (state_) {
    case State::ground: {
      if (byte == kEscape) {
        state_ = State::escape;
        return std::nullopt;
      }
      PclToken token;
      token.final = static_cast<char>(byte);
      token.start = start_;
      return token;
    }
    case State::escape:
      if (byte >= 0x21 && byte <= 0x2F) {
        family_ = static_cast<char>(byte);
        group_ = 0;
        state_ = State::group;
        return std::nullopt;
      }
      if (byte >= 0x30 && byte <= 0x7E) {
        state_ = State::ground;
        PclToken token;
        token.kind = PclToken::Kind::simple;
        token.final = static_cast<char>(byte);
        token.start = start_;
        return token;
      }
      if (byte == kEscape) {
        auto token = broken("an escape character without a command");
        start_ = offset_ - 1;
        state_ = State::escape;
        return token;
      }
      return broken("an escape character before " + hex(byte));
    case State::group:
      digits_.clear();
      state_ = State::value;
      if (byte >= 0x60 && byte <= 0x7E) {
        group_ = static_cast<char>(byte);
        return std::nullopt;
      }
      return take_value(byte);
    case State::value:
      return take_value(byte);
    case State::payload:
      break;
  }
  return std::nullopt;
}

std::optional<PclToken> PclTokenizer::take_value(std::uint8_t byte) {
  if ((byte >= '0' && byte <= '9') || byte == '.' || byte == '+' || byte == '-') {
    if (digits_.size() < kMostDigits) digits_ += static_cast<char>(byte);
    return std::nullopt;
  }
  if (byte >= 0x40 && byte <= 0x5E) return finish_command(static_cast<char>(byte), true);
  if (byte >= 0x60 && byte <= 0x7E) return finish_command(static_cast<char>(byte - 0x20), false);
  if (byte == ' ') return std::nullopt;  // seen between sign and digits; harmless
  if (byte == kEscape) {
    auto token = broken("a command cut off by an escape character");
    start_ = offset_ - 1;
    state_ = State::escape;
    return token;
  }
  return broken("a command that holds " + hex(byte));
}

bool PclTokenizer::has_payload(char final) const {
  if (final == 'W') return true;
  return (final == 'V' && family_ == '*' && group_ == 'b') ||
         (final == 'X' && family_ == '&' && group_ == 'p');
}

std::optional<PclToken> PclTokenizer::finish_command(char final, bool last) {
  PclToken token;
  token.kind = PclToken::Kind::command;
  token.family = family_;
  token.group = group_;
  token.final = final;
  token.value = std::clamp(std::strtod(digits_.c_str(), nullptr), -kLargestValue, kLargestValue);
  token.relative = !digits_.empty() && (digits_[0] == '+' || digits_[0] == '-');
  token.start = start_;
  digits_.clear();
  if (has_payload(final) && token.value >= 1) {
    payload_left_ = static_cast<std::uint64_t>(token.value);
    pending_ = std::move(token);
    more_follows_ = !last;
    state_ = State::payload;
    return std::nullopt;
  }
  state_ = last ? State::ground : State::value;
  if (!last) start_ = offset_;
  return token;
}

PclToken PclTokenizer::broken(std::string what) {
  PclToken token;
  token.kind = PclToken::Kind::broken;
  token.start = start_;
  token.what = std::move(what);
  state_ = State::ground;
  return token;
}

}  // namespace platen::vprinter
