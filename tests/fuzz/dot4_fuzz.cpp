// Whatever a peripheral answers in IEEE 1284.4. The first byte of the input says in which pieces it comes; a
// host that has begun, opens, sends and holds goes on with each piece. It must end every conversation in
// bounded memory and packets.
#include <cstdlib>
#include <string_view>

#include "bidi/dot4/conversation.hpp"

namespace {

using namespace platen::bidi::dot4;

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = data[0] % 64 + 1U;
  Conversation host;
  Milliseconds now = 0;
  host.begin(now);
  while (!bytes.empty()) {
    // A peripheral may have agreed to a byte per packet; but this is all that there is to say.
    int packets = 0;
    while (auto packet = host.next_packet(now)) {
      check(++packets < 100'000);
      check(packet->size() >= header_bytes && packet->size() <= Settings{}.packet);
    }
    for (const Event& event : host.feed(bytes.substr(0, step), now)) {
      if (std::holds_alternative<Begun>(event)) {
        (void)host.open("PRINT");
      } else if (const auto* opened = std::get_if<Opened>(&event)) {
        check(opened->most_out <= Settings{}.packet && opened->most_in <= Settings{}.packet);
        (void)host.send(opened->socket, std::string(3000, 'x'));
        host.hold(opened->socket, opened->socket % 2 == 1);
      } else if (const auto* arrived = std::get_if<Arrived>(&event)) {
        check(!arrived->bytes.empty());
      } else if (std::holds_alternative<Ended>(event)) {
        check(!host.begun());
        host.begin(now);
      }
    }
    bytes.remove_prefix(std::min(bytes.size(), step));
    now += 7;
    (void)host.tick(now);
  }
  host.leave();
  for (int i = 0; i < 100; ++i) {
    while (host.next_packet(now)) {
    }
    const auto at = host.wake_at();
    if (!at) break;
    now = std::max(now, *at);
    (void)host.tick(now);
  }
  // Left, or given up: a peripheral that is silent now cannot keep it.
  check(!host.begun());
  return 0;
}
