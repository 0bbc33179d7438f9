// The small messages that one turn of the reactor sends to one peer: they leave together when it is over.
//
// Answers to calls that came together so take one write. And the write, within which the kernel often goes
// over to the peer, happens where few functions are left to return from, which is faster (docs/rpc.md).
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace platen::rpc {

class Connection;

class Parcel {
 public:
  static constexpr std::size_t most = 1024;

  [[nodiscard]] Connection* to() const { return size_ > 0 ? to_ : nullptr; }
  // Beside what is in it.
  [[nodiscard]] bool fits(const Connection& to, std::size_t size) const {
    return to_ == &to && size <= most - size_;
  }
  // Room for a message that fits, to be filled at once.
  [[nodiscard]] std::byte* add(Connection& to, std::size_t size) {
    to_ = &to;
    std::byte* room = octets_.data() + size_;
    size_ += size;
    return room;
  }
  // Empties it; what it held stays there until something is added.
  [[nodiscard]] std::span<const std::byte> take() {
    const std::span<const std::byte> whole(octets_.data(), size_);
    size_ = 0;
    return whole;
  }

 private:
  Connection* to_ = nullptr;
  std::size_t size_ = 0;
  std::array<std::byte, most> octets_;  // NOLINT(*-member-init): filled as far as it is used
};

}  // namespace platen::rpc
