#include "base/clock.hpp"

#include <algorithm>

namespace platen {

Deadline Deadline::in(const Clock& clock, Duration span) {
  return Deadline(clock.now() + span);
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
