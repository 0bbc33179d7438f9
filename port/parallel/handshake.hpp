// Moves the host's lines and waits for the peripheral's, each wait with its limit.
//
//   handshake.auto_feed(false);                                              // event 7
//   if (!handshake.wait([](Status s) { return !s.ack; }, answer_patience))   // event 9
//     return false;
//
// A wait also ends, in vain, when the port has failed; wait_idly() when `stop` was set by another thread,
// too. Within a byte and while a mode is left only wait() is right: whoever goes away there leaves the
// printer in the middle of something.
#pragma once

#include <algorithm>
#include <atomic>
#include <utility>

#include "port/parallel/lines.hpp"
#include "port/parallel/timing.hpp"

namespace platen::port::ieee1284 {

class Handshake {
 public:
  // Both must outlive it.
  Handshake(ParallelLines& lines, const std::atomic<bool>& stop) : lines_(lines), stop_(stop) {}

  [[nodiscard]] ParallelLines& lines() { return lines_; }
  [[nodiscard]] Status status() { return last_ = Status::of(lines_.status()); }
  [[nodiscard]] Status last_status() const { return last_; }  // as it was looked at last
  [[nodiscard]] Instant now() const { return lines_.now(); }
  [[nodiscard]] bool given_up() const { return stop_.load(std::memory_order_relaxed) || lines_.failure(); }

  // Levels: true is high.
  void strobe(bool level) { set(control::strobe, !level); }
  void auto_feed(bool level) { set(control::auto_feed, !level); }
  void init(bool level) { set(control::init, level); }
  void select_in(bool level) { set(control::select_in, !level); }
  // Both at once, as events 1, 4 and 22 want it.
  void strobe_and_auto_feed(bool level) { set(control::strobe | control::auto_feed, !level); }
  void select_in_and_auto_feed(bool select_in_level, bool auto_feed_level) {
    const int rest = control_ & ~(control::select_in | control::auto_feed);
    const int both = (select_in_level ? 0 : control::select_in) | (auto_feed_level ? 0 : control::auto_feed);
    set_all(static_cast<std::uint8_t>(rest | both));
  }
  // The idle state of compatibility mode.
  void idle() {
    control_ = control::init | control::select_in;
    lines_.set_control(control_);  // whatever was before
  }
  void settle() { lines_.pause(settle_time); }

  template <class Condition>
  [[nodiscard]] bool wait(Condition condition, Duration limit) {
    return wait_unless(condition, limit, [this] { return lines_.failure().has_value(); });
  }
  template <class Condition>
  [[nodiscard]] bool wait_idly(Condition condition, Duration limit) {
    return wait_unless(condition, limit, [this] { return given_up(); });
  }

 private:
  template <class Condition, class End>
  [[nodiscard]] bool wait_unless(Condition condition, Duration limit, End end) {
    const Instant start = now();
    Duration pause = first_pause;
    for (;;) {
      const bool met = condition(status());
      if (end()) return false;
      const Duration waited = now() - start;
      if (met || waited >= limit) return met;
      if (waited < spin_time) {
        lines_.pause(settle_time);
        continue;
      }
      lines_.pause(std::min(pause, limit - waited));
      pause = std::min(pause * 2, longest_pause);
    }
  }

  void set(std::uint8_t bits, bool on) {
    set_all(static_cast<std::uint8_t>(on ? control_ | bits : control_ & ~bits));
  }
  void set_all(std::uint8_t value) {
    if (std::exchange(control_, value) != value) lines_.set_control(value);
  }

  ParallelLines& lines_;
  const std::atomic<bool>& stop_;
  std::uint8_t control_ = control::init | control::select_in;
  Status last_{};
};

}  // namespace platen::port::ieee1284
