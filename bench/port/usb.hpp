// The contestants of the USB race: each sends or reads so many bytes and tells how many seconds that took.
#pragma once

#include <cstddef>
#include <cstdint>

namespace platen::bench {

inline constexpr std::uint16_t usb_vendor = 0x043D, usb_product = 0x0123;

[[nodiscard]] double bare_out(std::size_t bytes);
[[nodiscard]] double bare_in(std::size_t bytes);
[[nodiscard]] double platen_out(std::size_t bytes);
[[nodiscard]] double platen_in(std::size_t bytes);

}  // namespace platen::bench
