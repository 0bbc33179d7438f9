#include "port/parallel/reverse.hpp"

namespace platen::port::ieee1284 {

bool Reverse::read(std::string& into, std::size_t most, Instant until) {
  rest();
  if (resting_ && !called()) return true;
  if (resting_ && !leave_rest()) return false;
  if (width_ == Width::byte) h_.lines().set_direction(true);
  for (std::size_t count = 0; count < most && has_data() && h_.now() < until; ++count) {
    if (h_.given_up()) break;
    std::uint8_t byte = 0;
    if (width_ == Width::byte) {
      if (!read_byte(byte)) return false;
    } else {
      std::uint8_t low = 0;
      std::uint8_t high = 0;
      if (!read_nibble(low) || !read_nibble(high)) return false;
      byte = static_cast<std::uint8_t>(low | high << 4);
    }
    into += static_cast<char>(byte);
  }
  return true;
}

void Reverse::rest() {
  if (resting_ || has_data()) return;
  h_.auto_feed(false);
  resting_ = true;
}

bool Reverse::called() {
  return resting_ && has_data();  // event 18
}

bool Reverse::await_call(Duration patience) {
  rest();
  return !resting_ || h_.wait_idly([](Status s) { return !s.fault; }, patience);
}

bool Reverse::leave_rest() {
  resting_ = false;
  // nAck goes low after nFault; a host that is too quick would take that for the beginning of a byte.
  if (!h_.wait([](Status s) { return !s.ack; }, answer_patience)) return false;  // event 19
  h_.auto_feed(true);                                                            // event 20
  return h_.wait([](Status s) { return s.ack; }, answer_patience);               // event 21
}

bool Reverse::read_nibble(std::uint8_t& nibble) {
  h_.auto_feed(false);                                                           // event 7
  if (!h_.wait([](Status s) { return !s.ack; }, answer_patience)) return false;  // event 9
  const Status s = h_.status();
  nibble = static_cast<std::uint8_t>(s.fault | s.select << 1 | s.paper_error << 2 | s.busy << 3);
  h_.auto_feed(true);                                                   // event 10
  return h_.wait([](Status now) { return now.ack; }, answer_patience);  // event 11
}

bool Reverse::read_byte(std::uint8_t& byte) {
  h_.auto_feed(false);                                                           // event 7
  if (!h_.wait([](Status s) { return !s.ack; }, answer_patience)) return false;  // event 9
  byte = h_.lines().data();
  h_.auto_feed(true);                                                           // event 10
  if (!h_.wait([](Status s) { return s.ack; }, answer_patience)) return false;  // event 11
  h_.strobe(false);                                                             // event 16
  h_.settle();
  h_.strobe(true);  // event 17
  return true;
}

}  // namespace platen::port::ieee1284
