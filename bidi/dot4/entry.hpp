// How a wire comes to packet mode and back. Data, and who needs which.
//
//   switch (entry_for(id)) {
//     case Entry::magic: port.write(enter_magic);  // then Conversation::begin(): the printer's own answer is
//     skipped case Entry::ecp_channel: ...                 // the parallel port selects channel 77, in ECP
//     mode case Entry::none: ...                        // it speaks no 1284.4; a USB interface of class
//     7/1/3 needs no entry
//
// There is no way out but Exit, which Conversation::leave() says; an ECP port then selects channel 78. Of
// Lexmark's printers none is known that speaks 1284.4.
#pragma once

#include <string_view>

#include "bidi/device_id.hpp"

namespace platen::bidi::dot4 {

enum class Entry : std::uint8_t { none, magic, ecp_channel };

// Epson's: three zeros end whatever came before, ESC 01 opens @EJL, and the two empty lines flush it.
inline constexpr std::string_view enter_magic{"\0\0\0\x1b\x01@EJL 1284.4\n@EJL\n@EJL\n", 27};
// HP's, on a parallel port in ECP mode: a zero byte to channel 78, then everything on channel 77. The same
// numbers select it on a USB interface of protocol 2, by a vendor request.
inline constexpr unsigned ecp_packet_channel = 77;
inline constexpr unsigned ecp_plain_channel = 78;

[[nodiscard]] Entry entry_for(const DeviceId& id);

}  // namespace platen::bidi::dot4
