// The text/event-stream format: bytes in, events out.
//
//   for (Event& event : parser.feed(bytes)) …         // {"printer", "{\"name\":…}"}
//
// Pure; keeps at most one unfinished event. Comments, ids and retry times are left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace platen::cli {

struct Event {
  std::string name;
  std::string data;
};

class EventParser {
 public:
  // A snapshot of ten thousand printers has under 20 MB; what is larger is cut away with its event.
  static constexpr std::size_t largest_event = 64U << 20;

  std::vector<Event> feed(std::string_view bytes);

 private:
  void end_line(std::vector<Event>& events);

  std::string line_;
  Event event_;
  bool too_large_ = false;
  bool after_return_ = false;  // CR LF is one end of line
};

}  // namespace platen::cli
