// The names that Windows gives a plugged-in printer, computed from what the printer says of itself.
//
//   auto id = parse_device_id("MFG:Lexmark International;MDL:Lexmark T640;CLS:PRINTER;");
//   hardware_ids(id)   // USBPRINT\Lexmark_InternationaC0C5, LPTENUM\Lexmark_InternationaC0C5,
//   Lexmark_InternationaC0C5
//
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace platen::inf {

// The part of an IEEE 1284 device id that says which driver fits.
struct DeviceId {
  std::string manufacturer;                 // MFG or MANUFACTURER
  std::string model;                        // MDL or MODEL
  std::vector<std::string> compatible_ids;  // CID or COMPATIBLE ID
  [[nodiscard]] bool empty() const { return manufacturer.empty() && model.empty() && compatible_ids.empty(); }
};

// Takes what printers really send: blanks around keys, keys in any case, no final ';', unknown keys. Text
// without any of the keys gives an empty() id.
DeviceId parse_device_id(std::string_view text);

// CRC-16 as Windows computes it for printers: one entry of its table differs from CRC-16/ARC, and every id in
// every INF of the world depends on that.
std::uint16_t printer_crc(std::string_view text);

// The first 20 characters of maker and model with blanks as '_', and the CRC of all of them in four hex
// digits.
std::string hash_id(std::string_view manufacturer, std::string_view model);

// What an INF may call this printer, best first; empty when it named no model.
std::vector<std::string> hardware_ids(const DeviceId& id);
// The ids that its CID key adds, "1284_CID_…".
std::vector<std::string> compatible_ids(const DeviceId& id);

}  // namespace platen::inf
