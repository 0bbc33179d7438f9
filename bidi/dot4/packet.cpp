#include "bidi/dot4/packet.hpp"

#include <algorithm>
#include <array>

namespace platen::bidi::dot4 {
namespace {

constexpr std::uint8_t reply_bit = 0x80;

// The fields of a command and of its reply, one letter each:
//   r revision, p primary, s secondary, P largest packet to the secondary, S largest to the primary,
//   m most credit, c credit, e fault, n service name (the rest)
struct Layout {
  Command command;
  std::string_view name;
  std::string_view asked;
  std::string_view answered;
  bool spoken;
};
constexpr std::array kLayouts{
    Layout{Command::init, "Init", "r", "r", true},
    Layout{Command::open_channel, "OpenChannel", "psPSm", "psPSmc", true},
    Layout{Command::close_channel, "CloseChannel", "ps", "ps", true},
    Layout{Command::credit, "Credit", "psc", "ps", true},
    Layout{Command::credit_request, "CreditRequest", "psm", "psc", true},
    Layout{Command::debit, "Debit (MLC)", "", "", false},
    Layout{Command::debit_request, "DebitRequest (MLC)", "", "", false},
    Layout{Command::config_socket, "ConfigSocket (MLC)", "", "", false},
    Layout{Command::exit, "Exit", "", "", true},
    Layout{Command::get_socket_id, "GetSocketID", "n", "sn", true},
    Layout{Command::get_service_name, "GetServiceName", "s", "sn", true},
    Layout{Command::error, "Error", "pse", "", true},
};

const Layout* layout_of(std::uint8_t command) {
  const auto at = std::find_if(kLayouts.begin(), kLayouts.end(), [&](const Layout& layout) {
    return static_cast<std::uint8_t>(layout.command) == command;
  });
  return at == kLayouts.end() ? nullptr : &*at;
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint16_t word_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

void put_word(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xFF);
}

// One table of members for both directions.
std::uint8_t Message::*byte_member(char letter) {
  switch (letter) {
    case 'r':
      return &Message::revision;
    case 'p':
      return &Message::primary;
    case 's':
      return &Message::secondary;
    default:
      return nullptr;
  }
}

std::uint16_t Message::*word_member(char letter) {
  switch (letter) {
    case 'P':
      return &Message::to_secondary;
    case 'S':
      return &Message::to_primary;
    case 'm':
      return &Message::max_credit;
    case 'c':
      return &Message::credit;
    default:
      return nullptr;
  }
}

}  // namespace

std::string encode(const Packet& packet) {
  const std::string_view payload =
      std::string_view(packet.payload).substr(0, max_packet_bytes - header_bytes);
  std::string out;
  out.reserve(header_bytes + payload.size());
  out += static_cast<char>(packet.primary);
  out += static_cast<char>(packet.secondary);
  put_word(out, static_cast<std::uint16_t>(header_bytes + payload.size()));
  out += static_cast<char>(packet.credit);
  out += static_cast<char>(packet.control);
  out += payload;
  return out;
}

std::optional<std::size_t> PacketReader::claimed() const {
  if (held_.size() < header_bytes) return std::nullopt;
  return word_at(held_, 2);
}

std::optional<Packet> PacketReader::next() {
  const auto length = claimed();
  if (broken_ || !length) return std::nullopt;
  if (*length < header_bytes) {
    broken_ = true;
    return std::nullopt;
  }
  if (held_.size() < *length) return std::nullopt;
  Packet packet{byte_at(held_, 0), byte_at(held_, 1), byte_at(held_, 4), byte_at(held_, 5),
                held_.substr(header_bytes, *length - header_bytes)};
  held_.erase(0, *length);
  return packet;
}

std::size_t PacketReader::hunt_for_init_reply() {
  constexpr std::string_view kSockets("\0\0\0", 3);  // both sockets, and the length's high byte
  constexpr char kAnswer = static_cast<char>(reply_bit);
  std::size_t at = 0;
  for (; at < held_.size(); ++at) {
    const std::string_view rest = std::string_view(held_).substr(at);
    if (!kSockets.starts_with(rest.substr(0, 3))) continue;
    // A refusal may come without the revision.
    if (rest.size() > 3 && rest[3] != 8 && rest[3] != 9) continue;
    if (rest.size() > header_bytes && rest[header_bytes] != kAnswer) continue;
    break;
  }
  held_.erase(0, at);
  return at;
}

void PacketReader::reset() {
  held_.clear();
  broken_ = false;
}

std::string_view command_name(Command command) {
  const Layout* layout = layout_of(static_cast<std::uint8_t>(command));
  return layout ? layout->name : "an unknown command";
}

bool is_fatal(Fault fault) {
  return fault != Fault::no_credit && fault != Fault::unknown_reply;
}

std::string_view words(Fault fault) {
  switch (fault) {
    case Fault::malformed:
      return "the packet breaks its own format";
    case Fault::no_credit:
      return "a packet came without credit for it";
    case Fault::unmatched_reply:
      return "a reply came to no command";
    case Fault::too_large:
      return "a packet was larger than agreed";
    case Fault::not_open:
      return "data came for a channel that is not open";
    case Fault::unknown_outcome:
      return "a reply had an unknown result";
    case Fault::credit_overflow:
      return "more credit was given than can be counted";
    case Fault::unknown_reply:
      return "a reply to an unknown command came";
  }
  return "an unknown fault";
}

std::string_view words(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "done";
    case Outcome::not_now:
      return "not possible now";
    case Outcome::wrong_revision:
      return "the revision is not supported";
    case Outcome::transaction_stays:
      return "the transaction channel cannot be closed";
    case Outcome::no_resources:
      return "no resources are left";
    case Outcome::denied:
      return "the connection was denied";
    case Outcome::already_open:
      return "the channel is open already";
    case Outcome::credit_overflow:
      return "more credit than can be counted";
    case Outcome::not_open:
      return "the channel is not open";
    case Outcome::no_service:
      return "no service is on that socket";
    case Outcome::unknown_name:
      return "no socket has that service";
    case Outcome::init_failed:
      return "the conversation could not begin";
    case Outcome::wrong_size:
      return "the packet size is not possible";
    case Outcome::size_zero:
      return "both packet sizes are zero";
  }
  return "an unknown result";
}

std::string encode(const Message& message) {
  const Layout* layout = layout_of(static_cast<std::uint8_t>(message.command));
  std::string out(
      1, static_cast<char>(static_cast<std::uint8_t>(message.command) | (message.reply ? reply_bit : 0)));
  if (message.reply) out += static_cast<char>(message.outcome);
  if (!layout) return out;
  for (char letter : message.reply ? layout->answered : layout->asked) {
    if (const auto byte = byte_member(letter))
      out += static_cast<char>(message.*byte);
    else if (const auto word = word_member(letter))
      put_word(out, message.*word);
    else if (letter == 'e')
      out += static_cast<char>(message.fault);
    else
      out += message.service.substr(0, max_service_name);
  }
  return out;
}

std::optional<Message> parse_message(std::string_view payload) {
  if (payload.empty()) return std::nullopt;
  const std::uint8_t first = byte_at(payload, 0);
  Message message;
  message.reply = (first & reply_bit) != 0;
  const Layout* layout = layout_of(first & static_cast<std::uint8_t>(~reply_bit));
  if (!layout || !layout->spoken || (message.reply && layout->command == Command::error)) return std::nullopt;
  message.command = layout->command;
  payload.remove_prefix(1);
  if (message.reply) {
    if (payload.empty()) return std::nullopt;
    message.outcome = static_cast<Outcome>(byte_at(payload, 0));
    payload.remove_prefix(1);
  }
  const bool may_be_short = message.reply && message.outcome != Outcome::ok;
  for (char letter : message.reply ? layout->answered : layout->asked) {
    const auto byte = byte_member(letter);
    const auto word = word_member(letter);
    const std::size_t need = letter == 'n' ? 0 : word ? 2 : 1;
    if (payload.size() < need) return may_be_short ? std::optional(message) : std::nullopt;
    if (byte)
      message.*byte = byte_at(payload, 0);
    else if (word)
      message.*word = word_at(payload, 0);
    else if (letter == 'e')
      message.fault = static_cast<Fault>(byte_at(payload, 0));
    else
      message.service = payload.substr(0, max_service_name);
    payload.remove_prefix(need);
  }
  return message;
}

}  // namespace platen::bidi::dot4
