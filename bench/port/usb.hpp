// The contestants of the USB race: each sends or reads so many bytes and tells how many seconds that took; or
// sends a byte so many times, waits for the answer, and tells the median of the seconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace platen::bench {

inline constexpr std::uint16_t usb_vendor = 0x043D, usb_product = 0x0123;

[[nodiscard]] double bare_out(std::size_t bytes);
[[nodiscard]] double bare_in(std::size_t bytes);
[[nodiscard]] double platen_out(std::size_t bytes);
[[nodiscard]] double platen_in(std::size_t bytes);
[[nodiscard]] double bare_answer(std::size_t times);
[[nodiscard]] double platen_answer(std::size_t times);

[[nodiscard]] double median(std::vector<double> values);

}  // namespace platen::bench
