#include "bidi/printer_mib.hpp"

#include <algorithm>
#include <array>

#include "bidi/conditions.hpp"
#include "bidi/mapping.hpp"
#include "bidi/mib_objects.hpp"
#include "bidi/names.hpp"
#include "bidi/text.hpp"

namespace platen::bidi {
namespace {

// The only device that we describe.
constexpr std::uint32_t kDevice = 1;
// Sub-unit status: idle, or broken with a critical alert.
constexpr std::int64_t kSubunitIdle = 0, kSubunitBroken = 19;

class Objects {
 public:
  void number(const Oid& root, std::initializer_list<std::uint32_t> index, std::int64_t value) {
    values_.push_back({mib::below(root, index), value});
  }
  void text(const Oid& root, std::initializer_list<std::uint32_t> index, std::string value) {
    values_.push_back({mib::below(root, index), std::move(value)});
  }
  std::vector<MibValue> sorted() && {
    std::sort(values_.begin(), values_.end(),
              [](const MibValue& a, const MibValue& b) { return a.oid < b.oid; });
    return std::move(values_);
  }

 private:
  std::vector<MibValue> values_;
};

std::string error_state(const PrinterStatus& status) {
  std::string octets(2, '\0');
  const auto set = [&octets](ErrorBit bit) {
    if (bit == ErrorBit::none) return;
    const auto number = static_cast<std::size_t>(bit);
    octets[number / 8] = static_cast<char>(octets[number / 8] | 0x80 >> (number % 8));
  };
  for (const Reason& reason : status.reasons) {
    const ReasonMapping& mapping = mapping_of(reason.keyword);
    set(mapping.bit);
    if (reason.severity == Severity::error) set(mapping.bit_when_error);
  }
  if (status.state == State::offline) set(ErrorBit::offline);
  return octets;
}

std::int64_t device_status(const PrinterStatus& status) {
  const std::int64_t told = mapping_of(status.state).device_status;
  const bool warns = std::any_of(status.reasons.begin(), status.reasons.end(),
                                 [](const Reason& reason) { return reason.severity != Severity::report; });
  return told == mib::status_running && warns ? mib::status_warning : told;
}

// Where an alert points to: the number of its tray or supply, or -1.
std::int64_t group_index(const PrinterStatus& status, const Reason& reason, std::int32_t group) {
  std::int64_t index = 0;
  if (group == mib::group_input)
    for (const Tray& tray : status.trays)
      if (++index; tray.name == reason.component) return index;
  index = 0;
  if (group == mib::group_supplies)
    for (const Supply& supply : status.supplies)
      if (++index; !reason.component.empty() && component_of(supply) == reason.component) return index;
  return -1;
}

void supplies(const PrinterStatus& status, Objects& objects) {
  std::uint32_t index = 0;
  std::vector<std::string> colorants;
  for (const Supply& supply : status.supplies) {
    ++index;
    const bool waste = is_waste(supply.type);
    const std::string color = color_name(supply.color);
    std::int64_t colorant = 0;
    if (!color.empty() && !waste) {
      auto at = std::find(colorants.begin(), colorants.end(), color);
      if (at == colorants.end()) at = colorants.insert(colorants.end(), color);
      colorant = at - colorants.begin() + 1;
    }
    const auto number = [&](std::uint32_t column, std::int64_t value) {
      objects.number(mib::supply_entry, {column, kDevice, index}, value);
    };
    number(mib::supply_marker, 1);
    number(mib::supply_colorant, colorant);
    number(mib::supply_class, waste ? mib::class_receptacle : mib::class_consumed);
    number(mib::supply_type, supply_mapping(supply.type).number);
    objects.text(mib::supply_entry, {mib::supply_description, kDevice, index},
                 supply.estimated ? supply.name + " (estimate)" : supply.name);
    number(mib::supply_unit, mib::unit_percent);
    number(mib::supply_capacity, 100);
    number(mib::supply_level, supply.level);
  }
  index = 0;
  for (const std::string& color : colorants) objects.text(mib::colorant_value, {kDevice, ++index}, color);
}

void trays(const PrinterStatus& status, Objects& objects) {
  std::uint32_t index = 0;
  for (const Tray& tray : status.trays) {
    ++index;
    const auto number = [&](std::uint32_t column, std::int64_t value) {
      objects.number(mib::input_entry, {column, kDevice, index}, value);
    };
    const auto text = [&](std::uint32_t column, std::string value) {
      objects.text(mib::input_entry, {column, kDevice, index}, std::move(value));
    };
    number(mib::input_type, tray_mapping(tray.name).number);
    number(mib::input_capacity, tray.capacity);
    number(mib::input_level, tray.level == level_unavailable ? mib::unknown_level : tray.level);
    number(mib::input_status, tray.level == level_unavailable ? kSubunitBroken : kSubunitIdle);
    text(mib::input_media, tray.size);
    text(mib::input_name, tray.name);
    text(mib::input_media_type, tray.type);
  }
}

void alerts(const PrinterStatus& status, Objects& objects) {
  std::uint32_t index = 0;
  for (const Reason& reason : status.reasons) {
    ++index;
    const ReasonMapping& mapping = mapping_of(reason.keyword);
    const auto number = [&](std::uint32_t column, std::int64_t value) {
      objects.number(mib::alert_entry, {column, kDevice, index}, value);
    };
    number(mib::alert_severity, mapping_of(reason.severity).alert);
    number(mib::alert_group, mapping.alert_group);
    number(mib::alert_group_index, group_index(status, reason, mapping.alert_group));
    number(mib::alert_location, reason.code);
    number(mib::alert_code, mapping.alert_code);
    objects.text(mib::alert_entry, {mib::alert_description, kDevice, index}, reason.sentence);
  }
}

}  // namespace

std::vector<MibValue> mib_values(const PrinterStatus& status) {
  Objects objects;
  objects.text(mib::device_entry, {mib::device_descr, kDevice}, status.model);
  objects.number(mib::device_entry, {mib::device_status, kDevice}, device_status(status));
  const Reason* rest = rest_of(status);
  objects.number(
      mib::printer_entry, {mib::printer_status, kDevice},
      rest ? rest_mapping(rest->keyword)->printer_status : mapping_of(status.state).printer_status);
  objects.text(mib::printer_entry, {mib::printer_error_state, kDevice}, error_state(status));
  objects.number(mib::life_count, {kDevice, 1}, static_cast<std::int64_t>(status.page_count));
  objects.text(mib::display_text, {kDevice, 1}, status.message);
  objects.text(mib::device_id, {1}, status.device_id);
  supplies(status, objects);
  trays(status, objects);
  alerts(status, objects);
  return std::move(objects).sorted();
}

const std::vector<Oid>& mib_roots() {
  static const std::vector<Oid> roots{mib::below(mib::device_entry, {mib::device_descr}),
                                      mib::below(mib::device_entry, {mib::device_status}),
                                      mib::printer_entry,
                                      mib::input_entry,
                                      mib::life_count,
                                      mib::supply_entry,
                                      mib::colorant_value,
                                      mib::display_text,
                                      mib::alert_entry,
                                      mib::device_id};
  return roots;
}

const std::vector<Oid>& mib_news_roots() {
  static const std::vector<Oid> roots{mib::below(mib::device_entry, {mib::device_status}), mib::printer_entry,
                                      mib::life_count, mib::display_text, mib::alert_entry};
  return roots;
}

Oid parse_oid(std::string_view text) {
  Oid oid;
  if (text.starts_with('.')) text.remove_prefix(1);
  while (!text.empty()) {
    const auto end = text.find('.');
    const auto part = number(text.substr(0, end));
    if (!part || end == text.size() - 1) return {};
    oid.push_back(*part);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return oid;
}

std::string to_text(const Oid& oid) {
  std::string text;
  for (std::uint32_t part : oid) text += (text.empty() ? "" : ".") + std::to_string(part);
  return text;
}

bool is_below(const Oid& oid, const Oid& root) {
  return oid.size() >= root.size() && std::equal(root.begin(), root.end(), oid.begin());
}

}  // namespace platen::bidi
