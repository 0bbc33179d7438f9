#include "port/parallel/compatibility.hpp"

namespace platen::port::ieee1284 {
namespace {

// nAck is low only while a byte is acknowledged, or when there is no power on the other side.
bool ready(Status s) {
  return !s.busy && s.ack;
}

}  // namespace

std::size_t send_compatibility(Handshake& h, std::span<const std::byte> from, Instant until) {
  std::size_t sent = 0;
  for (const std::byte byte : from) {
    if (!ready(h.status()) && !h.wait_idly(ready, until - h.now())) break;
    if (h.given_up()) break;
    h.lines().set_data(static_cast<std::uint8_t>(byte));
    h.settle();
    h.strobe(false);
    h.settle();
    h.strobe(true);
    ++sent;
    if (h.now() >= until) break;
  }
  return sent;
}

}  // namespace platen::port::ieee1284
