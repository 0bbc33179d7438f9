#include "port/parallel/epp.hpp"

namespace platen::port::ieee1284 {
namespace {

// nDStrb is low. True: the printer took part.
bool end_cycle(Handshake& h, bool answered) {
  h.auto_feed(true);                                                             // event 63
  return h.wait([](Status s) { return !s.busy; }, answer_patience) && answered;  // event 60
}

}  // namespace

std::size_t send_epp(Handshake& h, std::span<const std::byte> from, Instant until) {
  std::size_t sent = 0;
  h.strobe(false);  // nWrite
  for (const std::byte byte : from) {
    h.lines().set_data(static_cast<std::uint8_t>(byte));
    h.auto_feed(false);                                                           // event 62
    const bool answered = h.wait([](Status s) { return s.busy; }, epp_patience);  // event 58
    if (!end_cycle(h, answered)) break;
    ++sent;
    if (h.now() >= until || h.given_up()) break;
  }
  h.strobe(true);  // event 61
  return sent;
}

void read_epp(Handshake& h, std::string& into, std::size_t most, Instant until) {
  h.lines().set_direction(true);
  for (std::size_t count = 0; count < most && h.now() < until && !h.given_up(); ++count) {
    h.auto_feed(false);                                                           // event 67
    const bool answered = h.wait([](Status s) { return s.busy; }, epp_patience);  // event 58
    const std::uint8_t value = h.lines().data();
    if (!end_cycle(h, answered)) break;
    into += static_cast<char>(value);
  }
  h.lines().set_direction(false);
}

}  // namespace platen::port::ieee1284
