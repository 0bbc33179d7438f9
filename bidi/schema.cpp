#include "bidi/schema.hpp"

#include <algorithm>

#include "bidi/conditions.hpp"
#include "bidi/device_id.hpp"
#include "bidi/mapping.hpp"
#include "bidi/names.hpp"
#include "bidi/text.hpp"

namespace platen::bidi::schema {
namespace {

constexpr const char* kString = "BIDI_STRING";
constexpr const char* kInt = "BIDI_INT";
constexpr const char* kBool = "BIDI_BOOL";
constexpr const char* kEnum = "BIDI_ENUM";

std::string capital(std::string word) {
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

// "waste-toner" -> "WasteToner"
std::string joined(std::string_view keyword) {
  std::string result;
  while (!keyword.empty()) {
    const std::string_view part = keyword.substr(0, keyword.find('-'));
    result += capital(std::string(part));
    keyword.remove_prefix(std::min(keyword.size(), part.size() + 1));
  }
  return result;
}

std::string bin_of(const Tray& tray) {
  const std::string_view bin = tray_mapping(tray.name).bin;
  return bin.empty() ? capital(tray.name) : std::string(bin);
}

// Each bin and consumable has a name of its own, because it is asked for by name.
std::string unique(std::vector<std::string>& used, std::string name) {
  std::erase_if(name, [](char c) { return c == '[' || c == ']' || c == ':' || c == '\\'; });
  if (name.empty()) name = "Unnamed";
  std::string candidate = name;
  for (int n = 2; std::find(used.begin(), used.end(), candidate) != used.end(); ++n)
    candidate = name + std::to_string(n);
  used.push_back(candidate);
  return candidate;
}

class Leaves {
 public:
  explicit Leaves(std::vector<Value>& values) : values_(values) {}
  void under(std::string path) { path_ = std::move(path); }
  void add(std::string_view leaf, const char* type, std::string value) {
    values_.push_back({path_ + ":" + std::string(leaf), type, std::move(value)});
  }

 private:
  std::vector<Value>& values_;
  std::string path_;
};

void device(const PrinterStatus& status, Leaves& leaves) {
  leaves.under("\\Printer.DeviceInfo");
  leaves.add("ModelName", kString, status.model);
  leaves.add("FriendlyName", kString, status.model);
  if (status.device_id.empty()) return;
  leaves.add("IEEE1284DeviceId", kString, status.device_id);
  if (const auto id = parse_device_id(status.device_id))
    leaves.add("Manufacturer", kString, id->manufacturer);
}

void consumables(const PrinterStatus& status, Leaves& leaves) {
  const std::vector<std::string> names = supply_names(status);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Supply& supply = status.supplies[i];
    const std::string color = capital(color_name(supply.color));
    const bool colored = !color.empty() && !is_waste(supply.type);
    leaves.under("\\Printer.Consumables.[" + names[i] + "]");
    leaves.add("Installed", kBool, "true");
    leaves.add("Type", kEnum, std::string(supply_mapping(supply.type).schema));
    if (colored) leaves.add("Color", kEnum, color);
    leaves.add("Level", kInt, std::to_string(std::max<std::int32_t>(supply.level, -1)));
    leaves.add("Model", kString, supply.name);
    leaves.add("Estimated", kBool, supply.estimated ? "true" : "false");
    leaves.add("LowLevel", kInt, std::to_string(supply.low_level));
    leaves.add("EmptyLevel", kInt, std::to_string(supply.empty_level));
    if (supply.yield > 0) leaves.add("Yield", kInt, std::to_string(supply.yield));
  }
}

void bins(const PrinterStatus& status, Leaves& leaves) {
  std::vector<std::string> used;
  for (const Tray& tray : status.trays) {
    leaves.under("\\Printer.Layout.InputBins.[" + unique(used, bin_of(tray)) + "]");
    leaves.add("Installed", kBool, tray.level == level_unavailable ? "false" : "true");
    if (!tray.size.empty()) leaves.add("MediaSize", kString, tray.size);
    if (!tray.type.empty()) leaves.add("MediaType", kString, tray.type);
    leaves.add("Capacity", kInt, std::to_string(std::max<std::int32_t>(tray.capacity, -1)));
    leaves.add("Level", kInt, std::to_string(std::max<std::int32_t>(tray.level, -1)));
  }
}

void conditions(const PrinterStatus& status, Leaves& leaves) {
  leaves.under("\\Printer.Status.Summary");
  leaves.add("State", kEnum, std::string(mapping_of(status.state).schema));
  leaves.add(
      "StateReason", kEnum,
      status.reasons.empty() ? "None" : std::string(mapping_of(status.reasons.front().keyword).state_reason));
  for (std::size_t i = 0; i < status.reasons.size(); ++i) {
    const Reason& reason = status.reasons[i];
    const ReasonMapping& mapping = mapping_of(reason.keyword);
    const std::string event = "\\Printer.Status.Detailed.Event" + std::to_string(i + 1);
    leaves.under(event);
    leaves.add("Name", kEnum, std::string(mapping.event));
    leaves.add("Severity", kEnum, std::string(mapping_of(reason.severity).schema));
    leaves.under(event + ".Component");
    leaves.add("Group", kEnum, std::string(mapping.group));
    leaves.add("Name", kString, reason.component);
  }
}

std::vector<Value> tree(const PrinterStatus& status) {
  std::vector<Value> values;
  Leaves leaves(values);
  device(status, leaves);
  consumables(status, leaves);
  bins(status, leaves);
  conditions(status, leaves);
  return values;
}

// "\Printer.Layout" is above "\Printer.Layout.InputBins…" and "\Printer.Layout:…", not above
// "\Printer.LayoutX".
bool below(std::string_view path, std::string_view above) {
  if (above.empty() || above == "\\") return true;
  if (path.size() < above.size() || !same_word(path.substr(0, above.size()), above)) return false;
  return path.size() == above.size() || path[above.size()] == '.' || path[above.size()] == ':';
}

Error unknown(std::string_view path) {
  return fail(Errc::not_found, "get", printable(path.substr(0, 200)),
              "This printer tells nothing under that path.");
}

}  // namespace

Result<Value> get(const PrinterStatus& status, std::string_view path) {
  for (Value& value : tree(status))
    if (same_word(value.path, path)) return std::move(value);
  return unknown(path);
}

Result<std::vector<Value>> get_all(const PrinterStatus& status, std::string_view path) {
  std::vector<Value> values = tree(status);
  std::erase_if(values, [&](const Value& value) { return !below(value.path, path); });
  if (values.empty()) return unknown(path);
  return values;
}

std::vector<std::string> supply_names(const PrinterStatus& status) {
  std::vector<std::string> used;
  for (const Supply& supply : status.supplies) {
    const std::string color = capital(color_name(supply.color));
    const bool colored = !color.empty() && !is_waste(supply.type);
    (void)unique(used, colored ? color : joined(supply.type));
  }
  return used;
}

std::string supply_of_path(const PrinterStatus& status, std::string_view name) {
  const std::vector<std::string> names = supply_names(status);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (same_word(names[i], name)) return component_of(status.supplies[i]);
  return {};
}

std::vector<std::string> enumerate(const PrinterStatus& status) {
  std::vector<std::string> paths;
  for (Value& value : tree(status)) paths.push_back(std::move(value.path));
  return paths;
}

}  // namespace platen::bidi::schema
