#include "virtual/usb/usb_model.hpp"

#include <algorithm>

namespace platen::vprinter {
namespace {

constexpr std::uint16_t kLexmark = 0x043D;
constexpr std::uint8_t kDevice = 1, kConfiguration = 2, kString = 3, kInterface = 4, kEndpoint = 5,
                       kQualifier = 6;
constexpr std::uint8_t kPrinterClass = 7, kPrinterSubclass = 1, kUnidirectional = 1, kBulk = 2;
constexpr std::uint8_t kSelfPowered = 0xC0, kTwoMilliamperes = 1;
constexpr std::uint8_t kMaker = 1, kProduct = 2, kSerial = 3;
constexpr std::uint16_t kEnglish = 0x0409;

std::string id_of(const std::string& model, const std::string& languages) {
  return "MFG:Lexmark International;CMD:" + languages + ";MDL:Lexmark " + model +
         ";CLS:PRINTER;DES:Lexmark " + model + ";";
}

const std::vector<UsbModel>& table() {
  const auto lexmark = [](std::string name, std::uint16_t product, std::string serial,
                          const std::string& languages, bool high_speed,
                          std::vector<std::uint8_t> protocols) {
    std::string id = id_of(name, languages), string = "Lexmark " + name;
    return UsbModel{std::move(name),   kLexmark,          product,       0x0100,     "Lexmark International",
                    std::move(string), std::move(serial), std::move(id), high_speed, std::move(protocols)};
  };
  static const std::vector<UsbModel> rows = {
      lexmark("E250d", 0x00F3, "6210V1L", "PCL,PJL,POSTSCRIPT,NPAP,PJL", true, {2}),
      lexmark("E238", 0x00D7, "6150R2K", "PCL,PJL,NPAP", false, {2}),
      lexmark("E260dn", 0x0123, "7212M3J", "PCL,PCLXL,PJL,POSTSCRIPT,NPAP", true, {1, 2}),
      lexmark("C540n", 0x0139, "5026N4H", "PCL,PCLXL,PJL,POSTSCRIPT,NPAP", true, {2, 3}),
      lexmark("Optra E310", 0x000C, "1170P5G", "PCL,PJL,NPAP", false, {1, 2, 3}),
      lexmark("MS317dn", 0x0226, "4514Q6F", "PCL,PCLXL,PJL,POSTSCRIPT,NPAP", true, {1, 2, 3}),
      lexmark("E120n", 0x00CC, "", "PCL,PJL,NPAP", false,
              {1}),  // here: takes data only, and has no serial number
  };
  return rows;
}

void put16(UsbBytes& bytes, std::uint16_t number) {
  bytes.push_back(static_cast<std::uint8_t>(number & 0xFF));
  bytes.push_back(static_cast<std::uint8_t>(number >> 8));
}

void put(UsbBytes& bytes, std::initializer_list<std::uint8_t> more) {
  bytes.insert(bytes.end(), more);
}

}  // namespace

std::span<const UsbModel> usb_models() {
  return table();
}

const UsbModel* usb_model_by_name(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &UsbModel::name);
  return found == table().end() ? nullptr : &*found;
}

UsbBytes usb_device_descriptor(const UsbModel& model) {
  UsbBytes bytes = {18, kDevice, 0x00, 0x02, 0, 0, 0, 64};
  put16(bytes, model.vendor);
  put16(bytes, model.product);
  put16(bytes, model.release);
  put(bytes, {kMaker, kProduct, model.serial_string.empty() ? std::uint8_t{0} : kSerial, 1});
  return bytes;
}

UsbBytes usb_qualifier_descriptor(const UsbModel& model) {
  if (!model.high_speed) return {};
  return {10, kQualifier, 0x00, 0x02, 0, 0, 0, 64, 1, 0};
}

UsbBytes usb_configuration_descriptor(const UsbModel& model, bool high_speed) {
  UsbBytes bytes = {9, kConfiguration, 0, 0, 1, 1, 0, kSelfPowered, kTwoMilliamperes};
  std::uint8_t alternate = 0;
  for (const std::uint8_t protocol : model.protocols) {
    const bool reads = protocol != kUnidirectional;
    put(bytes, {9, kInterface, 0, alternate++, static_cast<std::uint8_t>(reads ? 2 : 1), kPrinterClass,
                kPrinterSubclass, protocol, 0});
    for (const std::uint8_t endpoint : {kUsbOut, kUsbIn}) {
      if (endpoint == kUsbIn && !reads) continue;
      put(bytes, {7, kEndpoint, endpoint, kBulk});
      put16(bytes, usb_packet(high_speed));
      put(bytes, {0});
    }
  }
  bytes[2] = static_cast<std::uint8_t>(bytes.size() & 0xFF);
  bytes[3] = static_cast<std::uint8_t>(bytes.size() >> 8);
  return bytes;
}

UsbBytes usb_string_descriptor(const UsbModel& model, std::uint8_t index) {
  UsbBytes bytes = {0, kString};
  if (index == 0) {
    put16(bytes, kEnglish);
  } else {
    const std::string* const strings[] = {&model.maker_string, &model.product_string, &model.serial_string};
    if (index > std::size(strings) || strings[index - 1]->empty()) return {};
    for (const char c : *strings[index - 1]) put16(bytes, static_cast<std::uint8_t>(c));
  }
  bytes[0] = static_cast<std::uint8_t>(bytes.size());
  return bytes;
}

}  // namespace platen::vprinter
