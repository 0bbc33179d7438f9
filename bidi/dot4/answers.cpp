// What a Conversation does with the packets that come in.
#include <algorithm>
#include <utility>

#include "bidi/dot4/conversation.hpp"

namespace platen::bidi::dot4 {
namespace {

constexpr std::uint32_t most_credit = 0xFFFF;
constexpr std::uint8_t out_of_band_bit = 0x01;
constexpr std::uint8_t end_of_message_bit = 0x02;
// Some peripherals fill the packets of the transaction channel up.
constexpr std::size_t largest_transaction = 256;
// Answers that may wait to be written. A peripheral that asks more is out of its mind.
constexpr std::size_t most_answers = 64;

bool is_known(Outcome outcome) {
  return outcome <= Outcome::size_zero;
}

}  // namespace

Events Conversation::feed(std::string_view bytes, Milliseconds now) {
  Events events;
  if (stage_ == Stage::idle) return events;
  reader_.feed(bytes);
  while (stage_ != Stage::idle) {
    if (stage_ == Stage::beginning) reader_.hunt_for_init_reply();
    const auto claimed = reader_.claimed();
    if (claimed && *claimed > largest_packet()) {
      fail(Fault::too_large, {}, events);
      break;
    }
    auto packet = reader_.next();
    if (!packet) {
      if (reader_.broken()) fail(Fault::malformed, {}, events);
      break;
    }
    take(std::move(*packet), now, events);
    if (out_.size() > most_answers)
      end(Ended::Cause::fault, "The printer asks without listening to the answers.", events);
  }
  if (stage_ == Stage::idle) reader_.reset();
  return events;
}

std::size_t Conversation::largest_packet() const {
  std::size_t largest = largest_transaction;
  for (const auto& [socket, channel] : channels_) largest = std::max<std::size_t>(largest, channel.most_in);
  return largest;
}

void Conversation::take(Packet packet, Milliseconds now, Events& events) {
  if (!packet.transaction()) {
    take_data(packet, events);
    return;
  }
  const auto message = parse_message(packet.payload);
  if (!message) {
    const bool reply = !packet.payload.empty() && (static_cast<std::uint8_t>(packet.payload[0]) & 0x80) != 0;
    fail(reply ? Fault::unknown_reply : Fault::malformed, packet, events);
  } else if (message->reply) {
    take_reply(*message, packet, now, events);
  } else {
    take_command(*message, events);
  }
}

void Conversation::take_data(Packet& packet, Events& events) {
  const auto at = channels_.find(packet.secondary);
  if (at == channels_.end() || packet.primary != packet.secondary) {
    fail(Fault::not_open, packet, events);
    return;
  }
  Channel& channel = at->second;
  if (packet.payload.size() + header_bytes > channel.most_in && !packet.payload.empty()) {
    fail(Fault::too_large, packet, events);
    return;
  }
  if (channel.may_send + packet.credit > most_credit) {
    fail(Fault::credit_overflow, packet, events);
    return;
  }
  channel.may_send += packet.credit;
  if (packet.payload.empty()) return;
  if (channel.granted == 0) {
    fail(Fault::no_credit, packet, events);
    return;
  }
  --channel.granted;
  events.emplace_back(Arrived{at->first, std::move(packet.payload), (packet.control & out_of_band_bit) != 0,
                              (packet.control & end_of_message_bit) != 0});
}

// What the peripheral asks of us. We serve nothing; so there is little to grant.
void Conversation::take_command(const Message& message, Events& events) {
  Message reply = message;
  reply.reply = true;
  reply.service.clear();
  const auto at = channels_.find(message.secondary);
  Channel* channel = at == channels_.end() || message.primary != message.secondary ? nullptr : &at->second;
  switch (message.command) {
    case Command::init:
      reply.revision = revision_;
      answer(reply);
      end(Ended::Cause::peer_restarted, "The printer began its conversation anew.", events);
      return;
    case Command::open_channel:
      reply.outcome = Outcome::no_service;
      reply.to_secondary = reply.to_primary = reply.max_credit = 0;
      break;
    case Command::close_channel:
      reply.outcome = channel ? Outcome::ok : Outcome::not_open;
      if (message.primary == 0 && message.secondary == 0) reply.outcome = Outcome::transaction_stays;
      if (channel) gone(message.secondary, events);
      break;
    case Command::credit:
      if (!channel)
        reply.outcome = Outcome::not_open;
      else if (channel->may_send + message.credit > most_credit)
        reply.outcome = Outcome::credit_overflow;
      else
        channel->may_send += message.credit;
      break;
    case Command::credit_request:
      reply.outcome = channel ? Outcome::ok : Outcome::not_open;
      reply.credit = 0;
      if (channel && !channel->held && !channel->closing && channel->most_in > header_bytes &&
          !channel->queued_credit) {
        reply.credit = static_cast<std::uint16_t>(
            settings_.window - std::min<std::uint32_t>(settings_.window, channel->granted));
        channel->granted += reply.credit;
      }
      break;
    case Command::exit:
      answer(reply);
      end(Ended::Cause::peer_left, "The printer ended its conversation.", events);
      return;
    case Command::get_socket_id:
      reply.outcome = Outcome::unknown_name;
      break;
    case Command::get_service_name:
      reply.outcome = at == channels_.end() ? Outcome::no_service : Outcome::ok;
      if (at != channels_.end()) reply.service = at->second.service;
      break;
    case Command::error: {
      std::string what = "The printer did not like a packet: " + std::string(words(message.fault)) + ".";
      if (is_fatal(message.fault))
        end(Ended::Cause::fault, std::move(what), events);
      else
        events.emplace_back(Complaint{std::move(what)});
      return;
    }
    case Command::debit:
    case Command::debit_request:
    case Command::config_socket:
      return;  // never parsed
  }
  answer(reply);
}

void Conversation::take_reply(const Message& message, const Packet& packet, Milliseconds now,
                              Events& events) {
  // Init may have been said twice, and is then answered twice.
  if (message.command == Command::init && inits_ > 0) {
    --inits_;
    if (stage_ == Stage::beginning) replied_init(message, now, events);
    return;
  }
  if (stage_ == Stage::beginning) return;
  const bool about_channel = message.command != Command::exit && message.command != Command::get_socket_id &&
                             message.command != Command::get_service_name;
  if (!asked_ || asked_->message.command != message.command ||
      (about_channel && message.outcome == Outcome::ok &&
       (asked_->message.primary != message.primary || asked_->message.secondary != message.secondary))) {
    fail(Fault::unmatched_reply, packet, events);
    return;
  }
  if (!is_known(message.outcome)) {
    fail(Fault::unknown_outcome, packet, events);
    return;
  }
  const Asked asked = std::move(*asked_);
  asked_.reset();
  const auto at = channels_.find(asked.message.secondary);
  Channel* channel = at == channels_.end() ? nullptr : &at->second;
  const bool ok = message.outcome == Outcome::ok;
  switch (message.command) {
    case Command::get_socket_id:
      if (!ok || message.secondary == 0 || opens(message.secondary))
        events.emplace_back(Refused{asked.service, ok ? Outcome::already_open : message.outcome});
      else
        ask({.command = Command::open_channel,
             .primary = message.secondary,
             .secondary = message.secondary,
             .to_secondary = settings_.packet,
             .to_primary = settings_.packet,
             .max_credit = as_much_as_there_is},
            asked.service);
      return;
    case Command::open_channel:
      replied_open(asked, message, events);
      return;
    case Command::close_channel:
      if (asked.reopened) return;
      gone(asked.message.secondary, events);
      return;
    case Command::credit:
      if (!channel) return;
      channel->queued_credit = false;
      if (ok) return;
      // What was granted before stays valid.
      channel->granted -= std::min<std::uint32_t>(channel->granted, asked.message.credit);
      if (message.outcome == Outcome::not_open) {
        gone(asked.message.secondary, events);
      } else {
        channel->held = true;
        events.emplace_back(Complaint{"The printer takes no credit: " + std::string(words(message.outcome))});
      }
      return;
    case Command::credit_request:
      if (!channel) return;
      channel->queued_ask = false;
      if (message.outcome == Outcome::not_open) {
        gone(asked.message.secondary, events);
        return;
      }
      channel->may_send = std::min(most_credit, channel->may_send + (ok ? message.credit : 0U));
      channel->ask_delay = channel->may_send > 0 ? 0
                           : channel->ask_delay == 0
                               ? first_ask
                               : std::min<Milliseconds>(longest_ask, channel->ask_delay * 2);
      channel->ask_at = now + channel->ask_delay;
      return;
    case Command::exit:
      end(Ended::Cause::left, "", events);
      return;
    default:
      return;
  }
}

void Conversation::replied_init(const Message& message, Milliseconds now, Events& events) {
  constexpr std::uint8_t old_revision = 0x10;
  switch (message.outcome) {
    case Outcome::ok:
      stage_ = Stage::open;
      events.emplace_back(Begun{message.revision});
      return;
    case Outcome::wrong_revision:
      // It says which one it has; the old one is the same for all that we say.
      if (revision_ != old_revision && (message.revision == old_revision || message.revision == 0)) {
        revision_ = old_revision;
        say_init_ = true;
        return;
      }
      break;
    case Outcome::not_now:
      init_at_ = now + init_timeout;  // tick() says it again then
      return;
    default:
      break;
  }
  end(Ended::Cause::refused,
      "The printer refuses a conversation in packets: " + std::string(words(message.outcome)) + ".", events);
}

void Conversation::replied_open(const Asked& asked, const Message& message, Events& events) {
  const Socket socket = asked.message.secondary;
  if (message.outcome == Outcome::already_open && !asked.reopened) {
    // Left over from a conversation that was not ended: close it, and try once more.
    Message close{.command = Command::close_channel, .primary = socket, .secondary = socket};
    ask(close, asked.service, true);
    ask(asked.message, asked.service, true);
    return;
  }
  Message reply = message;
  if (reply.outcome == Outcome::ok && reply.to_secondary <= header_bytes && reply.to_primary <= header_bytes)
    reply.outcome = Outcome::size_zero;
  if (reply.outcome != Outcome::ok) {
    events.emplace_back(Refused{asked.service, reply.outcome});
    return;
  }
  Channel channel;
  channel.service = asked.service;
  // A peripheral that asks for more than it was offered does not get it.
  channel.most_out = std::min(reply.to_secondary, settings_.packet);
  channel.most_in = std::min(reply.to_primary, settings_.packet);
  channel.may_send = reply.credit;
  events.emplace_back(Opened{channel.service, socket, channel.most_out, channel.most_in});
  channels_.insert_or_assign(socket, std::move(channel));
}

// It is open, or about to be.
bool Conversation::opens(Socket socket) const {
  return channels_.contains(socket) ||
         std::any_of(queue_.begin(), queue_.end(), [socket](const Asked& asked) {
           return asked.message.command == Command::open_channel && asked.message.secondary == socket;
         });
}

void Conversation::gone(Socket socket, Events& events) {
  if (channels_.erase(socket) == 0) return;
  // What was to be said about it, is no longer.
  std::erase_if(queue_, [socket](const Asked& asked) {
    return asked.message.secondary == socket && asked.message.command != Command::open_channel;
  });
  events.emplace_back(Closed{socket});
}

}  // namespace platen::bidi::dot4
