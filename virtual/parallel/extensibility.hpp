// The bytes of negotiation, and the device id as it goes over the wire.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "virtual/parallel/faults.hpp"

namespace platen::vprinter::ieee1284 {

// The extensibility request byte.
namespace request {
inline constexpr std::uint8_t nibble = 0x00;
inline constexpr std::uint8_t byte = 0x01;
inline constexpr std::uint8_t id_flag = 0x04;
inline constexpr std::uint8_t nibble_id = 0x04;
inline constexpr std::uint8_t byte_id = 0x05;
inline constexpr std::uint8_t ecp = 0x10;
inline constexpr std::uint8_t ecp_id = 0x14;
inline constexpr std::uint8_t ecp_rle = 0x30;
inline constexpr std::uint8_t ecp_rle_id = 0x34;
inline constexpr std::uint8_t epp = 0x40;
inline constexpr std::uint8_t link = 0x80;  // a second byte follows
}  // namespace request

// With its two length bytes, and with what `faults` do to it.
[[nodiscard]] std::string make_device_id(std::string_view text, const Faults& faults);

}  // namespace platen::vprinter::ieee1284
