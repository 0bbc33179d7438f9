// What a printer says of itself now.
#include "spooler/ipp/attributes.hpp"

namespace platen::spooler::ipp {
namespace {

constexpr int state_idle = 3, state_processing = 4, state_stopped = 5;

int printer_state(const Printer& printer, const bidi::IppStatus& status, bool at_work) {
  if (printer.paused) return state_stopped;
  return status.printer_state == state_idle && at_work ? state_processing : status.printer_state;
}

std::vector<std::string> reasons(const Printer& printer, const bidi::IppStatus& status) {
  if (!printer.paused) return status.printer_state_reasons;
  std::vector<std::string> all = {"paused"};
  for (const std::string& reason : status.printer_state_reasons)
    if (reason != "none") all.push_back(reason);
  return all;
}

std::vector<std::string> clipped(std::vector<std::string> texts) {
  for (std::string& text : texts) text = clip(std::move(text), text_limit);
  return texts;
}

}  // namespace

void write_printer_status(Writer& writer, const Printer& printer, const Place& place, bool at_work) {
  const bidi::IppStatus status = bidi::ipp_status(printer.status);
  writer.aspect(Aspect::description);
  writer.number(IPP_TAG_ENUM, "printer-state", printer_state(printer, status, at_work));
  writer.texts(IPP_TAG_KEYWORD, "printer-state-reasons", reasons(printer, status));
  writer.text(IPP_TAG_TEXT, "printer-state-message", clip(printer.sentence, text_limit));
  writer.boolean("printer-is-accepting-jobs", printer.accepting);
  writer.number(IPP_TAG_INTEGER, "queued-job-count", printer.queued);
  writer.number(IPP_TAG_INTEGER, "printer-up-time", seconds(place.now));
  writer.date("printer-current-time", place.now);
  writer.number(IPP_TAG_INTEGER, "printer-state-change-time", seconds(printer.changed));
  writer.date("printer-state-change-date-time", printer.changed);
  if (printer.status.page_count > 0)
    writer.number(IPP_TAG_INTEGER, "printer-impressions-completed",
                  static_cast<std::int64_t>(printer.status.page_count));

  writer.texts(IPP_TAG_NAME, "marker-names", clipped(status.marker_names));
  writer.texts(IPP_TAG_KEYWORD, "marker-types", status.marker_types);
  writer.texts(IPP_TAG_NAME, "marker-colors", status.marker_colors);
  writer.numbers(IPP_TAG_INTEGER, "marker-levels", status.marker_levels);
  writer.numbers(IPP_TAG_INTEGER, "marker-low-levels", status.marker_low_levels);
  writer.numbers(IPP_TAG_INTEGER, "marker-high-levels", status.marker_high_levels);
  if (!status.marker_message.empty())
    writer.text(IPP_TAG_TEXT, "marker-message", clip(status.marker_message, text_limit));
  writer.octets("printer-supply", status.printer_supply);
  writer.texts(IPP_TAG_TEXT, "printer-supply-description", clipped(status.printer_supply_description));
  writer.octets("printer-input-tray", status.printer_input_tray);
  // The one bin that every model has; nobody tells how full it is.
  writer.octets(
      "printer-output-tray",
      {"type=unRemovableBin;maxcapacity=-2;remaining=-2;status=0;name=face-down;stackingorder=firstToLast;"
       "pagedelivery=faceDown;"});
  writer.octets("printer-alert", status.printer_alert);
  writer.texts(IPP_TAG_TEXT, "printer-alert-description", clipped(status.printer_alert_description));
}

}  // namespace platen::spooler::ipp
