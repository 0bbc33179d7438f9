// The packets of NPAP, Lexmark's printer control protocol: framing, and the few commands that are known.
//
//   port.write(encode(request_characteristics));
//
//   PacketReader reader;
//   std::string rest;                                 // what is no packet, in its order: PJL, PostScript
//   for (Packet& packet : reader.feed(bytes, rest))
//     log(describe(packet), reader.unknown());
//   reader.flush(rest);                               // 10 s without a byte: what was begun is no packet
//
// A packet is A5, its length in two bytes, flags, command, subcommand and data; there is no checksum. So
// garbage is found out by its length only: one that no packet has is skipped up to the next A5. Text never
// looks like a packet, for its letters would make a length beyond the limit.
//
// What is here was seen in streams to printers. What printers answer was not: no reply of a real one is
// documented. So packets that come are kept whole and told, and nothing of the printer's status is read from
// them; keep reading them, for some of these printers take no more data while 64 bytes of answers are unread.
//
// Pure: no I/O, no clock. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bidi/device_id.hpp"

namespace platen::bidi::npap {

inline constexpr char start_of_packet = '\xA5';
// What the length counts at least: flags, command and subcommand. At most: no packet that was seen has 20
// bytes.
inline constexpr std::size_t min_length = 3;
inline constexpr std::size_t max_length = 4096;

inline constexpr std::uint8_t flag_reply_wanted =
    0x10;  // inferred: printers of one kind send 40, of another 50
inline constexpr std::uint8_t flag_component = 0x40;
// Only our own virtual printer is known to answer with it.
inline constexpr std::uint8_t flag_reply = 0x80;

struct Packet {
  std::uint8_t flags = flag_component;
  std::uint8_t command = 0;
  std::uint8_t subcommand = 0;
  std::string data;
  [[nodiscard]] bool wants_reply() const { return (flags & flag_reply_wanted) != 0; }
  [[nodiscard]] bool is_reply() const { return (flags & flag_reply) != 0; }
  friend bool operator==(const Packet&, const Packet&) = default;
};

// The only question whose meaning is documented: who are you, in short.
inline const Packet request_characteristics{flag_component | flag_reply_wanted, 0x01, 0x00, {}};

// At most max_length - min_length bytes of data are carried.
[[nodiscard]] std::string encode(const Packet& packet);
// "request device characteristics", "vendor: model select (probably)"; empty when nobody knows this one.
[[nodiscard]] std::string_view meaning(const Packet& packet);
// For a log: "NPAP 01 00 flags 50: request device characteristics", "NPAP 07 02 flags C0, 5 bytes: 00 01 …".
[[nodiscard]] std::string describe(const Packet& packet);

// Its back channel is packets, as far as its device id can tell: NPAP or LNPAP among its languages, and no
// PJL.
[[nodiscard]] bool speaks_only_packets(const DeviceId& id);

class PacketReader {
 public:
  [[nodiscard]] std::vector<Packet> feed(std::string_view bytes, std::string& rest);
  // Nothing more will come for now.
  [[nodiscard]] std::vector<Packet> flush(std::string& rest);
  [[nodiscard]] bool open() const { return !held_.empty(); }
  // Packets so far whose meaning nobody knows.
  [[nodiscard]] std::uint64_t unknown() const { return unknown_; }

 private:
  void cut(std::vector<Packet>& out, std::string& rest);

  std::string held_;  // begins with A5, or is empty
  std::uint64_t unknown_ = 0;
};

}  // namespace platen::bidi::npap
