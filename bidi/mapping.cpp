#include "bidi/mapping.hpp"

#include <algorithm>

#include "bidi/text.hpp"

namespace platen::bidi {
namespace {

constexpr StateMapping kStates[] = {
#define STATE(state, ipp, schema, device, printer) {State::state, ipp, schema, device, printer},
#include "bidi/mapping.def"
#undef STATE
};
constexpr SeverityMapping kSeverities[] = {
#define SEVERITY(severity, ipp, port, schema, alert, name) \
  {Severity::severity, ipp, port, schema, alert, name},
#include "bidi/mapping.def"
#undef SEVERITY
};
constexpr ReasonMapping kReasons[] = {
#define REASON(keyword, port, state_reason, event, group, bit, when_error, code, name, alert_group,  \
               sentence)                                                                             \
  {keyword, PortStatus::port, state_reason, event, group, ErrorBit::bit, ErrorBit::when_error, code, \
   name,    alert_group,      sentence},
#include "bidi/mapping.def"
#undef REASON
};
constexpr RestMapping kRests[] = {
#define REST(keyword, printer) {keyword, printer},
#include "bidi/mapping.def"
#undef REST
};
constexpr ErrorBitMapping kErrorBits[] = {
#define ERROR_BIT(name, bit, keyword) {ErrorBit::name, keyword},
#include "bidi/mapping.def"
#undef ERROR_BIT
};
constexpr SupplyMapping kSupplies[] = {
#define SUPPLY(type, number, name, schema) {type, number, name, schema},
#include "bidi/mapping.def"
#undef SUPPLY
};
constexpr TrayMapping kTrays[] = {
#define TRAY(tray, bin, number, name) {tray, bin, number, name},
#include "bidi/mapping.def"
#undef TRAY
};
constexpr TrayMapping kOtherTray{"", "", 3, "sheetFeedAutoRemovableTray"};

template <class Row, std::size_t N, class Fits>
const Row* first(const Row (&rows)[N], Fits fits) {
  const auto at = std::find_if(std::begin(rows), std::end(rows), fits);
  return at == std::end(rows) ? nullptr : at;
}

}  // namespace

std::span<const StateMapping> state_mappings() {
  return kStates;
}
std::span<const SeverityMapping> severity_mappings() {
  return kSeverities;
}
std::span<const ReasonMapping> reason_mappings() {
  return kReasons;
}
std::span<const RestMapping> rest_mappings() {
  return kRests;
}
std::span<const ErrorBitMapping> error_bit_mappings() {
  return kErrorBits;
}
std::span<const SupplyMapping> supply_mappings() {
  return kSupplies;
}
std::span<const TrayMapping> tray_mappings() {
  return kTrays;
}

const StateMapping& mapping_of(State state) {
  const auto* row = first(kStates, [state](const StateMapping& r) { return r.state == state; });
  return row ? *row : kStates[0];
}

const SeverityMapping& mapping_of(Severity severity) {
  const auto* row =
      first(kSeverities, [severity](const SeverityMapping& r) { return r.severity == severity; });
  return row ? *row : kSeverities[0];
}

const ReasonMapping& mapping_of(std::string_view keyword) {
  const auto* row = first(kReasons, [keyword](const ReasonMapping& r) { return r.keyword == keyword; });
  return row ? *row : *(std::end(kReasons) - 1);  // "other" stands last
}

const SupplyMapping& supply_mapping(std::string_view type) {
  const auto* row = first(kSupplies, [type](const SupplyMapping& r) { return r.type == type; });
  return row ? *row : kSupplies[0];
}

TrayMapping tray_mapping(std::string_view tray) {
  const auto* row = first(kTrays, [tray](const TrayMapping& r) { return r.tray == tray; });
  return row ? *row : kOtherTray;
}

const RestMapping* rest_mapping(std::string_view keyword) {
  return first(kRests, [keyword](const RestMapping& r) { return r.keyword == keyword; });
}

const Reason* rest_of(const PrinterStatus& status) {
  if (status.state != State::idle) return nullptr;
  const auto at = std::find_if(status.reasons.begin(), status.reasons.end(),
                               [](const Reason& reason) { return rest_mapping(reason.keyword); });
  return at == status.reasons.end() ? nullptr : &*at;
}

bool sleeps(const PrinterStatus& status) {
  const Reason* rest = rest_of(status);
  return rest && mapping_of(rest->keyword).port == PortStatus::power_save;
}

const ReasonMapping* mapping_of_port(PortStatus status) {
  return first(kReasons, [status](const ReasonMapping& r) { return r.port == status; });
}

const ReasonMapping* mapping_of_event(std::string_view event) {
  return first(kReasons, [event](const ReasonMapping& r) { return same_word(r.event, event); });
}

const ReasonMapping* mapping_of_alert(std::int32_t code, std::int32_t group) {
  const auto* exact =
      first(kReasons, [=](const ReasonMapping& r) { return r.alert_code == code && r.alert_group == group; });
  if (exact) return exact;
  // Codes from 500 on belong to one group each; below, a code without its group says too little, but for a
  // few.
  return first(kReasons, [code](const ReasonMapping& r) {
    return r.alert_code == code && (code >= 500 || r.bit == ErrorBit::jammed ||
                                    r.bit == ErrorBit::door_open || rest_mapping(r.keyword));
  });
}

const ReasonMapping* mapping_of_bit(ErrorBit bit) {
  const auto* row = first(kErrorBits, [bit](const ErrorBitMapping& r) { return r.bit == bit; });
  return row ? &mapping_of(row->keyword) : nullptr;
}

const SupplyMapping* supply_mapping_of_number(std::int32_t number) {
  return first(kSupplies, [number](const SupplyMapping& r) { return r.number == number; });
}

Severity severity_of_alert(std::int32_t level) {
  constexpr std::int32_t warning_binary_change = 5;
  if (level == warning_binary_change) return Severity::warning;
  const auto* row = first(kSeverities, [level](const SeverityMapping& r) { return r.alert == level; });
  return row ? row->severity : Severity::report;
}

}  // namespace platen::bidi
