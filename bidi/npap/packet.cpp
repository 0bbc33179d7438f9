#include "bidi/npap/packet.hpp"

#include <algorithm>
#include <utility>

namespace platen::bidi::npap {
namespace {

constexpr std::size_t head_bytes = 3;  // A5 and the length
constexpr std::size_t most_shown = 16;

struct Known {
  std::uint8_t command;
  std::uint8_t subcommand;
  std::size_t size;
  std::string_view meaning;
};
constexpr Known kKnown[] = {
#define NPAP(command, subcommand, size, meaning) {command, subcommand, size, meaning},
#include "bidi/npap/packets.def"
#undef NPAP
};

std::string hex(std::uint8_t byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  return {digits[byte >> 4], digits[byte & 15]};
}

std::size_t length_of(std::string_view packet) {
  return static_cast<std::size_t>(static_cast<std::uint8_t>(packet[1])) << 8 |
         static_cast<std::uint8_t>(packet[2]);
}

}  // namespace

std::string encode(const Packet& packet) {
  const std::string_view data = std::string_view(packet.data).substr(0, max_length - min_length);
  const std::size_t length = min_length + data.size();
  std::string out{start_of_packet,
                  static_cast<char>(length >> 8),
                  static_cast<char>(length & 0xFF),
                  static_cast<char>(packet.flags),
                  static_cast<char>(packet.command),
                  static_cast<char>(packet.subcommand)};
  out += data;
  return out;
}

bool speaks_only_packets(const DeviceId& id) {
  const auto has = [&id](std::string_view name) {
    return std::any_of(id.command_sets.begin(), id.command_sets.end(),
                       [name](const std::string& set) { return same_word(set, name); });
  };
  return (has("NPAP") || has("LNPAP")) && !has("PJL");
}

std::string_view meaning(const Packet& packet) {
  for (const Known& known : kKnown)
    if (known.command == packet.command && known.subcommand == packet.subcommand &&
        (packet.is_reply() || known.size == packet.data.size()))
      return known.meaning;
  return {};
}

std::string describe(const Packet& packet) {
  std::string text =
      "NPAP " + hex(packet.command) + " " + hex(packet.subcommand) + " flags " + hex(packet.flags);
  if (!packet.data.empty()) {
    text += ", " + std::to_string(packet.data.size()) + " bytes:";
    for (char c : std::string_view(packet.data).substr(0, most_shown))
      text += " " + hex(static_cast<std::uint8_t>(c));
    if (packet.data.size() > most_shown) text += " …";
  }
  if (const std::string_view known = meaning(packet); !known.empty())
    text += (packet.is_reply() ? "; answer to: " : "; ") + std::string(known);
  return text;
}

std::vector<Packet> PacketReader::feed(std::string_view bytes, std::string& rest) {
  std::vector<Packet> out;
  held_ += bytes;
  cut(out, rest);
  return out;
}

std::vector<Packet> PacketReader::flush(std::string& rest) {
  std::vector<Packet> out;
  while (!held_.empty()) {
    rest += held_.front();
    held_.erase(0, 1);
    cut(out, rest);
  }
  return out;
}

void PacketReader::cut(std::vector<Packet>& out, std::string& rest) {
  std::string_view left = held_;
  while (!left.empty()) {
    const std::size_t start = std::min(left.find(start_of_packet), left.size());
    rest += left.substr(0, start);
    left.remove_prefix(start);
    if (left.size() < head_bytes) {
      // A high byte of the length that is too much is enough to know.
      if (left.size() < 2 || static_cast<std::uint8_t>(left[1]) <= max_length >> 8) break;
      rest += left.front();
      left.remove_prefix(1);
      continue;
    }
    const std::size_t length = length_of(left);
    if (length < min_length || length > max_length) {
      rest += left.front();
      left.remove_prefix(1);
      continue;
    }
    if (left.size() < head_bytes + length) break;
    out.push_back({static_cast<std::uint8_t>(left[3]), static_cast<std::uint8_t>(left[4]),
                   static_cast<std::uint8_t>(left[5]),
                   std::string(left.substr(head_bytes + min_length, length - min_length))});
    if (meaning(out.back()).empty()) ++unknown_;
    left.remove_prefix(head_bytes + length);
  }
  held_.erase(0, held_.size() - left.size());
}

}  // namespace platen::bidi::npap
