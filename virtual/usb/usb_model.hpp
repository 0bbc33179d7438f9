// The printers' USB side: the numbers, names and interfaces that they show. One table; a row is a model.
//
// Vendor and product numbers are those in the field; strings and the choice of alternate settings follow the
// printer class and are ours where no listing of the real device was at hand.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::vprinter {

struct UsbModel {
  std::string name;  // "E250d"
  std::uint16_t vendor;
  std::uint16_t product;
  std::uint16_t release;  // binary-coded decimal: 0x0100 is 1.00
  std::string maker_string;
  std::string product_string;
  std::string serial_string;
  std::string device_id;
  bool high_speed;
  std::vector<std::uint8_t> protocols;  // of alternate setting 0, 1, …
};

[[nodiscard]] std::span<const UsbModel> usb_models();
[[nodiscard]] const UsbModel* usb_model_by_name(std::string_view name);

// The addresses of the bulk endpoints, the same in every model.
inline constexpr std::uint8_t kUsbOut = 0x01, kUsbIn = 0x82;
[[nodiscard]] constexpr std::uint16_t usb_packet(bool high_speed) {
  return high_speed ? 512 : 64;
}

// As the device sends them. A string descriptor that is not there is empty.
using UsbBytes = std::vector<std::uint8_t>;
[[nodiscard]] UsbBytes usb_device_descriptor(const UsbModel& model);
[[nodiscard]] UsbBytes usb_qualifier_descriptor(const UsbModel& model);
[[nodiscard]] UsbBytes usb_configuration_descriptor(const UsbModel& model, bool high_speed);
[[nodiscard]] UsbBytes usb_string_descriptor(const UsbModel& model, std::uint8_t index);

}  // namespace platen::vprinter
