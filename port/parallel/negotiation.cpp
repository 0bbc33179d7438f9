#include "port/parallel/negotiation.hpp"

namespace platen::port::ieee1284 {
namespace {

constexpr std::uint8_t kLink = 0x80;

bool is_ecp(std::uint8_t request) {
  return request < kLink && (request & static_cast<int>(Request::ecp)) != 0;
}

// Events 0 to 6. What Xflag says is for the caller.
Result<Status> ask(Handshake& h, std::uint8_t request) {
  h.lines().set_data(request);  // event 0
  h.settle();
  h.select_in_and_auto_feed(true, false);  // event 1
  if (!h.wait([](Status s) { return !s.ack && s.paper_error && s.select && s.fault; }, answer_patience)) {
    h.idle();  // event 2 did not come
    return fail(Errc::timed_out, "negotiate with the printer", "",
                "It does not answer as IEEE 1284 wants it: it is off, not connected, or older than that.");
  }
  h.strobe(false);  // event 3
  h.settle();
  h.strobe_and_auto_feed(true);  // event 4
  if (!h.wait([](Status s) { return s.ack; }, answer_patience)) {
    h.idle();  // event 6 did not come
    return fail(Errc::timed_out, "negotiate with the printer", "", "It began to answer and then stopped.");
  }
  return h.status();
}

Error rejected(Handshake& h) {
  terminate(h);
  return fail(Errc::unsupported, "negotiate with the printer", "", "It does not have this mode.");
}

}  // namespace

Result<void> negotiate(Handshake& h, Request request) {
  const auto code = static_cast<std::uint8_t>(request);
  auto answer = ask(h, code);
  if (!answer) return answer.error();
  // For nibble mode, yes and no look the same; a printer that negotiates at all has it.
  if (!answer->select && request != Request::nibble) return rejected(h);
  if (is_ecp(code)) {
    h.auto_feed(false);                                                      // event 30
    if (!h.wait([](Status s) { return s.paper_error; }, answer_patience)) {  // event 31
      terminate(h);
      return fail(Errc::timed_out, "negotiate with the printer", "",
                  "It agreed to ECP and did not begin it.");
    }
    h.auto_feed(true);
  }
  return {};
}

Result<void> negotiate_link(Handshake& h, std::uint8_t link) {
  auto answer = ask(h, kLink);
  if (!answer) return answer.error();
  if (!answer->select) return rejected(h);
  h.lines().set_data(link);
  h.settle();
  h.strobe(false);                                                // event 51
  if (!h.wait([](Status s) { return !s.ack; }, answer_patience))  // event 52
    return rejected(h);
  h.strobe(true);                                                // event 53
  if (!h.wait([](Status s) { return s.ack; }, answer_patience))  // event 55
    return rejected(h);
  if (!h.status().select) return rejected(h);  // event 54
  return {};
}

bool terminate(Handshake& h) {
  h.strobe(true);
  h.init(true);
  h.select_in_and_auto_feed(false, true);                                    // event 22
  const bool ok = h.wait([](Status s) { return !s.ack; }, answer_patience);  // event 24
  if (ok) {
    h.auto_feed(false);                                                         // event 25
    const bool back = h.wait([](Status s) { return s.ack; }, answer_patience);  // event 27
    h.auto_feed(true);                                                          // event 28
    h.lines().set_direction(false);
    return back;
  }
  h.idle();
  h.lines().set_direction(false);
  return false;
}

void terminate_epp(Handshake& h) {
  h.strobe_and_auto_feed(true);
  h.init(false);  // event 68
  h.lines().pause(init_pulse);
  h.idle();  // event 69
  h.lines().set_direction(false);
}

void reset(Handshake& h) {
  h.idle();
  h.init(false);
  h.lines().pause(init_pulse);
  h.init(true);
}

}  // namespace platen::port::ieee1284
