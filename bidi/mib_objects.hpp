// The objects of the Host Resources and Printer MIBs that a status is made of, and their numbers. Only
// printer_mib reads them.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "bidi/printer_mib.hpp"

namespace platen::bidi::mib {

inline Oid below(const Oid& root, std::initializer_list<std::uint32_t> more) {
  Oid oid = root;
  oid.insert(oid.end(), more);
  return oid;
}

inline const Oid device_entry{1, 3, 6, 1, 2, 1, 25, 3, 2, 1};  // hrDeviceEntry: column, device
inline constexpr std::uint32_t device_descr = 3, device_status = 5;
inline const Oid printer_entry{1, 3, 6, 1, 2, 1, 25, 3, 5, 1};  // hrPrinterEntry: column, device
inline constexpr std::uint32_t printer_status = 1, printer_error_state = 2;
// prtInputEntry: column, device, tray
inline const Oid input_entry{1, 3, 6, 1, 2, 1, 43, 8, 2, 1};
inline constexpr std::uint32_t input_type = 2, input_capacity = 9, input_level = 10, input_status = 11,
                               input_media = 12, input_name = 13, input_media_type = 21;
// prtMarkerLifeCount: device, marker
inline const Oid life_count{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4};
// prtMarkerSuppliesEntry: column, device, supply
inline const Oid supply_entry{1, 3, 6, 1, 2, 1, 43, 11, 1, 1};
inline constexpr std::uint32_t supply_marker = 2, supply_colorant = 3, supply_class = 4, supply_type = 5,
                               supply_description = 6, supply_unit = 7, supply_capacity = 8, supply_level = 9;
inline const Oid colorant_value{1, 3, 6, 1, 2, 1, 43, 12, 1, 1, 4};  // device, colorant
inline const Oid display_text{1, 3, 6, 1, 2, 1, 43, 16, 5, 1, 2};    // device, line
// prtAlertEntry: column, device, alert
inline const Oid alert_entry{1, 3, 6, 1, 2, 1, 43, 18, 1, 1};
inline constexpr std::uint32_t alert_severity = 2, alert_group = 4, alert_group_index = 5, alert_location = 6,
                               alert_code = 7, alert_description = 8;
// ppmPrinterIEEE1284DeviceId of the Printer Port Monitor MIB
inline const Oid device_id{1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 2, 1, 1, 3};

inline constexpr std::int64_t status_running = 2, status_warning = 3, status_down = 5;
inline constexpr std::int64_t printer_other = 1, printer_unknown = 2, printer_idle = 3, printer_printing = 4,
                              printer_warmup = 5;
inline constexpr std::int64_t unit_percent = 19;
inline constexpr std::int64_t class_consumed = 3, class_receptacle = 4;
inline constexpr std::int32_t group_input = 8, group_supplies = 11;
// Levels and capacities below zero: no restriction, not known, and some is left.
inline constexpr std::int64_t unknown_level = -2, some_level = -3;

}  // namespace platen::bidi::mib
