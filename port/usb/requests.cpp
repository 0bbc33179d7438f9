#include "port/usb/requests.hpp"

#include <vector>

namespace platen::port::usb {
namespace {

using namespace std::chrono_literals;

// What USB itself allows a device for a request; printers that are busy inside use much of it.
constexpr Duration request_patience = 5s;

constexpr std::uint8_t class_interface_in = 0xA1, class_interface_out = 0x21, class_other_out = 0x23;
constexpr std::uint8_t get_device_id_code = 0, get_port_status_code = 1, soft_reset_code = 2;
constexpr std::size_t usual_id_bytes = 1024;
constexpr std::size_t least_id = 14;  // "MFG:a;MDL:b;" and its length

constexpr std::byte paper_empty_bit{0x20}, selected_bit{0x10}, no_error_bit{0x08};

std::size_t big_endian(std::span<const std::byte> answer) {
  return std::to_integer<std::size_t>(answer[0]) << 8 | std::to_integer<std::size_t>(answer[1]);
}

std::size_t little_endian(std::span<const std::byte> answer) {
  return std::to_integer<std::size_t>(answer[1]) << 8 | std::to_integer<std::size_t>(answer[0]);
}

bool is_text(std::byte byte) {
  const auto c = std::to_integer<unsigned char>(byte);
  return c >= 0x20 || c == '\t' || c == '\r' || c == '\n';
}

// Both bytes are letters, and the first pair of key and value follows: no length bytes at all.
bool lacks_length(std::span<const std::byte> answer) {
  for (std::size_t i = 0; i < answer.size() && i < 64; ++i) {
    const auto c = std::to_integer<unsigned char>(answer[i]);
    if (c == ':') return i >= 2;
    if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ')) return false;
  }
  return false;
}

}  // namespace

std::string decode_device_id(std::span<const std::byte> answer) {
  if (answer.size() <= 2) return {};
  std::span<const std::byte> text = answer;
  if (!lacks_length(answer)) {
    text = answer.subspan(2);
    for (const std::size_t size : {big_endian(answer), little_endian(answer)}) {
      // A length within what was sent cuts padding off. One that does not count itself shows by the ';' that
      // ends the id two bytes on.
      if (size < least_id || size > answer.size()) continue;
      const bool counts_itself = answer[size - 1] == std::byte{';'} || size + 2 > answer.size() ||
                                 answer[size + 1] != std::byte{';'};
      text = answer.subspan(2, counts_itself ? size - 2 : size);
      break;
    }
  }
  std::string id(reinterpret_cast<const char*>(text.data()), text.size());
  if (const auto end = id.find('\0'); end != std::string::npos) id.resize(end);
  while (!id.empty() && (id.back() == ' ' || id.back() == '\r' || id.back() == '\n')) id.pop_back();
  for (const char c : id)
    if (!is_text(static_cast<std::byte>(c))) return {};
  return id.find(':') == std::string::npos ? std::string() : id;
}

std::size_t claimed_size(std::span<const std::byte> answer) {
  if (answer.size() < usual_id_bytes || lacks_length(answer)) return 0;
  const std::size_t size = big_endian(answer);
  return size > answer.size() ? size : 0;
}

StatusLines decode_port_status(std::byte status) {
  return {.paper_empty = (status & paper_empty_bit) != std::byte{},
          .selected = (status & selected_bit) != std::byte{},
          .error = (status & no_error_bit) == std::byte{}};
}

Task<Result<std::string>> get_device_id(std::shared_ptr<Device> device, Clock& clock, Deadline deadline) {
  const PrinterInterface& interface = device->interface();
  std::vector<std::byte> answer(usual_id_bytes);
  Setup setup{class_interface_in, get_device_id_code, interface.configuration_index,
              static_cast<std::uint16_t>(interface.interface << 8 | interface.alternate)};
  auto got = co_await request(device, clock, setup, answer, deadline.within(clock, request_patience));
  if (!got && got.error().is(Errc::refused) && interface.alternate != 0) {
    // Some firmware knows interfaces only.
    setup.index = static_cast<std::uint16_t>(interface.interface << 8);
    got = co_await request(device, clock, setup, answer, deadline.within(clock, request_patience));
  }
  if (got) {
    if (const std::size_t whole = claimed_size(std::span(answer).first(*got)); whole != 0) {
      std::vector<std::byte> larger(whole);
      auto again = co_await request(device, clock, setup, larger, deadline.within(clock, request_patience));
      if (again && *again > *got) answer = std::move(larger), got = again;
    }
  }
  if (!got) co_return got.error();
  std::string id = decode_device_id(std::span(answer).first(*got));
  if (id.empty())
    co_return fail(Errc::malformed, "read the device id of", device->printer().address().uri(),
                   "The printer sent none that can be read.");
  co_return id;
}

Task<Result<std::string>> ask_device_id(boost::asio::any_io_executor executor, Clock& clock, Address address,
                                        const QuirkTable& table, Deadline deadline) {
  auto device = Device::borrow(std::move(executor), std::move(address), table);
  if (!device) co_return device.error();
  co_return co_await get_device_id(*device, clock, deadline);
}

Task<Result<StatusLines>> get_port_status(std::shared_ptr<Device> device, Clock& clock, Deadline deadline) {
  std::array<std::byte, 1> status{};
  const Setup setup{class_interface_in, get_port_status_code, 0, device->interface().interface};
  auto got = co_await request(device, clock, setup, status, deadline.within(clock, request_patience));
  if (!got) co_return got.error();
  if (*got == 0)
    co_return fail(Errc::malformed, "read the status lines of", device->printer().address().uri(),
                   "The printer sent an empty answer.");
  co_return decode_port_status(status[0]);
}

Task<Result<void>> soft_reset(std::shared_ptr<Device> device, Clock& clock, Deadline deadline) {
  Setup setup{class_interface_out, soft_reset_code, 0, device->interface().interface};
  auto reset = co_await request(device, clock, setup, {}, deadline.within(clock, request_patience));
  if (!reset && reset.error().is(Errc::refused)) {
    setup.type = class_other_out;
    reset = co_await request(device, clock, setup, {}, deadline.within(clock, request_patience));
  }
  if (!reset) co_return reset.error();
  co_return Result<void>();
}

}  // namespace platen::port::usb
