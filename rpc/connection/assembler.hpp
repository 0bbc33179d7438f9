// Joins the fragments of messages that arrive interleaved, within stated bounds. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "rpc/ndr/ndr.hpp"
#include "rpc/wire/call_header.hpp"

namespace platen::rpc {

// A request's or a response's meaning, as its first fragment tells it, and its octets without the call
// header.
struct Incoming {
  std::uint32_t call_id = 0;
  std::uint16_t context = 0;
  std::uint16_t number = 0;
  std::optional<Uuid> object;
  CallHeader header;
  Message message;
};

class Assembler {
 public:
  enum class Kind : std::uint8_t { request, response };
  using Key = std::pair<Kind, std::uint32_t>;  // with the call id: each direction has its own

  // `max_message` bounds one message, `max_held` all that are incomplete.
  Assembler(std::size_t max_message, std::size_t max_held) : max_message_(max_message), max_held_(max_held) {}

  // The first of several fragments. Errc::conflict when that message has begun already, Errc::too_large when
  // too many have.
  // `hint`: how many octets its sender says are to come.
  [[nodiscard]] Result<void> begin(Key key, Incoming first, std::size_t hint = 0);
  // A later one: false when nothing of that message is held (it was refused, or never began). Errc::too_large
  // leaves the message as it was; the caller takes it out.
  [[nodiscard]] Result<bool> add(Key key, std::span<const std::byte> stub);
  [[nodiscard]] std::optional<Incoming> take(Key key);
  void forget(Key key);
  void clear();
  [[nodiscard]] std::size_t held() const { return held_; }

 private:
  std::size_t max_message_;
  std::size_t max_held_;
  std::size_t held_ = 0;
  std::map<Key, Incoming> parts_;
};

}  // namespace platen::rpc
