// The IEEE 1284 device id: who a printer says it is. Reads what real devices send: with or without the two
// length bytes (counting themselves or not, big- or little-endian), without the last ';', long and short
// keys.
//
//   auto id = parse_device_id(bytes);
//   if (id) use(id->manufacturer, id->model);
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "bidi/text.hpp"

namespace platen::bidi {

// Nothing that calls itself a device id is longer: Linux and Windows read at most 1023 bytes.
inline constexpr std::size_t max_device_id_bytes = 4096;

struct DeviceId {
  std::string text;                         // without length bytes, each field ended by ';'
  std::vector<Field> fields;                // in the order and with the keys they came with
  std::string manufacturer;                 // MFG, MANUFACTURER
  std::string model;                        // MDL, MODEL
  std::string description;                  // DES, DESCRIPTION
  std::string device_class;                 // CLS, CLASS
  std::string serial;                       // SN, SERN, SERIALNUMBER
  std::vector<std::string> command_sets;    // CMD, COMMAND SET
  std::vector<std::string> compatible_ids;  // CID, COMPATIBLE ID

  // "Lexmark T640": the model, with its maker in front where the model does not say it.
  [[nodiscard]] std::string full_model() const;
};

// Fails when there is no manufacturer and no model in it.
[[nodiscard]] Result<DeviceId> parse_device_id(std::string_view bytes);

// The device id of a printer on a wire that has none, from its answer to INFO ID: "Lexmark T640" becomes
// MFG:Lexmark International;MDL:Lexmark T640;CMD:PJL,PCL;CLS:PRINTER;
[[nodiscard]] DeviceId device_id_from_name(std::string_view name,
                                           const std::vector<std::string>& languages = {});

}  // namespace platen::bidi
