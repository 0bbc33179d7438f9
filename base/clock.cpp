#include "base/clock.hpp"

#include <algorithm>

namespace platen {
namespace {

constexpr Duration exact_below = std::chrono::seconds(1);

}  // namespace

Deadline Deadline::in(const Clock& clock, Duration span) {
  return Deadline(clock.now() + span);
}

Deadline Deadline::in_about(const Clock& clock, Duration span) {
  return Deadline((span < exact_below ? clock.now() : clock.lately()) + span);
}

Instant Deadline::about_now(const Clock& clock) const {
  const Instant lately = clock.lately();
  return when_ - lately < exact_below ? clock.now() : lately;
}

Duration Deadline::left(const Clock& clock) const {
  return std::max(when_ - clock.now(), Duration::zero());
}

bool Deadline::passed(const Clock& clock) const {
  return when_ <= clock.now();
}

Deadline Deadline::within(const Clock& clock, Duration span) const {
  return std::min(*this, in(clock, span));
}

}  // namespace platen
