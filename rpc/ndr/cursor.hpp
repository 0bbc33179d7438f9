// The primitives of NDR 2.0 (C706 chapter 14): aligned numbers, conformant varying strings, referent ids, and
// the descriptors that travel beside the octets. rpc/ndr/ndr.hpp derives whole messages from these; the PDUs'
// headers are written with them too.
//
// Writing cannot fail. Reading is bounds-checked and remembers the first thing that was wrong: after that
// every read gives zero, and error() says what it was.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.hpp"
#include "rpc/interface.hpp"
#include "rpc/ndr/descriptors.hpp"
#include "rpc/ndr/octets.hpp"

namespace platen::rpc {

enum class ByteOrder : std::uint8_t { little, big };

inline constexpr ByteOrder native_order =
    std::endian::native == std::endian::little ? ByteOrder::little : ByteOrder::big;

// A number's octets the other way round, where this machine's order is not the one on the wire.
template <class T>
[[nodiscard]] constexpr T in_order(T value, ByteOrder order) {
  if (order == native_order) return value;
  T turned = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i, value = static_cast<T>(value >> 8 % (8 * sizeof(T))))
    turned = static_cast<T>(turned << 8 % (8 * sizeof(T)) | static_cast<T>(value & T{0xff}));
  return turned;
}
template <class T>
void put_little(std::byte* into, T value) {
  value = in_order(value, ByteOrder::little);
  std::memcpy(into, &value, sizeof value);
}
inline void put_little(std::byte* into, const Uuid& uuid) {
  put_little(into, uuid.time_low);
  put_little(into + 4, uuid.time_mid);
  put_little(into + 6, uuid.time_hi_and_version);
  std::memcpy(into + 8, uuid.rest.data(), uuid.rest.size());
}
template <class T>
[[nodiscard]] T get_number(const std::byte* from, ByteOrder order) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return in_order(value, order);
}

// What NDR leaves to the writer.
struct NdrFreedom {
  std::byte padding{0};
  std::uint32_t first_referent = 0x00020000;  // as Windows numbers them, so that dumps look familiar
};

enum class Terminator : bool { no, yes };

class NdrWriter {
 public:
  using Terminator = rpc::Terminator;

  explicit NdrWriter(ByteOrder order = ByteOrder::little, NdrFreedom freedom = {})
      : order_(order), padding_(freedom.padding), next_referent_(freedom.first_referent) {
    octets_.resize(usual_size);
  }

  void align(std::size_t boundary) {
    const std::size_t to = (size_ + boundary - 1) / boundary * boundary;
    if (to == size_) return;
    const std::size_t gap = to - size_;
    std::memset(claim(gap), std::to_integer<int>(padding_), gap);
  }
  void u8(std::uint8_t value) { raw(value); }
  void u16(std::uint16_t value) { raw(value); }
  void u32(std::uint32_t value) { raw(value); }
  void u64(std::uint64_t value) { raw(value); }
  void number(float value) { raw(std::bit_cast<std::uint32_t>(value)); }
  void number(double value) { raw(std::bit_cast<std::uint64_t>(value)); }
  void uuid(const Uuid& value);
  void bytes(std::span<const std::byte> octets);
  // Conformant varying arrays; that of wide characters with a terminator.
  void string(std::string_view text, Terminator terminator = Terminator::no);
  void string(std::u16string_view text);
  void referent(bool present);  // the id of a pointer's referent, 0 for none
  void descriptor(Fd fd);

  [[nodiscard]] ByteOrder order() const { return order_; }
  [[nodiscard]] bool is_native() const { return order_ == native_order; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Octets take_octets() {
    octets_.resize(size_);
    return std::move(octets_);
  }
  [[nodiscard]] std::vector<std::byte> as_vector() const { return {octets_.data(), octets_.data() + size_}; }
  [[nodiscard]] Descriptors take_descriptors() { return std::move(descriptors_); }

 private:
  // Most messages fit.
  static constexpr std::size_t usual_size = 256;

  template <class T>
  void raw(T value) {
    align(sizeof(T));
    value = in_order(value, order_);
    std::memcpy(claim(sizeof value), &value, sizeof value);
  }

  // The next `count` octets, to be written.
  std::byte* claim(std::size_t count) {
    if (count > octets_.size() - size_) widen(count);
    return octets_.data() + std::exchange(size_, size_ + count);
  }
  void widen(std::size_t by);

  ByteOrder order_;
  Octets octets_;         // with room at its end
  std::size_t size_ = 0;  // of what is written
  Descriptors descriptors_;
  std::byte padding_;
  std::uint32_t next_referent_;
};

class NdrReader {
 public:
  using Terminator = rpc::Terminator;

  explicit NdrReader(std::span<const std::byte> octets, ByteOrder order = ByteOrder::little,
                     std::span<Fd> descriptors = {})
      : octets_(octets), order_(order), descriptors_(descriptors) {}

  void align(std::size_t boundary) {
    const std::size_t to = (at_ + boundary - 1) / boundary * boundary;
    if (to > octets_.size()) return wrong("it ends too early");
    at_ = to;
  }
  [[nodiscard]] bool boolean();
  [[nodiscard]] std::uint8_t u8() { return raw<std::uint8_t>(); }
  [[nodiscard]] std::uint16_t u16() { return raw<std::uint16_t>(); }
  [[nodiscard]] std::uint32_t u32() { return raw<std::uint32_t>(); }
  [[nodiscard]] std::uint64_t u64() { return raw<std::uint64_t>(); }
  [[nodiscard]] float single() { return std::bit_cast<float>(u32()); }
  [[nodiscard]] double number() { return std::bit_cast<double>(u64()); }
  [[nodiscard]] Uuid uuid();
  [[nodiscard]] std::span<const std::byte> bytes(std::size_t count);
  [[nodiscard]] std::string string(Terminator terminator = Terminator::no);
  [[nodiscard]] std::u16string wide_string();
  [[nodiscard]] bool referent();
  void required_referent();  // for a string or a vector inside another type: may not be absent
  [[nodiscard]] Fd descriptor();
  // A conformant array's element count, checked against the octets that are left when each element takes at
  // least `least` of them.
  [[nodiscard]] std::size_t count(std::size_t least);
  // A varying array's offset, which must be 0, and its number of elements, `most` at most.
  [[nodiscard]] std::size_t actual_count(std::size_t most, std::size_t least);
  // The end: nothing may be left over, neither octets, but for `padding`, nor descriptors.
  void end(std::size_t padding = 0);

  // Nesting of vectors in vectors; bounded, because a type may contain itself.
  void enter();
  [[nodiscard]] bool is_native() const { return order_ == native_order; }
  void leave() { --nesting_; }

  [[nodiscard]] std::size_t left() const { return octets_.size() - at_; }
  void wrong(const char* what);  // remembers the first only
  [[nodiscard]] bool failed() const { return wrong_ != nullptr; }
  [[nodiscard]] const char* error() const { return wrong_; }

 private:
  template <class T>
  T raw() {
    align(sizeof(T));
    if (sizeof(T) > left()) {
      wrong("it ends too early");
      return 0;
    }
    const T value = get_number<T>(octets_.data() + at_, order_);
    at_ += sizeof(T);
    return value;
  }

  std::span<const std::byte> octets_;
  ByteOrder order_;
  std::span<Fd> descriptors_;
  std::size_t at_ = 0;
  std::size_t next_descriptor_ = 0;
  int nesting_ = 0;
  const char* wrong_ = nullptr;
};

}  // namespace platen::rpc
