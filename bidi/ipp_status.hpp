// A printer's status in the attributes of IPP (RFC 8011, PWG 5100.9 and 5100.13), as plain values: the front
// door encodes them. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bidi/printer_status.hpp"

namespace platen::bidi {

// An empty list: the attribute is left out.
struct IppStatus {
  std::int32_t printer_state = 3;                  // 3 idle, 4 processing, 5 stopped
  std::vector<std::string> printer_state_reasons;  // "media-empty-error"; "none" when all is well
  std::string printer_state_message;
  std::vector<std::string> marker_names;
  std::vector<std::string> marker_types;
  std::vector<std::string> marker_colors;
  std::vector<std::int32_t> marker_levels;
  std::vector<std::int32_t> marker_low_levels;
  std::vector<std::int32_t> marker_high_levels;
  std::string marker_message;
  std::vector<std::string> printer_supply;  // octet strings
  std::vector<std::string> printer_supply_description;
  std::vector<std::string> printer_input_tray;  // octet strings
  std::vector<std::string> printer_alert;       // octet strings
  std::vector<std::string> printer_alert_description;
};

[[nodiscard]] IppStatus ipp_status(const PrinterStatus& status);

}  // namespace platen::bidi
