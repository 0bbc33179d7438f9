// The packets of IEEE 1284.4 and the commands of its transaction channel, as plain values.
//
//   Packet packet{.primary = 2, .secondary = 2, .payload = data};
//   port.write(encode(packet));
//
//   PacketReader reader;
//   reader.feed(bytes);
//   while (auto packet = reader.next()) ...        // Errc::malformed: reader.broken()
//
//   Message open{.command = Command::open_channel, .primary = 2, .secondary = 2};
//   Packet carrier{.credit = 1, .payload = encode(open)};
//
// The layouts are those of revision 0x20; revision 0x10 is the same for all commands that are spoken here.
// The older MLC has the same numbers and three commands more (Debit, DebitRequest, ConfigSocket); they are
// named, so that they can be told in a log, and not spoken.
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::bidi::dot4 {

inline constexpr std::size_t header_bytes = 6;
// What a packet of the transaction channel may be at least, and is at most in practice.
inline constexpr std::size_t transaction_bytes = 64;
inline constexpr std::size_t max_packet_bytes = 0xFFFF;
inline constexpr std::size_t max_service_name = 40;
// Said when a channel is opened and when credit is asked for: all credit, as soon as there is any.
inline constexpr std::uint16_t as_much_as_there_is = 0xFFFF;

struct Packet {
  std::uint8_t primary = 0;    // the host's socket
  std::uint8_t secondary = 0;  // the peripheral's socket
  std::uint8_t credit = 0;     // packets that the receiver may send more
  std::uint8_t control = 0;
  std::string payload;
  [[nodiscard]] bool transaction() const { return primary == 0 && secondary == 0; }
  friend bool operator==(const Packet&, const Packet&) = default;
};

// At most max_packet_bytes - header_bytes of the payload are carried.
[[nodiscard]] std::string encode(const Packet& packet);

// Cuts a stream into packets.
class PacketReader {
 public:
  void feed(std::string_view bytes) { held_ += bytes; }
  // Nothing: more bytes are needed, or the stream is broken for good.
  [[nodiscard]] std::optional<Packet> next();
  // A packet said that it is shorter than its own header. Where the next one begins, nobody can know.
  [[nodiscard]] bool broken() const { return broken_; }
  // The length that the packet which is coming in claims; nothing before its header is here.
  [[nodiscard]] std::optional<std::size_t> claimed() const;
  // Throws away what stands before an answer to Init, so that old packets, zeros and garbage do no harm.
  // Counts them.
  std::size_t hunt_for_init_reply();
  void reset();

 private:
  std::string held_;
  bool broken_ = false;
};

enum class Command : std::uint8_t {
  init = 0x00,
  open_channel = 0x01,
  close_channel = 0x02,
  credit = 0x03,
  credit_request = 0x04,
  debit = 0x05,          // MLC only
  debit_request = 0x06,  // MLC only
  config_socket = 0x07,  // MLC only
  exit = 0x08,
  get_socket_id = 0x09,
  get_service_name = 0x0A,
  error = 0x7F,  // has no reply
};
[[nodiscard]] std::string_view command_name(Command command);

// How a reply answers.
enum class Outcome : std::uint8_t {
  ok = 0x00,
  not_now = 0x01,
  wrong_revision = 0x02,
  transaction_stays = 0x03,
  no_resources = 0x04,
  denied = 0x05,
  already_open = 0x06,
  credit_overflow = 0x07,
  not_open = 0x08,
  no_service = 0x09,
  unknown_name = 0x0A,
  init_failed = 0x0B,
  wrong_size = 0x0C,
  size_zero = 0x0D,
};

// What an Error says.
enum class Fault : std::uint8_t {
  malformed = 0x80,
  no_credit = 0x81,
  unmatched_reply = 0x82,
  too_large = 0x83,
  not_open = 0x84,
  unknown_outcome = 0x85,
  credit_overflow = 0x86,
  unknown_reply = 0x87,
};
// After these both sides drop the conversation.
[[nodiscard]] bool is_fatal(Fault fault);
// "the packet breaks its own format"
[[nodiscard]] std::string_view words(Fault fault);
[[nodiscard]] std::string_view words(Outcome outcome);

// A command or a reply; which of the fields are on the wire depends on the command.
struct Message {
  Command command = Command::init;
  bool reply = false;
  Outcome outcome = Outcome::ok;  // of a reply
  std::uint8_t revision = 0;
  std::uint8_t primary = 0;
  std::uint8_t secondary = 0;
  std::uint16_t to_secondary = 0;  // largest packet from host to peripheral, with its header; 0: none
  std::uint16_t to_primary = 0;
  std::uint16_t max_credit = 0;
  std::uint16_t credit = 0;
  Fault fault = Fault::malformed;
  std::string service;
  friend bool operator==(const Message&, const Message&) = default;
};

// The payload of a packet on the transaction channel.
[[nodiscard]] std::string encode(const Message& message);
// Nothing when the command is unknown or too short. A reply that says no may leave out the rest.
[[nodiscard]] std::optional<Message> parse_message(std::string_view payload);

}  // namespace platen::bidi::dot4
