#include "bidi/port_info.hpp"

#include <algorithm>

#include "bidi/mapping.hpp"
#include "bidi/sentence.hpp"

namespace platen::bidi {
namespace {

// What may be said of a printer that goes on. "Out of paper" may not: another tray is.
bool is_only_news(PortStatus status) {
  switch (status) {
    case PortStatus::paper_problem:
    case PortStatus::toner_low:
    case PortStatus::user_intervention:
    case PortStatus::out_of_memory:
    case PortStatus::output_bin_full:
    case PortStatus::warming_up:
    case PortStatus::power_save:
      return true;
    default:
      return false;
  }
}

}  // namespace

PortInfo port_info(const PrinterStatus& status) {
  const bool waits = status.state == State::stopped || status.state == State::offline;
  for (const Reason& reason : status.reasons) {
    const PortStatus port = mapping_of(reason.keyword).port;
    if (port == PortStatus::none || (!waits && !is_only_news(port))) continue;
    const Severity severity = waits ? reason.severity : std::min(reason.severity, Severity::warning);
    return {static_cast<std::uint32_t>(port), mapping_of(severity).port, reason.sentence};
  }
  if (status.state == State::offline)
    return {static_cast<std::uint32_t>(PortStatus::offline), mapping_of(Severity::warning).port,
            sentence(status)};
  if (status.state == State::stopped)
    return {static_cast<std::uint32_t>(PortStatus::user_intervention), mapping_of(Severity::error).port,
            sentence(status)};
  return {};
}

}  // namespace platen::bidi
