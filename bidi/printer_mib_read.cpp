// From the objects of the Printer MIB to a PrinterStatus.
#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "bidi/conditions.hpp"
#include "bidi/device_id.hpp"
#include "bidi/mapping.hpp"
#include "bidi/mib_objects.hpp"
#include "bidi/names.hpp"
#include "bidi/printer_mib.hpp"
#include "bidi/text.hpp"

namespace platen::bidi {
namespace {

// One row of a table, or a scalar: its columns.
struct Row {
  std::map<std::uint32_t, const MibValue*> columns;

  [[nodiscard]] std::optional<std::int64_t> number(std::uint32_t column) const {
    const auto at = columns.find(column);
    if (at == columns.end()) return std::nullopt;
    const auto* value = std::get_if<std::int64_t>(&at->second->value);
    return value ? std::optional(*value) : std::nullopt;
  }
  [[nodiscard]] std::string text(std::uint32_t column) const {
    const auto at = columns.find(column);
    if (at == columns.end()) return {};
    const auto* value = std::get_if<std::string>(&at->second->value);
    // Some agents count the zero that ends their text.
    return value ? std::string(trim(printable(value->substr(0, value->find('\0'))))) : std::string();
  }
};

class Tables {
 public:
  explicit Tables(std::span<const MibValue> values) : values_(values) {
    // The device that is a printer; a print server may have others.
    for (const MibValue& value : values)
      if (is_below(value.oid, mib::printer_entry) && value.oid.size() == mib::printer_entry.size() + 2) {
        device_ = value.oid.back();
        break;
      }
  }

  // Rows by their index; `entry` is followed by column, device and index, or by column and device.
  [[nodiscard]] std::map<std::uint32_t, Row> rows(const Oid& entry, std::size_t indices) const {
    std::map<std::uint32_t, Row> found;
    for (const MibValue& value : values_) {
      if (!is_below(value.oid, entry) || value.oid.size() != entry.size() + 1 + indices) continue;
      if (device_ && value.oid[entry.size() + 1] != *device_) continue;
      const std::uint32_t index = value.oid.back();
      if (found.size() >= max_mib_rows && !found.contains(index)) continue;
      found[index].columns[value.oid[entry.size()]] = &value;
    }
    return found;
  }
  // The one row of a table with one row per device.
  [[nodiscard]] Row row(const Oid& entry) const {
    const auto all = rows(entry, 1);
    return all.empty() ? Row{} : all.begin()->second;
  }

 private:
  std::span<const MibValue> values_;
  std::optional<std::uint32_t> device_;
};

// A column as a table of its own: its last part is the column.
std::map<std::uint32_t, Row> column_rows(const Tables& tables, Oid column) {
  column.pop_back();
  return tables.rows(column, 2);
}

std::int32_t level_of(std::optional<std::int64_t> told) {
  if (!told) return level_unknown;
  if (*told == mib::some_level) return level_some;
  if (*told < 0 || *told > std::numeric_limits<std::int32_t>::max()) return level_unknown;
  return static_cast<std::int32_t>(*told);
}

std::int32_t percent_of(const Row& row) {
  const std::int32_t level = level_of(row.number(mib::supply_level));
  if (level < 0) return level;
  const std::int32_t capacity = level_of(row.number(mib::supply_capacity));
  std::int64_t whole = capacity;
  if (capacity <= 0) {
    if (row.number(mib::supply_unit) != mib::unit_percent) return level == 0 ? 0 : level_some;
    whole = 100;
  }
  // Rounded up: 1 of 1000 is not yet empty.
  return static_cast<std::int32_t>(
      std::min<std::int64_t>(100, (std::int64_t{level} * 100 + whole - 1) / whole));
}

// "iso-a4-white" and "A4" -> "iso_a4_210x297mm"
std::string media_of(const std::string& name) {
  if (name.empty()) return {};
  if (std::string keyword = media_keyword(name); keyword != name) return keyword;
  const Words words = words_of(name);
  std::string size;
  for (std::size_t at = 0; at < words.size(); ++at)
    if (media_at(words, at, size) > 0) return media_keyword(size);
  return name;
}

std::map<std::uint32_t, Supply> read_supplies(const Tables& tables) {
  std::map<std::uint32_t, Supply> supplies;
  const auto colorants = column_rows(tables, mib::colorant_value);
  for (const auto& [index, row] : tables.rows(mib::supply_entry, 2)) {
    const auto type = row.number(mib::supply_type);
    if (!type) continue;
    Supply supply;
    const SupplyMapping* mapping =
        supply_mapping_of_number(*type > 0 && *type < 1000 ? static_cast<std::int32_t>(*type) : 0);
    supply.type = mapping ? mapping->type : "unknown";
    supply.name = row.text(mib::supply_description);
    if (supply.name.empty()) supply.name = "Supply " + std::to_string(index);
    std::string color;
    if (const auto number = row.number(mib::supply_colorant); number && *number > 0)
      if (const auto at = colorants.find(static_cast<std::uint32_t>(*number)); at != colorants.end())
        color = at->second.text(mib::colorant_value.back());
    const bool colorless = is_waste(supply.type) || row.number(mib::supply_class) == mib::class_receptacle;
    supply.color = colorless ? "none" : color_value(color.empty() ? supply.name : color);
    supply.level = percent_of(row);
    supplies.emplace(index, std::move(supply));
  }
  return supplies;
}

std::map<std::uint32_t, Tray> read_trays(const Tables& tables) {
  std::map<std::uint32_t, Tray> trays;
  for (const auto& [index, row] : tables.rows(mib::input_entry, 2)) {
    Tray tray;
    const std::string name = row.text(mib::input_name);
    tray.name = name.empty() ? "tray" + std::to_string(index) : tray_keyword(name);
    tray.size = media_of(row.text(mib::input_media));
    if (const std::string type = row.text(mib::input_media_type); !type.empty())
      tray.type = media_type_keyword(type);
    tray.level = level_of(row.number(mib::input_level));
    tray.capacity = level_of(row.number(mib::input_capacity));
    trays.emplace(index, std::move(tray));
  }
  return trays;
}

std::vector<ErrorBit> read_bits(const MibValue* state) {
  std::vector<ErrorBit> bits;
  const auto* octets = state ? std::get_if<std::string>(&state->value) : nullptr;
  if (!octets) return bits;
  for (const ErrorBitMapping& mapping : error_bit_mappings()) {
    const auto number = static_cast<std::size_t>(mapping.bit);
    if (number / 8 < octets->size() &&
        (static_cast<std::uint8_t>((*octets)[number / 8]) & 0x80 >> (number % 8)) != 0)
      bits.push_back(mapping.bit);
  }
  return bits;
}

bool has(const std::vector<ErrorBit>& bits, ErrorBit bit) {
  return std::find(bits.begin(), bits.end(), bit) != bits.end();
}

void add_reason(std::vector<Reason>& reasons, Reason reason) {
  for (Reason& known : reasons) {
    if (known.keyword != reason.keyword || known.component != reason.component) continue;
    known.severity = std::max(known.severity, reason.severity);
    return;
  }
  reasons.push_back(std::move(reason));
}

struct Parts {
  std::map<std::uint32_t, Supply> supplies;
  std::map<std::uint32_t, Tray> trays;
};

std::string component(const Parts& parts, std::int64_t group, std::int64_t index) {
  const auto key = static_cast<std::uint32_t>(index);
  if (index <= 0) return {};
  if (group == mib::group_input)
    if (const auto at = parts.trays.find(key); at != parts.trays.end()) return at->second.name;
  if (group == mib::group_supplies)
    if (const auto at = parts.supplies.find(key); at != parts.supplies.end()) return component_of(at->second);
  return {};
}

void read_alerts(const Tables& tables, Parts& parts, std::vector<Reason>& reasons) {
  const auto small = [](std::optional<std::int64_t> value) {
    return value && *value > 0 && *value < 100'000 ? static_cast<std::int32_t>(*value) : 0;
  };
  for (const auto& [index, row] : tables.rows(mib::alert_entry, 2)) {
    const std::int32_t group = small(row.number(mib::alert_group));
    const Severity severity = severity_of_alert(small(row.number(mib::alert_severity)));
    const ReasonMapping* mapping = mapping_of_alert(small(row.number(mib::alert_code)), group);
    // Not everything that is told is a reason: "ready to print" is an alert as well.
    if (!mapping && severity == Severity::report) continue;
    if (!mapping) mapping = &mapping_of("other");
    const std::int64_t number = row.number(mib::alert_group_index).value_or(-1);
    if (mapping->keyword == "input-tray-missing")
      if (const auto at = parts.trays.find(static_cast<std::uint32_t>(number)); at != parts.trays.end())
        at->second.level = level_unavailable;
    add_reason(reasons, told_reason(*mapping, severity, component(parts, group, number),
                                    row.text(mib::alert_description)));
  }
}

// What the bits say and no alert has said better.
void read_errors(const std::vector<ErrorBit>& bits, bool stopped, std::vector<Reason>& reasons) {
  for (ErrorBit bit : bits) {
    const ReasonMapping* mapping = mapping_of_bit(bit);
    const bool vague = mapping && mapping->keyword == "other";
    const bool said = std::any_of(reasons.begin(), reasons.end(), [&](const Reason& reason) {
      const ReasonMapping& known = mapping_of(reason.keyword);
      return vague || known.bit == bit || known.bit_when_error == bit || known.keyword == mapping->keyword;
    });
    if (!mapping || said) continue;
    add_reason(reasons, told_reason(*mapping, stopped ? Severity::error : Severity::warning, "", ""));
  }
}

State read_state(const Row& device, const Row& printer, const std::vector<ErrorBit>& bits) {
  const auto of_device = device.number(mib::device_status);
  const auto of_printer = printer.number(mib::printer_status);
  if (!of_device && !of_printer) return State::unknown;
  if (of_device == mib::status_down) return has(bits, ErrorBit::offline) ? State::offline : State::stopped;
  if (of_printer == mib::printer_printing) return State::processing;
  if (of_printer == mib::printer_idle || of_printer == mib::printer_warmup) return State::idle;
  // "Other" is a printer that sleeps, unless something is wrong with it.
  const bool wrong = has(bits, ErrorBit::jammed) || has(bits, ErrorBit::door_open) ||
                     has(bits, ErrorBit::no_paper) || has(bits, ErrorBit::no_toner);
  if (of_printer == mib::printer_other) return wrong ? State::stopped : State::idle;
  return of_device == mib::status_running || of_device == mib::status_warning ? State::idle : State::unknown;
}

// hrPrinterStatus alone says that it warms up, or, as "other" of a device that runs and lacks nothing, that
// it sleeps.
void read_rest(const Row& device, const Row& printer, const std::vector<ErrorBit>& bits,
               std::vector<Reason>& reasons) {
  const auto told = printer.number(mib::printer_status);
  if (told == mib::printer_other &&
      (device.number(mib::device_status) != mib::status_running || !bits.empty()))
    return;
  const bool said = std::any_of(reasons.begin(), reasons.end(),
                                [](const Reason& reason) { return rest_mapping(reason.keyword) != nullptr; });
  for (const RestMapping& rest : rest_mappings())
    if (told == rest.printer_status && !said)
      add_reason(reasons, told_reason(mapping_of(rest.keyword), Severity::report, "", ""));
}

std::string read_display(const Tables& tables) {
  std::string words;
  for (const auto& [line, row] : column_rows(tables, mib::display_text)) {
    const std::string text = row.text(mib::display_text.back());
    if (!text.empty() && words.size() < 200) words += (words.empty() ? "" : " ") + text;
  }
  return words;
}

}  // namespace

PrinterStatus status_from_mib(std::span<const MibValue> values) {
  PrinterStatus status;
  const Tables tables(values);
  const Row device = tables.row(mib::device_entry);
  const Row printer = tables.row(mib::printer_entry);
  const auto error_state = printer.columns.find(mib::printer_error_state);
  const auto bits = read_bits(error_state == printer.columns.end() ? nullptr : error_state->second);
  status.state = read_state(device, printer, bits);
  status.online = status.state == State::idle || status.state == State::processing;

  Parts parts{read_supplies(tables), read_trays(tables)};
  std::vector<Reason> reasons;
  read_alerts(tables, parts, reasons);
  const bool waits = status.state == State::stopped || status.state == State::offline;
  read_errors(bits, waits, reasons);
  for (const auto& [index, supply] : parts.supplies)
    if (auto reason = supply_reason(supply)) add_reason(reasons, std::move(*reason));
  for (const auto& [index, tray] : parts.trays)
    if (auto reason = tray_reason(tray)) add_reason(reasons, std::move(*reason));
  if (!waits) read_rest(device, printer, bits, reasons);
  if (!waits)
    for (Reason& reason : reasons)
      reason.severity =
          std::min(reason.severity, rest_mapping(reason.keyword) ? Severity::report : Severity::warning);
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const Reason& a, const Reason& b) { return a.severity > b.severity; });
  status.reasons = std::move(reasons);
  for (auto& [index, supply] : parts.supplies) status.supplies.push_back(std::move(supply));
  for (auto& [index, tray] : parts.trays) status.trays.push_back(std::move(tray));

  status.message = read_display(tables);
  for (const auto& [marker, row] : column_rows(tables, mib::life_count))
    if (const auto count = row.number(mib::life_count.back()); count && *count > 0 && status.page_count == 0)
      status.page_count = static_cast<std::uint64_t>(*count);
  status.model = device.text(mib::device_descr);
  for (const MibValue& value : values)
    if (const auto* text = std::get_if<std::string>(&value.value);
        text && is_below(value.oid, mib::device_id) && status.device_id.empty())
      if (const auto id = parse_device_id(*text)) {
        status.device_id = id->text;
        status.model = id->full_model();
      }
  return status;
}

}  // namespace platen::bidi
