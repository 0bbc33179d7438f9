#include "bidi/ipp_status.hpp"

#include <algorithm>

#include "bidi/mapping.hpp"
#include "bidi/names.hpp"
#include "bidi/sentence.hpp"

namespace platen::bidi {
namespace {

// Octet strings are lists of key=value; so a value must not hold their separators.
std::string value(std::string_view text) {
  std::string result(text);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c == ';' || c == '='; }, ' ');
  return result;
}

std::string supply_text(const Supply& supply, std::size_t index) {
  const bool waste = is_waste(supply.type);
  const std::string color = color_name(supply.color);
  return "type=" + std::string(supply_mapping(supply.type).name) +
         ";maxcapacity=100;level=" + std::to_string(supply.level) + ";index=" + std::to_string(index + 1) +
         ";class=" + (waste ? "receptacleThatIsFilled" : "supplyThatIsConsumed") +
         ";unit=percent;colorantname=" + (color.empty() ? "none" : color) + ";";
}

std::string tray_text(const Tray& tray, std::size_t index) {
  const std::string level = std::to_string(tray.level);
  std::string text =
      "type=" + std::string(tray_mapping(tray.name).name) +
      ";dimunit=micrometers;mediafeed=-2;mediaxfeed=-2;maxcapacity=" + std::to_string(tray.capacity) +
      ";level=" + level + ";status=" + (tray.level == 0 ? "19" : "0") +
      ";index=" + std::to_string(index + 1) + ";name=" + value(tray.name) + ";";
  if (!tray.size.empty()) text += "medianame=" + value(tray.size) + ";";
  if (!tray.type.empty()) text += "mediatype=" + value(tray.type) + ";";
  return text;
}

std::string alert_text(const Reason& reason) {
  std::string text = "code=" + std::string(mapping_of(reason.keyword).alert_name) +
                     ";severity=" + std::string(mapping_of(reason.severity).alert_name) + ";";
  if (reason.code != 0) text += "location=" + std::to_string(reason.code) + ";";
  return text;
}

}  // namespace

IppStatus ipp_status(const PrinterStatus& status) {
  IppStatus ipp;
  ipp.printer_state = mapping_of(status.state).ipp;
  ipp.printer_state_message = sentence(status);
  for (const Reason& reason : status.reasons) {
    std::string keyword = reason.keyword + "-" + std::string(mapping_of(reason.severity).ipp);
    // Two trays may be empty, but a keyword is said once.
    if (std::find(ipp.printer_state_reasons.begin(), ipp.printer_state_reasons.end(), keyword) ==
        ipp.printer_state_reasons.end())
      ipp.printer_state_reasons.push_back(std::move(keyword));
    ipp.printer_alert.push_back(alert_text(reason));
    ipp.printer_alert_description.push_back(reason.sentence);
  }
  if (ipp.printer_state_reasons.empty()) ipp.printer_state_reasons.emplace_back("none");

  for (std::size_t i = 0; i < status.supplies.size(); ++i) {
    const Supply& supply = status.supplies[i];
    const bool waste = is_waste(supply.type);
    const std::string name = supply.estimated ? supply.name + " (estimate)" : supply.name;
    ipp.marker_names.push_back(name);
    ipp.marker_types.push_back(supply.type);
    ipp.marker_colors.push_back(supply.color.empty() ? "none" : supply.color);
    // A receptacle is told by what is in it, and has a high mark; everything else by what is left.
    ipp.marker_levels.push_back(waste && supply.level >= 0 ? 100 - supply.level : supply.level);
    ipp.marker_low_levels.push_back(waste ? 0 : supply.low_level);
    ipp.marker_high_levels.push_back(waste ? 100 - supply.low_level : 100);
    ipp.printer_supply.push_back(supply_text(supply, i));
    ipp.printer_supply_description.push_back(name);
    if (const auto& reasons = status.reasons; ipp.marker_message.empty())
      for (const Reason& reason : reasons)
        if (ipp.marker_message.empty() &&
            (reason.keyword.find("toner") != std::string::npos || reason.keyword.starts_with("marker-")))
          ipp.marker_message = reason.sentence;
  }
  for (std::size_t i = 0; i < status.trays.size(); ++i)
    ipp.printer_input_tray.push_back(tray_text(status.trays[i], i));
  return ipp;
}

}  // namespace platen::bidi
