// The layout of usb-redir's packets (protocol 0.7), as far as a printer needs them. All numbers are
// little-endian.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "virtual/usbwire/octets.hpp"
#include "virtual/usbwire/usb_device.hpp"

namespace platen::vprinter::usb::redir {

enum class Type : std::uint32_t {
  hello = 0,
  device_connect = 1,
  device_disconnect = 2,
  reset = 3,
  interface_info = 4,
  endpoint_info = 5,
  set_configuration = 6,
  get_configuration = 7,
  configuration_status = 8,
  set_alternate = 9,
  get_alternate = 10,
  alternate_status = 11,
  cancel = 21,
  filter_reject = 22,
  filter = 23,
  disconnect_acknowledged = 24,
  control = 100,
  bulk = 101,
};

enum class Status : std::uint8_t { success, canceled, invalid, io_error, stall, timeout, babble };
[[nodiscard]] Status status_of(UrbStatus status);

inline constexpr std::uint8_t kFullSpeed = 1, kHighSpeed = 2;
inline constexpr std::size_t kVersionSize = 64;  // of hello's text
inline constexpr std::size_t kTableSize = 32;    // interfaces, and endpoints: 16 out, 16 in
inline constexpr std::uint8_t kNoEndpoint = 255;

// What both sides can do changes the layout of packets.
enum class Ability : unsigned {
  connect_version = 1,
  filter = 2,
  disconnect_acknowledged = 3,
  packet_sizes = 4,
  long_ids = 5,
  long_bulk = 6,
};
class Abilities {
 public:
  Abilities() = default;
  explicit Abilities(std::uint32_t bits) : bits_(bits) {}
  static Abilities ours();
  [[nodiscard]] bool has(Ability ability) const { return bits_ >> static_cast<unsigned>(ability) & 1; }
  [[nodiscard]] std::uint32_t bits() const { return bits_; }
  friend Abilities operator&(Abilities a, Abilities b) { return Abilities(a.bits_ & b.bits_); }

 private:
  std::uint32_t bits_ = 0;
};

struct Header {
  Type type{};
  std::uint32_t length = 0;
  std::uint64_t id = 0;
  [[nodiscard]] static std::size_t size(Abilities shared) { return shared.has(Ability::long_ids) ? 16 : 12; }
  [[nodiscard]] static Header read(std::span<const std::uint8_t> bytes, Abilities shared);
  [[nodiscard]] UsbBytes write(Abilities shared) const;
};

struct ControlPacket {
  std::uint8_t endpoint = 0, request = 0, request_type = 0, status = 0;
  std::uint16_t value = 0, index = 0, length = 0;
  static constexpr std::size_t size = 10;
  [[nodiscard]] static ControlPacket read(std::span<const std::uint8_t> bytes);
  [[nodiscard]] UsbBytes write(std::span<const std::uint8_t> data) const;
  [[nodiscard]] UsbSetup setup() const;
};

struct BulkPacket {
  std::uint8_t endpoint = 0, status = 0;
  std::uint32_t length = 0, stream = 0;
  [[nodiscard]] static std::size_t size(Abilities shared) { return shared.has(Ability::long_bulk) ? 10 : 8; }
  [[nodiscard]] static BulkPacket read(std::span<const std::uint8_t> bytes, Abilities shared);
  [[nodiscard]] UsbBytes write(std::span<const std::uint8_t> data, Abilities shared) const;
};

}  // namespace platen::vprinter::usb::redir
