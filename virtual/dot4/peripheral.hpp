// The printer's side of IEEE 1284.4: one wire, several channels, each of which is a Channel of the printer.
//
//   Peripheral peripheral(printer, {.say = ..., .may_go_on = ...}, {});
//   used = peripheral.take(bytes);     // fewer than given: keep the rest until may_go_on
//   peripheral.pump();                 // after may_go_on: what waited inside goes on
//
// Begins as a plain wire to the printer, unless `native`: packet mode comes with the words of @EJL, and goes
// with Exit. Services: "PRINT" on socket 2 and "PLATEN-STATUS" on socket 3; both take jobs and PJL and answer
// it.
//
// `say` and `may_go_on` are called from within; they must only note and return. One thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "virtual/channel.hpp"
#include "virtual/dot4/wire_format.hpp"

namespace platen::vprinter::dot4 {

// What may go wrong with a peripheral, to be set from outside at any time. Counts run down.
struct Faults {
  int inits_not_now = 0;        // Init is answered "not now"
  int unanswered = 0;           // commands that get no answer
  int garbled_lengths = 0;      // packets whose length says 3
  int wrong_replies = 0;        // answers that name another command
  bool no_credit = false;       // grants nothing
  bool ignores_credit = false;  // sends data without having been granted any
};

struct Options {
  bool native = false;           // in packets from the start, as a USB interface of protocol 3
  std::uint8_t revision = 0x20;  // the only one that it takes
  std::uint16_t packet = 1024;   // the largest that it takes, with its header
  int credit = 4;                // packets that it can hold, per channel
};

class Peripheral {
 public:
  struct Wires {
    std::function<void(std::string_view)> say;
    std::function<void()> may_go_on;
  };
  static constexpr std::uint8_t kPrintSocket = 2;
  static constexpr std::uint8_t kStatusSocket = 3;
  // What the printer says and no host reads is kept up to this.
  static constexpr std::size_t kMostUnread = 64 * 1024;

  Peripheral(Printer& printer, Wires wires, Options options);
  ~Peripheral();
  Peripheral(const Peripheral&) = delete;
  Peripheral& operator=(const Peripheral&) = delete;

  [[nodiscard]] std::size_t take(std::span<const std::uint8_t> bytes);
  void pump();
  void end_of_input();
  void lost();
  void restart();  // as after switching off and on, without the wire noticing

  [[nodiscard]] bool in_packets() const { return in_packets_; }
  [[nodiscard]] std::size_t open_sockets() const { return sockets_.size(); }
  [[nodiscard]] const std::string& last_error() const {
    return last_error_;
  }  // that the host sent, or we did
  Faults faults;

 private:
  struct Socket {
    int serial = 0;
    std::unique_ptr<Channel> channel;
    std::deque<std::string> unread;  // packets that the channel has not taken in full
    std::string to_say;
    std::size_t largest_in = 0;
    std::size_t largest_out = 0;
    int host_credit = 0;  // packets that we may send
    int given = 0;        // packets that the host may send
    bool asked_host = false;
    bool ended = false;
  };

  void handle(std::uint8_t host, std::uint8_t own, std::uint8_t credit, const std::string& body);
  void command(const std::string& body);
  void reply(std::uint8_t command, int result, std::string_view rest);
  void complain(int code, std::uint8_t host, std::uint8_t own);
  void open(const std::string& body);
  void data(std::uint8_t own, std::uint8_t credit, const std::string& body);
  void feed(Socket& socket);
  void give_credit(std::uint8_t number, Socket& socket);
  void speak(std::uint8_t number, Socket& socket);
  [[nodiscard]] int room(const Socket& socket) const;
  void send(std::string packet);
  void close(std::uint8_t number);
  void drain();
  void leave_packets();
  void plain_channel();

  Printer& printer_;
  Wires wires_;
  Options options_;
  bool in_packets_;
  EntryWatch watch_;
  std::unique_ptr<Channel> plain_;
  std::string plain_waiting_;
  bool swallowing_ = false;  // the rest of the words of entry
  std::string swallowed_;
  PacketIntake intake_;
  std::map<std::uint8_t, Socket> sockets_;
  int serials_ = 0;
  std::vector<Socket> draining_;  // closed, with pages still on their way
  bool talking_ = false;          // between Init and Exit
  std::string last_error_;
};

}  // namespace platen::vprinter::dot4
