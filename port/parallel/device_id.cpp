#include "port/parallel/device_id.hpp"

#include "port/parallel/negotiation.hpp"
#include "port/parallel/reverse.hpp"

namespace platen::port::ieee1284 {
namespace {

constexpr std::size_t kLengthBytes = 2;
constexpr std::size_t kLongest = 4096;
constexpr Duration kWholePatience = std::chrono::seconds(3);
// A printer that said "no more" too early calls soon.
constexpr Duration kSecondThought = std::chrono::milliseconds(35);

std::size_t number_at_front(std::string_view wire, bool least_first) {
  const auto first = static_cast<std::uint8_t>(wire[0]);
  const auto second = static_cast<std::uint8_t>(wire[1]);
  return least_first ? std::size_t{second} << 8 | first : std::size_t{first} << 8 | second;
}

bool complete(std::string_view wire) {
  if (wire.size() < kLengthBytes) return false;
  return wire.size() >= number_at_front(wire, false) || wire.size() >= number_at_front(wire, true);
}

Result<std::string> fetch(Handshake& h, Request request, Reverse::Width width) {
  if (auto agreed = negotiate(h, request); !agreed) return agreed.error();
  Reverse reverse(h, width);
  std::string wire;
  const Instant until = h.now() + kWholePatience;
  while (reverse.read(wire, kLongest - wire.size(), until) && !complete(wire))
    if (wire.size() >= kLongest || h.now() >= until || !reverse.await_call(kSecondThought)) break;
  terminate(h);
  if (auto text = device_id_text(wire)) return *std::move(text);
  return fail(Errc::malformed, "read the device id", "",
              "The printer sent " + std::to_string(wire.size()) + " bytes that are none.");
}

}  // namespace

Result<std::string> fetch_device_id(Handshake& h) {
  auto id = fetch(h, Request::nibble_id, Reverse::Width::nibble);
  if (id || id.error().is(Errc::timed_out) || !h.lines().can_reverse()) return id;
  auto second = fetch(h, Request::byte_id, Reverse::Width::byte);
  return second ? second : id;
}

std::optional<std::string> device_id_text(std::string_view wire) {
  if (wire.size() < kLengthBytes) return std::nullopt;
  std::string_view text = wire.substr(kLengthBytes);
  // Of the four ways to read the length, the right one is what fits; none may cut when none does.
  const std::size_t stated = number_at_front(wire, false);
  if (stated >= kLengthBytes && stated - kLengthBytes < text.size() && stated != text.size() &&
      text[stated - kLengthBytes - (stated > kLengthBytes ? 1 : 0)] == ';')
    text = text.substr(0, stated - kLengthBytes);
  while (!text.empty() &&
         (text.back() == '\0' || text.back() == ' ' || text.back() == '\n' || text.back() == '\r'))
    text.remove_suffix(1);
  if (text.find(':') == std::string_view::npos) return std::nullopt;
  std::string id(text);
  if (id.back() != ';') id += ';';
  return id;
}

}  // namespace platen::port::ieee1284
