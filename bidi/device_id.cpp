#include "bidi/device_id.hpp"

#include <algorithm>
#include <array>

namespace platen::bidi {
namespace {

// The short key and its long form, and where the value goes.
struct Key {
  std::string_view name;
  std::string DeviceId::*text;
  std::vector<std::string> DeviceId::*list;
};
constexpr std::array kKeys{
    Key{"MFG", &DeviceId::manufacturer, nullptr},
    Key{"MANUFACTURER", &DeviceId::manufacturer, nullptr},
    Key{"MFR", &DeviceId::manufacturer, nullptr},
    Key{"MDL", &DeviceId::model, nullptr},
    Key{"MODEL", &DeviceId::model, nullptr},
    Key{"DES", &DeviceId::description, nullptr},
    Key{"DESCRIPTION", &DeviceId::description, nullptr},
    Key{"CLS", &DeviceId::device_class, nullptr},
    Key{"CLASS", &DeviceId::device_class, nullptr},
    Key{"SN", &DeviceId::serial, nullptr},
    Key{"SERN", &DeviceId::serial, nullptr},
    Key{"SER", &DeviceId::serial, nullptr},
    Key{"SERIALNUMBER", &DeviceId::serial, nullptr},
    Key{"CMD", nullptr, &DeviceId::command_sets},
    Key{"COMMAND SET", nullptr, &DeviceId::command_sets},
    Key{"COMMANDSET", nullptr, &DeviceId::command_sets},
    Key{"CID", nullptr, &DeviceId::compatible_ids},
    Key{"COMPATIBLE ID", nullptr, &DeviceId::compatible_ids},
    Key{"COMPATIBLEID", nullptr, &DeviceId::compatible_ids},
};

// Makers as their device ids call them, by the word that their models begin with: printers shout it, "LEXMARK
// T640".
struct Maker {
  std::string_view word;
  std::string_view name;
};
constexpr std::array kMakers{
    Maker{"Lexmark", "Lexmark International"},
    Maker{"HP", "Hewlett-Packard"},
    Maker{"LaserJet", "Hewlett-Packard"},
    Maker{"Brother", "Brother"},
    Maker{"Kyocera", "Kyocera"},
    Maker{"IBM", "IBM International"},
};

// Two length bytes look like text only when they spell a key; lengths are below 16 KiB, so one of them is a
// control character or the other is below '@' while a ':' is far away. Both orders and both ways of counting
// are taken.
std::string_view without_length(std::string_view bytes) {
  if (bytes.size() < 2) return bytes;
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  const std::size_t big = byte(0) << 8 | byte(1);
  const std::size_t little = byte(1) << 8 | byte(0);
  const std::size_t rest = bytes.size() - 2;
  for (std::size_t length : {big, little})
    if (length == rest || length == rest + 2) return bytes.substr(2);
  // A length that counts wrongly: recognised by its zero or control byte, which no key begins with.
  if (byte(0) < 0x20 || byte(1) < 0x20) {
    for (std::size_t length : {big, little})
      if (length >= 4 && length < rest) return bytes.substr(2, std::min(rest, length));
    return bytes.substr(2);
  }
  return bytes;
}

std::vector<std::string> split_list(std::string_view value) {
  std::vector<std::string> items;
  while (!value.empty()) {
    const auto comma = value.find(',');
    if (auto item = trim(value.substr(0, comma)); !item.empty()) items.emplace_back(item);
    value.remove_prefix(comma == std::string_view::npos ? value.size() : comma + 1);
  }
  return items;
}

void keep(DeviceId& id, const Field& field) {
  for (const Key& key : kKeys) {
    if (!same_word(key.name, field.name)) continue;
    if (key.text && (id.*key.text).empty()) id.*key.text = field.value;
    if (key.list && (id.*key.list).empty()) id.*key.list = split_list(field.value);
    return;
  }
}

}  // namespace

std::string DeviceId::full_model() const {
  const std::string_view maker = std::string_view(manufacturer).substr(0, manufacturer.find(' '));
  if (maker.empty() || lower(model).starts_with(lower(maker))) return model;
  if (same_word(manufacturer, "Hewlett-Packard") && lower(model).starts_with("hp ")) return model;
  return std::string(maker) + " " + model;
}

Result<DeviceId> parse_device_id(std::string_view bytes) {
  if (bytes.size() > max_device_id_bytes)
    return fail(Errc::too_large, "read the device id", std::to_string(bytes.size()) + " bytes",
                "A device id has at most " + std::to_string(max_device_id_bytes) + " bytes.");
  std::string_view rest = without_length(bytes);
  DeviceId id;
  while (!rest.empty()) {
    const auto end = rest.find(';');
    const std::string piece = printable(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const auto colon = piece.find(':');
    if (colon == std::string::npos) continue;
    Field field{std::string(trim(std::string_view(piece).substr(0, colon))),
                std::string(trim(std::string_view(piece).substr(colon + 1)))};
    if (field.name.empty()) continue;
    id.text += field.name + ":" + field.value + ";";
    keep(id, field);
    id.fields.push_back(std::move(field));
  }
  if (id.manufacturer.empty() && id.model.empty())
    return fail(Errc::malformed, "read the device id", "\"" + printable(bytes.substr(0, 80)) + "\"",
                "It names neither a manufacturer (MFG) nor a model (MDL).");
  return id;
}

DeviceId device_id_from_name(std::string_view name, const std::vector<std::string>& languages) {
  std::string model = printable(trim(name));
  // These would end the field.
  std::erase_if(model, [](char c) { return c == ';' || c == ':' || c == ','; });
  const std::string word = model.substr(0, model.find_first_of(" -"));
  DeviceId id;
  const auto maker =
      std::find_if(kMakers.begin(), kMakers.end(), [&](const Maker& m) { return same_word(m.word, word); });
  if (maker != kMakers.end())
    id.manufacturer = maker->name;
  else
    id.manufacturer = model.substr(0, model.find(' '));
  if (maker != kMakers.end()) model.replace(0, word.size(), maker->word);
  id.model = model;
  // Whoever answers PJL nearly always takes PCL, and a printer that does not say so in INFO CONFIG is asked
  // in vain.
  id.command_sets = {"PJL"};
  for (const std::string& language : languages) id.command_sets.push_back(language);
  if (languages.empty()) id.command_sets.push_back("PCL");
  id.device_class = "PRINTER";
  std::string sets;
  for (const std::string& set : id.command_sets) sets += (sets.empty() ? "" : ",") + set;
  id.fields = {{"MFG", id.manufacturer}, {"MDL", id.model}, {"CMD", sets}, {"CLS", id.device_class}};
  for (const Field& field : id.fields) id.text += field.name + ":" + field.value + ";";
  return id;
}

}  // namespace platen::bidi
