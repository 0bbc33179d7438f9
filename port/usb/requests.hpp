// The three requests of the printer class.
#pragma once

#include <span>
#include <string>

#include "port/port.hpp"
#include "port/usb/transfer.hpp"

namespace platen::port::usb {

// The text of a GET_DEVICE_ID answer. Its two length bytes are wrong in several ways in the field: little
// endian, not counting themselves, far too small, or absent. What was really sent decides. Pure; empty when
// there is no id in it.
[[nodiscard]] std::string decode_device_id(std::span<const std::byte> answer);

// The size that a cut answer claims: worth asking again with room for it. 0: it is whole.
[[nodiscard]] std::size_t claimed_size(std::span<const std::byte> answer);

[[nodiscard]] StatusLines decode_port_status(std::byte status);

Task<Result<std::string>> get_device_id(std::shared_ptr<Device> device, Clock& clock, Deadline deadline);
// Of a printer that is plugged in and may be in use: it is not taken from whoever has it.
Task<Result<std::string>> ask_device_id(boost::asio::any_io_executor executor, Clock& clock, Address address,
                                        const QuirkTable& table, Deadline deadline);
Task<Result<StatusLines>> get_port_status(std::shared_ptr<Device> device, Clock& clock, Deadline deadline);

// As printer class 1.1 has it, then with the recipient that 1.0 named by mistake, which some printers insist
// on. Errc::refused when the printer takes neither.
Task<Result<void>> soft_reset(std::shared_ptr<Device> device, Clock& clock, Deadline deadline);

}  // namespace platen::port::usb
