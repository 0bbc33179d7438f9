// NPAP packets out of any stream: whole and in pieces must give the same, and every byte is in a packet or in
// the rest.
#include <cstdlib>
#include <string_view>

#include "bidi/npap/packet.hpp"

namespace {

using namespace platen::bidi::npap;

struct Heard {
  std::vector<Packet> packets;
  std::string rest;
  friend bool operator==(const Heard&, const Heard&) = default;
};

Heard hear(std::string_view bytes, std::size_t step) {
  Heard heard;
  PacketReader reader;
  const auto keep = [&heard](std::vector<Packet> packets) {
    for (Packet& packet : packets) heard.packets.push_back(std::move(packet));
  };
  for (std::size_t at = 0; at < bytes.size(); at += step)
    keep(reader.feed(bytes.substr(at, step), heard.rest));
  keep(reader.flush(heard.rest));
  if (reader.open()) std::abort();
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t odd_step = 7;
  const Heard whole = hear(bytes, size + 1);
  if (hear(bytes, 1) != whole || hear(bytes, odd_step) != whole) std::abort();
  std::size_t total = whole.rest.size();
  for (const Packet& packet : whole.packets) {
    total += encode(packet).size();
    if (describe(packet).empty()) std::abort();
  }
  if (total != size) std::abort();
  return 0;
}
