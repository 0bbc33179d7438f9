#include "ui/cli/event_parser.hpp"

#include <utility>

namespace platen::cli {

std::vector<Event> EventParser::feed(std::string_view bytes) {
  std::vector<Event> events;
  for (const char c : bytes) {
    const bool second_half = std::exchange(after_return_, c == '\r') && c == '\n';
    if (second_half) continue;
    if (c == '\r' || c == '\n') {
      end_line(events);
    } else if (line_.size() + event_.data.size() < largest_event) {
      line_.push_back(c);
    } else {
      too_large_ = true;
    }
  }
  return events;
}

void EventParser::end_line(std::vector<Event>& events) {
  const std::string line = std::exchange(line_, {});
  if (line.empty()) {
    if (!event_.data.empty() && !too_large_) events.push_back(std::move(event_));
    event_ = {};
    too_large_ = false;
    return;
  }
  const std::size_t colon = line.find(':');
  const std::string_view field = std::string_view(line).substr(0, colon);
  std::string_view value =
      colon == std::string::npos ? std::string_view() : std::string_view(line).substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") event_.name = value;
  if (field == "data") {
    if (!event_.data.empty()) event_.data += '\n';
    event_.data += value;
  }
}

}  // namespace platen::cli
