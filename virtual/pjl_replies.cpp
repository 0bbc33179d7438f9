#include "virtual/pjl_replies.hpp"

#include <algorithm>

namespace platen::vprinter {
namespace {

constexpr std::string_view kEol = "\r\n";

std::string line(std::string_view text) {
  return std::string(text) + std::string(kEol);
}

std::string enumerated(std::string_view head, const std::vector<std::string>& words) {
  std::string out = line(std::string(head) + " [" + std::to_string(words.size()) + " ENUMERATED]");
  for (const std::string& word : words) out += line("\t" + word);
  return out;
}

std::vector<std::string> split(std::string_view words) {
  std::vector<std::string> out;
  while (!words.empty()) {
    const std::size_t bar = std::min(words.find('|'), words.size());
    out.emplace_back(words.substr(0, bar));
    words.remove_prefix(std::min(bar + 1, words.size()));
  }
  return out;
}

std::string config(const Device& device) {
  std::vector<std::string> trays, sizes;
  for (const Tray& tray : device.trays())
    trays.push_back("INTRAY" + std::to_string(tray.model->digit) + (tray.model->digit == 1 ? " MP" : " PC"));
  std::ranges::sort(trays);
  for (const Paper& paper : papers()) sizes.emplace_back(paper.pjl);
  return enumerated("IN TRAYS", trays) + enumerated("OUTPUT TRAYS", {"NORMAL FACEDOWN"}) +
         enumerated("PAPERS", sizes) + enumerated("LANGUAGES", {"PCL"}) +
         enumerated("USTATUS", {"DEVICE", "JOB", "PAGE", "TIMED"}) +
         line("MEMORY=" + std::to_string(device.model().memory)) + line("DISPLAY LINES=2") +
         line("DISPLAY CHARACTER SIZE=16") + line("DUPLEX");
}

std::string memory(const Device& device) {
  return line("TOTAL=" + std::to_string(device.model().memory)) +
         line("LARGEST=" + std::to_string(device.model().memory / 2));
}

std::string variables(const PjlEnvironment& environment) {
  std::string out;
  for (const PjlVariable& variable : pjl_variables()) {
    const std::string head = std::string(variable.name) + "=" + environment.get(variable.name).value_or("");
    switch (variable.kind) {
      case PjlVariable::Kind::enumerated:
        out += enumerated(head, split(variable.allowed));
        break;
      case PjlVariable::Kind::range: {
        out += line(head + " [2 RANGE]");
        for (const std::string& end : split(variable.allowed)) out += line("\t" + end);
        break;
      }
      case PjlVariable::Kind::text:
        out += line(head + " [1 STRING]");
        break;
      case PjlVariable::Kind::read_only:
        out += line(head + " [READONLY]");
        break;
    }
  }
  return out;
}

std::string ustatus_settings(const PjlUstatus& ustatus) {
  constexpr std::string_view device[] = {"OFF", "ON", "VERBOSE"};
  auto on = [](bool value) { return value ? "ON" : "OFF"; };
  return enumerated("DEVICE=" + std::string(device[static_cast<std::size_t>(ustatus.device)]),
                    {"OFF", "ON", "VERBOSE"}) +
         enumerated(std::string("JOB=") + on(ustatus.job), {"OFF", "ON"}) +
         enumerated(std::string("PAGE=") + on(ustatus.page), {"OFF", "ON"}) +
         line("TIMED=" + std::to_string(ustatus.timed) + " [2 RANGE]") + line("\t5") + line("\t300");
}

std::string supplies(const Device& device) {
  std::string out;
  for (const Supply& supply : device.supplies())
    out += line("SUPPLY NAME=\"" + std::string(supply.model->name) +
                "\" TYPE=" + std::string(pjl_word(supply.model->kind)) + " COLORANT=" +
                std::string(pjl_word(supply.model->colorant)) + " LEVEL=" + std::to_string(supply.level()) +
                " CAPACITY=100 LOW=" + std::to_string(kLowPercent));
  for (const Tray& tray : device.trays())
    out += line("TRAY NAME=\"" + std::string(tray.model->name) + "\" SIZE=" + std::string(tray.paper->pjl) +
                " TYPE=PLAIN LEVEL=" + std::to_string(tray.sheets) + " CAPACITY=" +
                std::to_string(tray.model->capacity) + " STATE=" + (tray.sheets > 0 ? "OK" : "EMPTY"));
  return out;
}

}  // namespace

std::string status_lines(const Status& status) {
  return line("CODE=" + std::to_string(status.code)) + line("DISPLAY=\"" + status.display + "\"") +
         line(std::string("ONLINE=") + (status.online ? "TRUE" : "FALSE"));
}

std::optional<std::string> info_body(std::string_view category, const Device& device, int page_count,
                                     const PjlEnvironment& environment, const PjlUstatus& ustatus) {
  if (category == "ID") return line(device.model().id);
  if (category == "STATUS") return status_lines(device.status());
  if (category == "CONFIG") return config(device);
  if (category == "MEMORY") return memory(device);
  if (category == "PAGECOUNT") return line("PAGECOUNT=" + std::to_string(page_count));
  if (category == "VARIABLES") return variables(environment);
  if (category == "USTATUS") return ustatus_settings(ustatus);
  if (category == "SUPPLIES" && device.tells_supplies()) return supplies(device);
  return std::nullopt;
}

std::string pjl_message(std::string_view first_line, std::string_view body) {
  std::string out = "@PJL ";
  out += first_line;
  out += kEol;
  out += body;
  out += '\f';
  return out;
}

}  // namespace platen::vprinter
