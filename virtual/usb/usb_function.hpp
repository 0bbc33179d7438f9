// The printer's USB function: what it answers to each transfer. It knows no wire: whoever has one (umockdev
// now) hands in requests, and gets completions out.
//
//   UsbFunction function(*usb_model_by_name("E250d"), {.take = ..., .soft_reset = ..., .complete = ...});
//   function.submit(urb);               // `complete` is called once for each, now or later
//   function.cancel(urb.id);
//   function.say("…");                  // what the printer tells the host
//   function.may_go_on();               // after `take` took less than it was given
//
// Every fault that a printer on a USB cable is known to have is a knob of UsbFaults. One thread. The wires
// are called from within calls of the function; they must only note and return.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "virtual/usb/usb_model.hpp"

namespace platen::vprinter {

using UsbSetup = std::array<std::uint8_t, 8>;

struct Urb {
  std::uint64_t id = 0;
  std::uint8_t endpoint = 0;    // 0: a control request
  UsbSetup setup{};             // of a control request
  UsbBytes data;                // out
  std::size_t room = 0;         // in: how much the host takes
  bool end_with_empty = false;  // out: an empty packet behind whole ones
};

enum class UrbStatus { ok, stalled, overflowed, gone, canceled };

struct UrbCompletion {
  std::uint64_t id;
  UrbStatus status;
  std::size_t moved = 0;
  UsbBytes data;  // in
};

struct UsbFaults {
  enum class IdLength { right, little_endian, excludes_itself, too_short, absent };
  IdLength id_length = IdLength::right;
  bool no_id = false;                         // stalls GET_DEVICE_ID
  std::optional<std::uint64_t> stall_out_at;  // stalls when so many bytes have come in …
  int out_stalls = 1;                         // … so many times
  int in_stalls = 0;                          // stalls the next so many reads
  int babbles = 0;                            // answers the next so many reads with more than was asked for
  bool empty_reads = false;                   // says "nothing" at once, instead of waiting
  bool in_hang = false;                       // never answers a read
  unsigned release_ms = 0;                    // so long the kernel waits for it when a program lets go of it
  std::optional<std::size_t> reply_queue;  // takes no data while so much is unread (64 in the Lexmark 5000)
  std::optional<std::uint64_t> unplug_at;  // gone when so many bytes have come in
  bool refuses_reset = false;              // as class 1.1 writes it (0x21)
  bool refuses_old_reset = false;          // as class 1.0 did (0x23)
  bool control_hang = false;               // answers no class request
  bool needs_prod = false;                 // after each 8 KiB it waits for a GET_PORT_STATUS
};

class UsbFunction {
 public:
  struct Wires {
    std::function<std::size_t(std::span<const std::uint8_t>)> take;
    std::function<void()> soft_reset;
    std::function<void(UrbCompletion)> complete;
    std::function<void()> unplugged;  // by its own fault
  };
  struct Counts {
    std::uint64_t bytes_out = 0, bytes_in = 0;
    int empty_packets = 0, resets = 0, cleared = 0, canceled = 0, reads_waiting = 0, writes_waiting = 0;
    int most_writes_waiting = 0;
    std::uint8_t alternate = 0;
  };

  UsbFunction(UsbModel model, Wires wires) : model_(std::move(model)), wires_(std::move(wires)) {}

  [[nodiscard]] const UsbModel& model() const { return model_; }
  UsbFaults& faults() { return faults_; }
  [[nodiscard]] Counts counts() const;

  void submit(Urb urb);
  bool cancel(std::uint64_t id);  // false: it is completed already, or was never there
  // What a host controller does with requests of its own instead of a transfer.
  void clear_halt(std::uint8_t endpoint);
  bool set_interface(std::uint8_t alternate);  // false: there is none such
  void unplug();
  [[nodiscard]] bool gone() const { return gone_; }

  void say(std::string_view bytes);
  void set_port_status(std::uint8_t status) { port_status_ = status; }
  void may_go_on() { pump(); }

 private:
  struct Waiting {
    Urb urb;
    std::size_t moved = 0;
  };
  void pump();
  bool pump_out();
  bool pump_in();
  void finish(std::deque<Waiting>& queue, UrbStatus status, UsbBytes data = {});
  void control(const Urb& urb);
  std::optional<UsbBytes> answer(const UsbSetup& setup);
  std::optional<UsbBytes> answer_standard(const UsbSetup& setup);
  [[nodiscard]] UsbBytes device_id() const;
  [[nodiscard]] bool holds_back() const;

  UsbModel model_;
  Wires wires_;
  UsbFaults faults_;
  Counts counts_;
  std::deque<Waiting> out_, in_, control_;
  std::deque<std::uint8_t> replies_;
  std::set<std::uint8_t> halted_;
  std::uint64_t prodded_at_ = 0;
  std::uint8_t port_status_ = 0x18;  // selected, no error, paper
  std::uint8_t alternate_ = 0;
  bool gone_ = false;
  bool pumping_ = false;
  bool pump_again_ = false;
};

}  // namespace platen::vprinter
