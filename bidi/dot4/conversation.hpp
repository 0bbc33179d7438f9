// The host's side of an IEEE 1284.4 conversation: several channels over one wire, each with its own credit.
//
//   Conversation talk;
//   talk.begin(now);                                   // after the wire was brought to packet mode:
//   entry.hpp for (;;) {
//     while (auto packet = talk.next_packet(now)) port.write(*packet);
//     for (Event& event : talk.feed(bytes, now)) ...   // Begun: talk.open("PRINT")
//                                                      // Opened: talk.send(socket, data) takes what there is
//                                                      room for
//                                                      // Arrived: bytes of a channel
//     // at the latest at talk.wake_at(): talk.tick(now)
//   }
//   talk.leave();                                      // Ended{left} when all was sent and the peripheral
//   agreed
//
// Credit is counted in packets. Ours to the peripheral is topped up to `window` as soon as half of it is
// used, with data that goes out anyway, or else with a Credit command; hold() stops that, so that a slow
// reader holds the peripheral back. The peripheral's to us is asked for only while there is something to
// send, and then less and less often.
//
// One command of ours is under way at a time. What the peripheral asks is answered at once. After a fatal
// error, or when no answer comes, everything is closed and Ended says why; begin() starts anew, also on a
// wire with old packets on it.
//
// Pure: no I/O; the time comes from the caller, in milliseconds of any clock that does not jump. One thread
// at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bidi/dot4/packet.hpp"

namespace platen::bidi::dot4 {

using Milliseconds = std::uint64_t;
using Socket = std::uint8_t;

struct Settings {
  std::uint8_t revision = 0x20;     // tried first; 0x10 if the peripheral wants that
  std::uint16_t packet = 16384;     // the largest that we offer, both ways, with its header
  std::uint16_t window = 8;         // packets that the peripheral may send ahead, per channel
  std::size_t backlog = 64 * 1024;  // bytes that send() holds per channel
};

// What has happened.
struct Begun {
  std::uint8_t revision = 0;
};
struct Opened {
  std::string service;
  Socket socket = 0;
  std::uint16_t most_out = 0;  // largest packet with its header; 0: this direction is not used
  std::uint16_t most_in = 0;
};
struct Refused {
  std::string service;
  Outcome outcome = Outcome::ok;
};
struct Arrived {
  Socket socket = 0;
  std::string bytes;
  bool out_of_band = false;
  bool end_of_message = false;
};
struct Closed {
  Socket socket = 0;
};
// Something was wrong, and is dealt with.
struct Complaint {
  std::string sentence;
};
struct Ended {
  enum class Cause : std::uint8_t { left, refused, no_answer, fault, peer_left, peer_restarted };
  Cause cause = Cause::left;
  std::string sentence;
};
using Event = std::variant<Begun, Opened, Refused, Arrived, Closed, Complaint, Ended>;
using Events = std::vector<Event>;

class Conversation {
 public:
  // 2 s were too short for some printers at high resolution, others have been seen to need 4; a busy engine
  // gets more.
  static constexpr Milliseconds reply_timeout = 10'000;
  // Init is said again after this, for the peripheral may have been asleep, and given up after that many.
  static constexpr Milliseconds init_timeout = 1'000;
  static constexpr int init_tries = 5;
  // A peripheral without credit for us is asked again after this, then after twice as long, up to the
  // longest.
  static constexpr Milliseconds first_ask = 50;
  static constexpr Milliseconds longest_ask = 2'000;
  static constexpr std::size_t max_channels = 16;

  explicit Conversation(Settings settings = {}) : settings_(settings) {}

  void begin(Milliseconds now);  // forgets everything before
  // False when there is no conversation, or it has as many channels as it may.
  bool open(std::string_view service);
  [[nodiscard]] std::size_t send(Socket socket, std::string_view bytes);  // how many were taken
  [[nodiscard]] std::size_t unsent(Socket socket) const;
  void hold(Socket socket, bool held);
  void close(Socket socket);   // when all was sent
  void cancel(Socket socket);  // throws away what was not sent, and closes
  void leave();                // when all was sent

  [[nodiscard]] Events feed(std::string_view bytes, Milliseconds now);
  [[nodiscard]] Events tick(Milliseconds now);
  [[nodiscard]] std::optional<Milliseconds> wake_at() const;
  // The next packet to write, if there is one now. To be asked after every other call.
  [[nodiscard]] std::optional<std::string> next_packet(Milliseconds now);
  [[nodiscard]] bool begun() const { return stage_ == Stage::open; }

 private:
  enum class Stage : std::uint8_t { idle, beginning, open };
  struct Channel {
    std::string service;
    std::uint16_t most_out = 0;
    std::uint16_t most_in = 0;
    std::uint32_t may_send = 0;  // packets
    std::uint32_t granted = 0;   // packets that the peripheral may send
    std::string backlog;
    bool held = false;
    bool closing = false;
    bool queued_close = false;
    bool queued_credit = false;
    bool queued_ask = false;
    Milliseconds ask_at = 0;
    Milliseconds ask_delay = 0;
  };
  struct Asked {
    Message message;
    std::string service;    // of GetSocketID and OpenChannel
    bool reopened = false;  // the channel was open, and was closed first
  };

  // conversation.cpp: what goes out
  void ask(Message message, std::string service = {}, bool reopened = false);
  void ask_about_channels(Milliseconds now);
  [[nodiscard]] std::string data_packet(Socket socket, Channel& channel);
  [[nodiscard]] bool wants_credit(const Channel& channel) const;
  [[nodiscard]] bool can_send(const Channel& channel) const;
  void answer(const Message& message);
  void stop();
  void end(Ended::Cause cause, std::string sentence, Events& events);
  void fail(Fault fault, const Packet& packet, Events& events);

  // answers.cpp: what comes in
  void take(Packet packet, Milliseconds now, Events& events);
  void take_data(Packet& packet, Events& events);
  void take_command(const Message& message, Events& events);
  void take_reply(const Message& message, const Packet& packet, Milliseconds now, Events& events);
  void replied_init(const Message& message, Milliseconds now, Events& events);
  void replied_open(const Asked& asked, const Message& message, Events& events);
  void gone(Socket socket, Events& events);
  [[nodiscard]] bool opens(Socket socket) const;
  [[nodiscard]] std::size_t largest_packet() const;

  Settings settings_;
  Stage stage_ = Stage::idle;
  PacketReader reader_;
  std::uint8_t revision_ = 0;
  int inits_ = 0;             // said and not answered
  int tries_ = 0;             // of Init in all
  Milliseconds init_at_ = 0;  // say it (again) then
  bool say_init_ = false;
  std::deque<std::string> out_;  // answers and errors, complete packets
  std::deque<Asked> queue_;      // commands to come
  std::optional<Asked> asked_;   // the one under way
  Milliseconds answer_by_ = 0;
  std::map<Socket, Channel> channels_;
  Socket last_sent_ = 0;  // channels take turns
  bool leaving_ = false;
  bool queued_exit_ = false;
};

}  // namespace platen::bidi::dot4
