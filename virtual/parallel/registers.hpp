// A PC's parallel port seen from its program: three registers, some bits of which are the other way round on
// the cable.
#pragma once

#include <cstdint>

#include "virtual/parallel/lines.hpp"

namespace platen::vprinter::ieee1284 {

namespace status_bit {
inline constexpr std::uint8_t fault = 0x08;
inline constexpr std::uint8_t select = 0x10;
inline constexpr std::uint8_t paper_error = 0x20;
inline constexpr std::uint8_t ack = 0x40;
inline constexpr std::uint8_t not_busy = 0x80;
}  // namespace status_bit

namespace control_bit {
inline constexpr std::uint8_t strobe_low = 0x01;
inline constexpr std::uint8_t auto_feed_low = 0x02;
inline constexpr std::uint8_t init = 0x04;
inline constexpr std::uint8_t select_in_low = 0x08;
inline constexpr std::uint8_t interrupts = 0x10;
inline constexpr std::uint8_t data_to_host = 0x20;
}  // namespace control_bit

[[nodiscard]] std::uint8_t status_register(const PeripheralLines& lines);
[[nodiscard]] std::uint8_t control_register(const HostLines& lines);
// The four lines of the register; data and its direction stay.
void set_control_register(HostLines& lines, std::uint8_t value);
// What the host reads there: the peripheral's byte when its own drivers are off.
[[nodiscard]] std::uint8_t data_register(const HostLines& host, const PeripheralLines& peripheral);

}  // namespace platen::vprinter::ieee1284
