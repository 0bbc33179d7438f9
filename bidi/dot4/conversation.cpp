#include "bidi/dot4/conversation.hpp"

#include <algorithm>
#include <utility>

namespace platen::bidi::dot4 {
namespace {

// A header has one byte for credit.
constexpr std::uint32_t most_piggyback = 0xFF;

// Commands and replies all carry the credit for their answer.
std::string carried(const Message& message) {
  return encode(Packet{.credit = 1, .payload = encode(message)});
}

}  // namespace

void Conversation::begin(Milliseconds now) {
  stop();
  out_.clear();
  reader_.reset();
  stage_ = Stage::beginning;
  revision_ = settings_.revision;
  inits_ = 0;
  tries_ = 0;
  init_at_ = now;
  say_init_ = true;
}

bool Conversation::open(std::string_view service) {
  if (stage_ != Stage::open || leaving_ || channels_.size() + queue_.size() >= max_channels ||
      service.empty() || service.size() > max_service_name)
    return false;
  ask({.command = Command::get_socket_id, .service = std::string(service)}, std::string(service));
  return true;
}

std::size_t Conversation::send(Socket socket, std::string_view bytes) {
  const auto at = channels_.find(socket);
  if (at == channels_.end() || at->second.closing || at->second.most_out <= header_bytes || leaving_)
    return 0;
  Channel& channel = at->second;
  const std::size_t room = settings_.backlog - std::min(settings_.backlog, channel.backlog.size());
  const std::size_t taken = std::min(room, bytes.size());
  channel.backlog += bytes.substr(0, taken);
  return taken;
}

std::size_t Conversation::unsent(Socket socket) const {
  const auto at = channels_.find(socket);
  return at == channels_.end() ? 0 : at->second.backlog.size();
}

void Conversation::hold(Socket socket, bool held) {
  if (const auto at = channels_.find(socket); at != channels_.end()) at->second.held = held;
}

void Conversation::close(Socket socket) {
  if (const auto at = channels_.find(socket); at != channels_.end()) at->second.closing = true;
}

void Conversation::cancel(Socket socket) {
  const auto at = channels_.find(socket);
  if (at == channels_.end()) return;
  at->second.closing = true;
  at->second.backlog.clear();
}

void Conversation::leave() {
  if (stage_ == Stage::open)
    leaving_ = true;
  else
    stop();
}

Events Conversation::tick(Milliseconds now) {
  Events events;
  if (stage_ == Stage::beginning && !say_init_ && now >= init_at_) {
    if (tries_ >= init_tries)
      end(Ended::Cause::no_answer, "The printer does not answer in packets.", events);
    else
      say_init_ = true;
  }
  if (stage_ == Stage::open && asked_ && now >= answer_by_)
    end(Ended::Cause::no_answer,
        "The printer did not answer to " + std::string(command_name(asked_->message.command)) + ".", events);
  return events;
}

std::optional<Milliseconds> Conversation::wake_at() const {
  if (stage_ == Stage::beginning) return init_at_;
  if (stage_ != Stage::open) return std::nullopt;
  std::optional<Milliseconds> earliest;
  const auto consider = [&earliest](Milliseconds at) { earliest = earliest ? std::min(*earliest, at) : at; };
  if (asked_) consider(answer_by_);
  for (const auto& [socket, channel] : channels_)
    if (!channel.backlog.empty() && channel.may_send == 0 && !channel.queued_ask) consider(channel.ask_at);
  return earliest;
}

std::optional<std::string> Conversation::next_packet(Milliseconds now) {
  if (!out_.empty()) {
    std::string packet = std::move(out_.front());
    out_.pop_front();
    return packet;
  }
  if (stage_ == Stage::beginning) {
    if (!std::exchange(say_init_, false)) return std::nullopt;
    ++tries_;
    ++inits_;
    init_at_ = now + init_timeout;
    return carried({.command = Command::init, .revision = revision_});
  }
  if (stage_ != Stage::open) return std::nullopt;

  ask_about_channels(now);
  if (!asked_ && !queue_.empty()) {
    asked_ = std::move(queue_.front());
    queue_.pop_front();
    answer_by_ = now + reply_timeout;
    if (asked_->message.command == Command::credit)
      if (const auto at = channels_.find(asked_->message.secondary); at != channels_.end())
        at->second.granted += asked_->message.credit;
    return carried(asked_->message);
  }
  auto turn = channels_.upper_bound(last_sent_);
  for (std::size_t i = 0; i < channels_.size(); ++i, ++turn) {
    if (turn == channels_.end()) turn = channels_.begin();
    if (!can_send(turn->second)) continue;
    last_sent_ = turn->first;
    return data_packet(turn->first, turn->second);
  }
  return std::nullopt;
}

bool Conversation::can_send(const Channel& channel) const {
  return !channel.backlog.empty() && channel.may_send > 0;
}

bool Conversation::wants_credit(const Channel& channel) const {
  return channel.most_in > header_bytes && !channel.held && !channel.closing && !channel.queued_credit &&
         channel.granted <= settings_.window / 2U;
}

std::string Conversation::data_packet(Socket socket, Channel& channel) {
  const std::size_t size = std::min<std::size_t>(channel.backlog.size(), channel.most_out - header_bytes);
  Packet packet{.primary = socket, .secondary = socket, .payload = channel.backlog.substr(0, size)};
  channel.backlog.erase(0, size);
  --channel.may_send;
  if (wants_credit(channel)) {
    const std::uint32_t more = std::min(most_piggyback, settings_.window - channel.granted);
    packet.credit = static_cast<std::uint8_t>(more);
    channel.granted += more;
  }
  return encode(packet);
}

// Queues what channels need of the transaction channel now.
void Conversation::ask_about_channels(Milliseconds now) {
  bool all_sent = true;
  for (auto& [socket, channel] : channels_) {
    all_sent = all_sent && channel.backlog.empty();
    Message message{.primary = socket, .secondary = socket};
    if (channel.closing && channel.backlog.empty() && !channel.queued_close) {
      channel.queued_close = true;
      message.command = Command::close_channel;
      ask(message);
      continue;
    }
    if (!channel.backlog.empty() && channel.may_send == 0 && !channel.queued_ask && now >= channel.ask_at) {
      channel.queued_ask = true;
      message.command = Command::credit_request;
      message.max_credit = as_much_as_there_is;
      ask(message);
    }
    if (wants_credit(channel) && !can_send(channel)) {
      channel.queued_credit = true;
      message.command = Command::credit;
      message.credit = static_cast<std::uint16_t>(settings_.window - channel.granted);
      ask(message);
    }
  }
  if (leaving_ && all_sent && queue_.empty() && !asked_ && !std::exchange(queued_exit_, true))
    ask({.command = Command::exit});
}

void Conversation::ask(Message message, std::string service, bool reopened) {
  queue_.push_back({std::move(message), std::move(service), reopened});
}

void Conversation::answer(const Message& message) {
  out_.push_back(carried(message));
}

void Conversation::stop() {
  stage_ = Stage::idle;
  queue_.clear();
  asked_.reset();
  channels_.clear();
  last_sent_ = 0;
  leaving_ = false;
  queued_exit_ = false;
}

void Conversation::end(Ended::Cause cause, std::string sentence, Events& events) {
  stop();
  events.emplace_back(Ended{cause, std::move(sentence)});
}

// Tells the peripheral what was wrong with its packet, and ends the conversation when it must.
void Conversation::fail(Fault fault, const Packet& packet, Events& events) {
  answer(
      {.command = Command::error, .primary = packet.primary, .secondary = packet.secondary, .fault = fault});
  const std::string what = "Packets of the printer: " + std::string(words(fault)) + ".";
  if (is_fatal(fault))
    end(Ended::Cause::fault, what, events);
  else
    events.emplace_back(Complaint{what});
}

}  // namespace platen::bidi::dot4
