#include "virtual/dot4/peripheral.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::vprinter::dot4 {
namespace {

struct Service {
  std::uint8_t socket;
  std::string_view name;
};
constexpr std::array kServices{Service{Peripheral::kPrintSocket, "PRINT"},
                               Service{Peripheral::kStatusSocket, "PLATEN-STATUS"}};

enum : std::uint8_t {
  kInit = 0x00,
  kOpen = 0x01,
  kClose = 0x02,
  kCredit = 0x03,
  kCreditRequest = 0x04,
  kExit = 0x08,
  kSocketOf = 0x09,
  kNameOf = 0x0A,
  kError = 0x7F,
  kReply = 0x80,
};
enum {
  kOk = 0,
  kNotNow = 1,
  kWrongRevision = 2,
  kAlreadyOpen = 6,
  kNotOpen = 8,
  kNoService = 9,
  kUnknownName = 10,
  kSizeZero = 13,
  kMalformed = 0x80,
  kWithoutCredit = 0x81,
  kUnmatched = 0x82,
  kNoSuchChannel = 0x84,
};

// Of the answer to the words of entry only this is known: eight bytes that are not all zero.
constexpr std::string_view kEntryAnswer{"\0\0\0\x08\x01\0\xc5\0", 8};
constexpr int kMostCredit = 0xFFFF;
// A command is never longer; data packets have the length that was agreed.
constexpr std::size_t kLongestCommand = 64;

std::uint8_t at(const std::string& body, std::size_t index) {
  return index < body.size() ? static_cast<std::uint8_t>(body[index]) : std::uint8_t{0};
}
int word(const std::string& body, std::size_t index) {
  return at(body, index) * 256 + at(body, index + 1);
}

}  // namespace

Peripheral::Peripheral(Printer& printer, Wires wires, Options options)
    : printer_(printer), wires_(std::move(wires)), options_(options), in_packets_(options.native) {
  if (!in_packets_) plain_channel();
}

Peripheral::~Peripheral() {
  lost();
}

void Peripheral::plain_channel() {
  plain_ = std::make_unique<Channel>(printer_,
                                     Channel::Wires{[this](std::string_view words) { wires_.say(words); },
                                                    [this] {
                                                      if (wires_.may_go_on) wires_.may_go_on();
                                                    }});
}

std::size_t Peripheral::take(std::span<const std::uint8_t> bytes) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    if (!in_packets_) {
      pump();
      if (!plain_waiting_.empty()) return used;
      plain_waiting_ = watch_.take(bytes[used++]);
      if (watch_.entered()) {
        pump();
        watch_.clear();
        plain_.reset();
        plain_waiting_.clear();
        in_packets_ = swallowing_ = true;
        swallowed_.clear();
        wires_.say(kEntryAnswer);
      }
      continue;
    }
    const std::uint8_t byte = bytes[used++];
    if (swallowing_) {
      // More lines of @EJL, blanks, and ESC @ belong to the words of entry. A packet begins with a zero.
      swallowing_ = byte != 0;
      if (swallowing_) continue;
    }
    const auto step = intake_.take(byte, std::max<std::size_t>(kLongestCommand, options_.packet));
    if (step == PacketIntake::Step::more) continue;
    if (step == PacketIntake::Step::malformed) {
      intake_.clear();
      complain(kMalformed, 0, 0);
      continue;
    }
    const std::string body = intake_.body();
    const std::uint8_t host = intake_.host_socket(), own = intake_.own_socket(), credit = intake_.credit();
    intake_.clear();
    handle(host, own, credit, body);
  }
  pump();
  return used;
}

void Peripheral::pump() {
  if (plain_ && !plain_waiting_.empty()) {
    const std::span all(reinterpret_cast<const std::uint8_t*>(plain_waiting_.data()), plain_waiting_.size());
    plain_waiting_.erase(0, plain_->take(all));
  }
  drain();
  for (auto& [number, socket] : sockets_) {
    feed(socket);
    give_credit(number, socket);
    speak(number, socket);
  }
}

void Peripheral::handle(std::uint8_t host, std::uint8_t own, std::uint8_t credit, const std::string& body) {
  if (host == 0 && own == 0) {
    if (!body.empty()) command(body);
    return;
  }
  if (host != own || !sockets_.contains(own)) {
    complain(kNoSuchChannel, host, own);
    return;
  }
  data(own, credit, body);
}

void Peripheral::data(std::uint8_t own, std::uint8_t credit, const std::string& body) {
  Socket& socket = sockets_.at(own);
  socket.host_credit = std::min(kMostCredit, socket.host_credit + credit);
  if (body.empty()) return;
  if (socket.given == 0) {
    complain(kWithoutCredit, own, own);
    return;
  }
  --socket.given;
  socket.unread.push_back(body);
}

void Peripheral::feed(Socket& socket) {
  while (!socket.unread.empty()) {
    std::string& first = socket.unread.front();
    const std::span all(reinterpret_cast<const std::uint8_t*>(first.data()), first.size());
    first.erase(0, socket.channel->take(all));
    if (!first.empty()) return;
    socket.unread.pop_front();
  }
}

int Peripheral::room(const Socket& socket) const {
  if (faults.no_credit) return 0;
  return std::max(0, options_.credit - socket.given - static_cast<int>(socket.unread.size()));
}

// The host asked for as much as there is when it opened the channel: so it is told without asking again.
void Peripheral::give_credit(std::uint8_t number, Socket& socket) {
  const int more = room(socket);
  if (more == 0 || more < (options_.credit + 1) / 2 || !talking_ || socket.asked_host) return;
  socket.asked_host = true;
  socket.given += more;
  send(packet(0, 0, 1, body({kCredit, number, number, more / 256, more % 256})));
}

void Peripheral::speak(std::uint8_t number, Socket& socket) {
  while (!socket.to_say.empty() && (socket.host_credit > 0 || faults.ignores_credit)) {
    const std::size_t size = std::min(socket.to_say.size(), socket.largest_out - 6);
    if (socket.host_credit > 0) --socket.host_credit;
    const std::string part = socket.to_say.substr(0, size);
    socket.to_say.erase(0, size);
    send(packet(number, number, 0, part));
  }
}

void Peripheral::send(std::string packet) {
  if (faults.garbled_lengths > 0) {
    --faults.garbled_lengths;
    packet[2] = 0;
    packet[3] = 3;
  }
  if (!printer_.silent()) wires_.say(packet);
}

void Peripheral::reply(std::uint8_t command, int result, std::string_view rest) {
  if (faults.unanswered > 0) {
    --faults.unanswered;
    return;
  }
  if (faults.wrong_replies > 0) {
    --faults.wrong_replies;
    command = command == kClose ? kCredit : kClose;
  }
  send(packet(0, 0, 1, body({command | kReply, result}) + std::string(rest)));
}

void Peripheral::complain(int code, std::uint8_t host, std::uint8_t own) {
  last_error_ = "sent " + std::to_string(code);
  send(packet(0, 0, 1, body({kError, host, own, code})));
  if (code != kWithoutCredit) leave_packets();
}

void Peripheral::command(const std::string& text) {
  const std::uint8_t code = at(text, 0);
  const std::uint8_t host = at(text, 1), own = at(text, 2);
  if (code & kReply) {
    // Of our commands only Credit has an answer that matters.
    if (code == (kCredit | kReply)) {
      if (const auto socket = sockets_.find(at(text, 3)); socket != sockets_.end())
        socket->second.asked_host = false;
    } else {
      complain(kUnmatched, 0, 0);
    }
    return;
  }
  if (!talking_ && code != kInit) return;
  const auto socket = sockets_.find(own);
  const bool open_now = socket != sockets_.end() && host == own;
  switch (code) {
    case kInit:
      for (const Service& service : kServices) close(service.socket);
      if (faults.inits_not_now > 0) {
        --faults.inits_not_now;
        reply(kInit, kNotNow, body({options_.revision}));
        return;
      }
      talking_ = host == options_.revision;  // the byte behind Init is its revision
      reply(kInit, talking_ ? kOk : kWrongRevision, body({options_.revision}));
      return;
    case kOpen:
      open(text);
      return;
    case kClose:
      if (open_now) close(own);
      reply(kClose, open_now ? kOk : kNotOpen, body({host, own}));
      return;
    case kCredit:
      if (open_now)
        socket->second.host_credit = std::min(kMostCredit, socket->second.host_credit + word(text, 3));
      reply(kCredit, open_now ? kOk : kNotOpen, body({host, own}));
      return;
    case kCreditRequest: {
      const int more = open_now ? room(socket->second) : 0;
      if (open_now) socket->second.given += more;
      reply(kCreditRequest, open_now ? kOk : kNotOpen, body({host, own, more / 256, more % 256}));
      return;
    }
    case kExit:
      reply(kExit, kOk, "");
      leave_packets();
      return;
    case kSocketOf: {
      const std::string name = text.substr(1);
      const auto found =
          std::find_if(kServices.begin(), kServices.end(), [&](const Service& s) { return s.name == name; });
      const bool known = found != kServices.end();
      reply(kSocketOf, known ? kOk : kUnknownName, body({known ? found->socket : 0}) + name);
      return;
    }
    case kNameOf: {
      const auto found = std::find_if(kServices.begin(), kServices.end(),
                                      [&](const Service& s) { return s.socket == host; });
      const bool known = found != kServices.end();
      reply(kNameOf, known ? kOk : kNoService, body({host}) + std::string(known ? found->name : ""));
      return;
    }
    case kError:
      last_error_ = "heard " + std::to_string(at(text, 3));
      if (at(text, 3) != kWithoutCredit) leave_packets();
      return;
    default:
      complain(kMalformed, 0, 0);
      return;
  }
}

void Peripheral::open(const std::string& text) {
  const std::uint8_t host = at(text, 1), own = at(text, 2);
  const auto answer = [&](int result, int in, int out, int credit) {
    reply(kOpen, result,
          body({host, own, in / 256, in % 256, out / 256, out % 256, 0, options_.credit, credit / 256,
                credit % 256}));
  };
  const bool served = std::any_of(kServices.begin(), kServices.end(),
                                  [own](const Service& service) { return service.socket == own; });
  const int in = std::min<int>(word(text, 3), options_.packet);
  const int out = std::min<int>(word(text, 5), options_.packet);
  if (!served || host != own) return answer(kNoService, 0, 0, 0);
  if (sockets_.contains(own)) return answer(kAlreadyOpen, 0, 0, 0);
  if (in <= 6 || out <= 6) return answer(kSizeZero, 0, 0, 0);
  Socket& socket = sockets_[own];
  socket.serial = ++serials_;
  socket.largest_in = static_cast<std::size_t>(in);
  socket.largest_out = static_cast<std::size_t>(out);
  socket.channel = std::make_unique<Channel>(
      printer_, Channel::Wires{[this, own, serial = socket.serial](std::string_view words) {
                                 // What a closed channel still says about its last pages, nobody hears.
                                 const auto mine = sockets_.find(own);
                                 if (mine == sockets_.end() || mine->second.serial != serial) return;
                                 if (mine->second.to_say.size() + words.size() > kMostUnread) return;
                                 mine->second.to_say += words;
                                 speak(own, mine->second);
                               },
                               [this] {
                                 if (wires_.may_go_on) wires_.may_go_on();
                               }});
  socket.given = room(socket);
  answer(kOk, in, out, socket.given);
}

void Peripheral::close(std::uint8_t number) {
  auto node = sockets_.extract(number);
  if (node.empty()) return;
  draining_.push_back(std::move(node.mapped()));
  drain();
}

// What was taken is printed, even if the channel was closed meanwhile.
void Peripheral::drain() {
  for (Socket& socket : draining_) {
    feed(socket);
    if (socket.unread.empty() && !std::exchange(socket.ended, true)) socket.channel->end_of_input();
  }
  std::erase_if(draining_, [](const Socket& socket) { return socket.ended && socket.channel->done(); });
}

void Peripheral::leave_packets() {
  for (const Service& service : kServices) close(service.socket);
  talking_ = false;
  intake_.clear();
  in_packets_ = options_.native;
  if (!in_packets_ && !plain_) plain_channel();
}

void Peripheral::end_of_input() {
  for (const Service& service : kServices) close(service.socket);
  if (plain_) plain_->end_of_input();
}

void Peripheral::lost() {
  // Taken out first, for they speak while they go.
  const auto draining = std::exchange(draining_, {});
  const auto sockets = std::exchange(sockets_, {});
  if (plain_) plain_->lost();
}

void Peripheral::restart() {
  lost();
  plain_.reset();
  plain_waiting_.clear();
  watch_.clear();
  leave_packets();
}

}  // namespace platen::vprinter::dot4
