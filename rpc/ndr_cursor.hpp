// The primitives of NDR 2.0 (C706 chapter 14): aligned numbers, conformant varying strings, referent ids, and
// the descriptors that travel beside the octets. rpc/ndr.hpp derives whole messages from these; the PDUs'
// headers are written with them too.
//
// Writing cannot fail. Reading is bounds-checked and remembers the first thing that was wrong: after that
// every read gives zero, and error() says what it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "rpc/interface.hpp"

namespace platen::rpc {

enum class ByteOrder : std::uint8_t { little, big };

class NdrWriter {
 public:
  explicit NdrWriter(ByteOrder order = ByteOrder::little) : order_(order) {}

  void align(std::size_t boundary);
  void u8(std::uint8_t value);
  void u16(std::uint16_t value);
  void u32(std::uint32_t value);
  void u64(std::uint64_t value);
  void number(double value);
  void uuid(const Uuid& value);
  void bytes(std::span<const std::byte> octets);
  void string(std::string_view text);  // conformant varying array of octets, without a terminator
  void referent(bool present);         // the id of a pointer's referent, 0 for none
  void descriptor(Fd fd);

  [[nodiscard]] std::size_t size() const { return octets_.size(); }
  [[nodiscard]] std::vector<std::byte> take_octets() { return std::move(octets_); }
  [[nodiscard]] std::vector<Fd> take_descriptors() { return std::move(descriptors_); }

 private:
  void raw(std::uint64_t value, std::size_t size);

  ByteOrder order_;
  std::vector<std::byte> octets_;
  std::vector<Fd> descriptors_;
  std::uint32_t next_referent_ = 0x00020000;  // as Windows numbers them, so that dumps look familiar
};

class NdrReader {
 public:
  explicit NdrReader(std::span<const std::byte> octets, ByteOrder order = ByteOrder::little,
                     std::span<Fd> descriptors = {})
      : octets_(octets), order_(order), descriptors_(descriptors) {}

  void align(std::size_t boundary);
  [[nodiscard]] bool boolean();
  [[nodiscard]] std::uint8_t u8();
  [[nodiscard]] std::uint16_t u16();
  [[nodiscard]] std::uint32_t u32();
  [[nodiscard]] std::uint64_t u64();
  [[nodiscard]] double number();
  [[nodiscard]] Uuid uuid();
  [[nodiscard]] std::span<const std::byte> bytes(std::size_t count);
  [[nodiscard]] std::string string();
  [[nodiscard]] bool referent();
  void required_referent();  // for a string or a vector inside another type: may not be absent
  [[nodiscard]] Fd descriptor();
  // A conformant array's element count, checked against the octets that are left when each element takes at
  // least `least` of them.
  [[nodiscard]] std::size_t count(std::size_t least);
  // The end: nothing may be left over, neither octets nor descriptors.
  void end();

  // Nesting of vectors in vectors; bounded, because a type may contain itself.
  void enter();
  void leave() { --nesting_; }

  [[nodiscard]] std::size_t left() const { return octets_.size() - at_; }
  void wrong(const char* what);  // remembers the first only
  [[nodiscard]] bool failed() const { return wrong_ != nullptr; }
  [[nodiscard]] const char* error() const { return wrong_; }

 private:
  std::uint64_t raw(std::size_t size);

  std::span<const std::byte> octets_;
  ByteOrder order_;
  std::span<Fd> descriptors_;
  std::size_t at_ = 0;
  std::size_t next_descriptor_ = 0;
  int nesting_ = 0;
  const char* wrong_ = nullptr;
};

}  // namespace platen::rpc
