// An IEEE 1284 peripheral, at the level of its signals: the host's lines go in, its own come out.
//
//   Peripheral peripheral(clock, {}, "MFG:Lexmark;…;", {.take = …, .reset = …});
//   peripheral.drive(host);               // whenever the host has changed a line
//   const auto status = peripheral.lines();
//   peripheral.say("@PJL USTATUS …");     // goes out when the host fetches it
//
// Modes: compatibility, negotiation with the extensibility link, nibble, byte, ECP both ways with RLE, EPP,
// and the device id in nibble, byte and ECP. Comments name the standard's events by their numbers.
//
// It takes the host by the letter. What the host must not do is noted in violations(), and then survived the
// way printers survive it.
//
// One thread. It never waits: lateness is looked up on the clock when a line is driven or read.
#pragma once

#include <deque>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "virtual/parallel/faults.hpp"
#include "virtual/parallel/lines.hpp"

namespace platen::vprinter::ieee1284 {

struct Abilities {
  bool byte = true;
  bool ecp = true;
  bool rle = true;
  bool epp = true;
  std::set<std::uint8_t> links;  // what the extensibility link may ask for
};

// What the compatibility lines say of the printer.
struct Conditions {
  bool paper_empty = false;
  bool selected = true;
  bool error = false;
};

enum class Phase {
  idle,  // compatibility, ready for a byte
  strobed,
  busy,   // compatibility, with a byte that the printer has not taken yet
  reset,  // nInit is low
  negotiation,
  negotiation_latched,
  link,
  link_latched,
  rejected,
  host_busy,  // nibble and byte: between two bytes
  nibble,
  byte,
  byte_strobe,
  byte_strobed,
  reverse_idle,
  reverse_call,  // reverse idle, with data announced
  ecp_setup,
  ecp_forward,
  ecp_strobed,
  ecp_accepted,
  ecp_recovery,
  ecp_recovered,
  ecp_reverse,
  ecp_offered,
  ecp_acknowledged,
  epp_idle,
  epp_cycle,
  epp_ended,
  terminating,
  terminated,
};

// What has passed, for tests to look at.
struct Tally {
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  int negotiations = 0;
  int terminations = 0;
  int aborts = 0;  // modes that the host left at once instead of in order
  int resets = 0;
  int recoveries = 0;  // bytes that the host took back (events 72 to 75)
};

class Peripheral {
 public:
  struct Printer {
    std::function<bool(std::uint8_t)>
        take;                     // false: not now. Asked again after may_go_on() or on the next look
    std::function<void()> reset;  // nInit was low: begin again
    std::function<void(bool)> ack_changed;  // nAck has this level now; the host's interrupt hangs on it
  };

  Peripheral(Clock& clock, Abilities abilities, std::string device_id, Printer printer);

  void drive(const HostLines& host);
  [[nodiscard]] const PeripheralLines& lines();

  void say(std::string_view reply);
  void may_go_on() { advance(); }
  void set_conditions(Conditions conditions);

  [[nodiscard]] Faults& faults() { return faults_; }
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
  [[nodiscard]] std::size_t unread() const { return replies_.size(); }
  [[nodiscard]] std::uint8_t mode() const { return mode_; }  // the extensibility byte of the last negotiation
  [[nodiscard]] std::uint8_t ecp_channel() const { return ecp_channel_; }
  [[nodiscard]] std::uint8_t epp_address() const { return epp_address_; }

 private:
  void advance();
  bool step();
  bool step_compatibility();
  bool step_negotiation();
  bool step_reverse();
  bool step_ecp_forward();
  bool step_ecp_reverse();
  bool step_epp();
  bool step_termination();

  void begin_negotiation();
  bool supported(std::uint8_t request) const;
  void answer_request(std::uint8_t request);
  void leave_mode();
  void enter_compatibility();
  void enter_reset();
  void show_compatibility();

  void show_availability();  // between two bytes of nibble and byte mode
  void offer_nibble();
  void offer_byte();
  void accept_ecp();
  struct Unit {
    bool command;
    std::uint8_t value;
  };
  [[nodiscard]] Unit next_unit() const;
  void unit_taken();

  [[nodiscard]] bool has_data() const;
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::uint8_t peek(std::size_t at) const;
  void consume(std::size_t count);
  void begin_transfer() { transferred_ = 0; }

  bool drained();
  bool still_late(Duration by);
  void set_ack(bool level);
  void become(Phase phase);
  void violation(std::string what);

  Clock& clock_;
  Abilities abilities_;
  std::string device_id_;
  Printer printer_;
  Faults faults_;
  Conditions conditions_;

  HostLines host_;
  PeripheralLines lines_;
  Phase phase_ = Phase::idle;
  bool advancing_ = false;
  std::optional<Instant> due_;

  std::uint8_t mode_ = 0;
  std::deque<std::uint8_t> input_;  // accepted from the wire, not yet by the printer
  std::deque<char> replies_;
  std::string id_;  // as it is sent
  std::size_t id_sent_ = 0;
  bool sends_id_ = false;
  std::size_t transferred_ = 0;

  bool high_nibble_ = false;
  bool offered_ = false;         // what nDataAvail said last
  std::uint8_t run_ = 0;         // ECP forward: the next byte counts 1 + run_ times
  Unit unit_{};                  // ECP reverse: what is offered
  std::size_t reverse_run_ = 0;  // ECP reverse: as announced by the last command
  std::uint8_t ecp_channel_ = 0;
  std::uint8_t epp_address_ = 0;
  bool epp_reads_ = false;

  Tally tally_;
  std::vector<std::string> violations_;
};

}  // namespace platen::vprinter::ieee1284
