#include "inf/hardware_id.hpp"

#include <algorithm>
#include <array>

#include "inf/text.hpp"

namespace platen::inf {
namespace {

// CRC-16 with polynomial 8005, reflected, by nibbles.
constexpr std::array<std::uint16_t, 16> low_nibble = {0x0000, 0xC0C1, 0xC181, 0x0140, 0xC301, 0x03C0,
                                                      0x0280, 0xC241, 0xC601, 0x06C0, 0x0780, 0xC741,
                                                      0x0500, 0xC5C1, 0xC481, 0x0440};
// The last one should be 0x4400; Windows has 0x4600.
constexpr std::array<std::uint16_t, 16> high_nibble = {0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00,
                                                       0x2800, 0xE401, 0xA001, 0x6C00, 0x7800, 0xB401,
                                                       0x5000, 0x9C01, 0x8801, 0x4600};

constexpr std::size_t hash_prefix = 20;
// Of the kinds of connection that Windows knows, these are the ones that Platen has ports for.
constexpr std::array<std::string_view, 2> enumerators = {"USBPRINT\\", "LPTENUM\\"};

std::string blanks_to_underscores(std::string text) {
  std::replace(text.begin(), text.end(), ' ', '_');
  return text;
}

}  // namespace

DeviceId parse_device_id(std::string_view text) {
  DeviceId id;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string key = lower(trim(field.substr(0, colon)));
    const std::string_view value = trim(field.substr(colon + 1));
    if (key == "mfg" || key == "manufacturer") id.manufacturer = value;
    if (key == "mdl" || key == "model") id.model = value;
    if (key == "cid" || key == "compatible id" || key == "compatibleid") {
      for (std::string_view rest = value; !rest.empty();) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        if (const auto one = trim(rest.substr(0, comma)); !one.empty()) id.compatible_ids.emplace_back(one);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
      }
    }
  }
  return id;
}

std::uint16_t printer_crc(std::string_view text) {
  unsigned crc = 0;
  for (const char c : text) {
    const unsigned t = static_cast<unsigned char>(c) ^ (crc & 0xFF);
    crc = (crc >> 8) ^ low_nibble[t & 15] ^ high_nibble[t >> 4];
  }
  return static_cast<std::uint16_t>(crc);
}

std::string hash_id(std::string_view manufacturer, std::string_view model) {
  const std::string whole = std::string(manufacturer) + std::string(model);
  std::string id = blanks_to_underscores(whole.substr(0, hash_prefix));
  const std::uint16_t crc = printer_crc(whole);
  for (int shift = 12; shift >= 0; shift -= 4) id.push_back("0123456789ABCDEF"[(crc >> shift) & 15]);
  return id;
}

std::vector<std::string> hardware_ids(const DeviceId& id) {
  std::vector<std::string> ids;
  if (id.model.empty()) return ids;
  const std::string hash = hash_id(id.manufacturer, id.model);
  for (const std::string_view enumerator : enumerators) ids.push_back(std::string(enumerator) + hash);
  ids.push_back(hash);
  return ids;
}

std::vector<std::string> compatible_ids(const DeviceId& id) {
  std::vector<std::string> ids;
  for (const std::string& one : id.compatible_ids) ids.push_back("1284_CID_" + blanks_to_underscores(one));
  return ids;
}

}  // namespace platen::inf
