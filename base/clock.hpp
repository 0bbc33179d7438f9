// Time, injected. Everything that waits or stamps asks a Clock, so that the whole house can run under a
// SimulatedClock in tests. AlarmClock (alarm_clock.hpp) is the real one.
//
// A Clock belongs to one reactor and is used from its thread only.
#pragma once

#include <chrono>
#include <compare>
#include <functional>
#include <memory>

namespace platen {

using Duration = std::chrono::nanoseconds;

struct Monotonic {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Monotonic>;
  static constexpr bool is_steady = true;
};
using Instant = Monotonic::time_point;                   // for waiting: never jumps
using WallTime = std::chrono::system_clock::time_point;  // for people: may jump

// One call in the future. Destroying it takes the call back.
class Alarm {
 public:
  virtual ~Alarm() = default;
};

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  // The same at a fifth of its cost, a few milliseconds ago: where it is a matter of seconds.
  [[nodiscard]] virtual Instant lately() const { return now(); }
  [[nodiscard]] virtual WallTime wall() const = 0;
  // Calls `ring` once, from the reactor, at or soon after `when`; never from within set().
  [[nodiscard]] virtual std::unique_ptr<Alarm> set(Instant when, std::function<void()> ring) = 0;
};

// The moment by which an operation must have ended. Every operation that can wait takes one; there is no
// infinite value. Nested operations inherit it and can only make it earlier.
class Deadline {
 public:
  static Deadline in(const Clock& clock, Duration span);
  // Cheaper; of a second and more it may come a few milliseconds early.
  static Deadline in_about(const Clock& clock, Duration span);
  static constexpr Deadline at(Instant when) { return Deadline(when); }

  [[nodiscard]] constexpr Instant when() const { return when_; }
  [[nodiscard]] Duration left(const Clock& clock) const;  // zero when passed
  [[nodiscard]] bool passed(const Clock& clock) const;
  // Now, as exactly as in_about() takes it.
  [[nodiscard]] Instant about_now(const Clock& clock) const;
  // The earlier of this one and `span` from now.
  [[nodiscard]] Deadline within(const Clock& clock, Duration span) const;

  friend constexpr auto operator<=>(Deadline, Deadline) = default;

 private:
  explicit constexpr Deadline(Instant when) : when_(when) {}
  Instant when_;
};

}  // namespace platen
