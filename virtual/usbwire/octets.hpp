// Numbers in the byte order of a wire's protocol: USB/IP's is big-endian, usb-redir's little-endian.
//
//   Writer<Order::big> out;  out.put<std::uint32_t>(3);  ... std::move(out).bytes()
//   Reader<Order::big> in(bytes);  auto command = in.get<std::uint32_t>();
//
// A Reader that runs out of bytes gives zeros and is no longer good().
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace platen::vprinter::usb {

enum class Order { big, little };

template <Order order>
class Writer {
 public:
  template <std::unsigned_integral T>
  Writer& put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const std::size_t place = order == Order::little ? i : sizeof(T) - 1 - i;
      bytes_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * place)));
    }
    return *this;
  }
  Writer& put(std::span<const std::uint8_t> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Writer& pad(std::size_t count, std::uint8_t with = 0) {
    bytes_.insert(bytes_.end(), count, with);
    return *this;
  }
  [[nodiscard]] std::vector<std::uint8_t> bytes() && { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

template <Order order>
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  template <std::unsigned_integral T>
  T get() {
    std::uint64_t value = 0;
    const auto part = take(sizeof(T));
    for (std::size_t i = 0; i < part.size(); ++i) {
      const std::size_t place = order == Order::little ? i : sizeof(T) - 1 - i;
      value |= std::uint64_t{part[i]} << (8 * place);
    }
    return static_cast<T>(value);
  }
  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > rest_.size()) {
      good_ = false;
      rest_ = {};
      return {};
    }
    const auto part = rest_.first(count);
    rest_ = rest_.subspan(count);
    return part;
  }
  [[nodiscard]] std::span<const std::uint8_t> rest() const { return rest_; }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::span<const std::uint8_t> rest_;
  bool good_ = true;
};

}  // namespace platen::vprinter::usb
