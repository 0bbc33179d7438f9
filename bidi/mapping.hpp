// The table that all translations of PrinterStatus use: mapping.def, looked up by the words of each language.
//
//   mapping_of("media-jam").alert_code                     // 8
//   mapping_of_alert(8, 13)->keyword                       // "media-jam"
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "bidi/printer_status.hpp"

namespace platen::bidi {

// PORT_INFO_3.dwStatus of Windows.
enum class PortStatus : std::uint8_t {
  none = 0,
  offline = 1,
  paper_jam = 2,
  paper_out = 3,
  output_bin_full = 4,
  paper_problem = 5,
  no_toner = 6,
  door_open = 7,
  user_intervention = 8,
  out_of_memory = 9,
  toner_low = 10,
  warming_up = 11,
  power_save = 12,
};

// hrPrinterDetectedErrorState, by the number of the bit; -1 is no bit.
enum class ErrorBit : std::int8_t {
  none = -1,
#define ERROR_BIT(name, bit, keyword) name = bit,
#include "bidi/mapping.def"
#undef ERROR_BIT
};

struct StateMapping {
  State state;
  std::int32_t ipp;
  std::string_view schema;
  std::int32_t device_status;   // hrDeviceStatus
  std::int32_t printer_status;  // hrPrinterStatus
};
struct SeverityMapping {
  Severity severity;
  std::string_view ipp;
  std::uint32_t port;
  std::string_view schema;
  std::int32_t alert;  // prtAlertSeverityLevel
  std::string_view alert_name;
};
struct ReasonMapping {
  std::string_view keyword;
  PortStatus port;
  std::string_view state_reason;
  std::string_view event;
  std::string_view group;
  ErrorBit bit;
  ErrorBit bit_when_error;
  std::int32_t alert_code;
  std::string_view alert_name;
  std::int32_t alert_group;
  std::string_view sentence;
};
struct RestMapping {
  std::string_view keyword;
  std::int32_t printer_status;  // hrPrinterStatus
};
struct ErrorBitMapping {
  ErrorBit bit;
  std::string_view keyword;
};
struct SupplyMapping {
  std::string_view type;  // IPP marker-types
  std::int32_t number;    // prtMarkerSuppliesType
  std::string_view name;
  std::string_view schema;
};
struct TrayMapping {
  std::string_view tray;
  std::string_view bin;
  std::int32_t number;  // prtInputType
  std::string_view name;
};

[[nodiscard]] std::span<const StateMapping> state_mappings();
[[nodiscard]] std::span<const SeverityMapping> severity_mappings();
[[nodiscard]] std::span<const ReasonMapping> reason_mappings();
[[nodiscard]] std::span<const RestMapping> rest_mappings();
[[nodiscard]] std::span<const ErrorBitMapping> error_bit_mappings();
[[nodiscard]] std::span<const SupplyMapping> supply_mappings();
[[nodiscard]] std::span<const TrayMapping> tray_mappings();

// Each has an answer: for what the table does not know, the row of "other".
[[nodiscard]] const StateMapping& mapping_of(State state);
[[nodiscard]] const SeverityMapping& mapping_of(Severity severity);
[[nodiscard]] const ReasonMapping& mapping_of(std::string_view keyword);
[[nodiscard]] const SupplyMapping& supply_mapping(std::string_view type);
// For a tray without a row of its own: a removable tray, and no bin name.
[[nodiscard]] TrayMapping tray_mapping(std::string_view tray);

// Null for a reason that is no rest.
[[nodiscard]] const RestMapping* rest_mapping(std::string_view keyword);
// The rest that the printer takes now, or null: it warms up, or sleeps.
[[nodiscard]] const Reason* rest_of(const PrinterStatus& status);
[[nodiscard]] bool sleeps(const PrinterStatus& status);

// The ways back; null where the table has none.
[[nodiscard]] const ReasonMapping* mapping_of_port(PortStatus status);
[[nodiscard]] const ReasonMapping* mapping_of_event(std::string_view event);
// The same code means different things in different groups; a group that is not known does not matter.
[[nodiscard]] const ReasonMapping* mapping_of_alert(std::int32_t code, std::int32_t group);
[[nodiscard]] const ReasonMapping* mapping_of_bit(ErrorBit bit);
[[nodiscard]] const SupplyMapping* supply_mapping_of_number(std::int32_t number);
[[nodiscard]] Severity severity_of_alert(std::int32_t level);

}  // namespace platen::bidi
