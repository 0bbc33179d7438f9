// Asking in another way, where the printer does not tell by itself.
#include <algorithm>

#include "bidi/mapping.hpp"
#include "langmon/monitor.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {

Task<void> LanguageMonitor::poll(StatusSource& source) {
  source_ = &source;
  Duration pause = quickest_poll;
  while (!stopping_) {
    if (!poll_wanted()) {
      pause = quickest_poll;
      (void)co_await changed_.wait(clock_, Deadline::in(clock_, far_away));
      continue;
    }
    auto answer = co_await source.ask(Deadline::in(clock_, poll_patience));
    if (stopping_) break;
    bool news = false;
    if (answer && link_.up()) {
      const bidi::Changes changes = tracker_.polled(*answer);
      news = changes.any;
      tell(changes);
    }
    // One that talks is asked only for its supplies, which change slowly; one that does not answer, ever more
    // rarely.
    const Duration longest = answer ? longest_poll : longest_silence;
    if (ever_heard_)
      pause = std::max(pause, supplies_poll);
    else if (news || (answer && job_))
      pause = quickest_poll;
    else
      pause = std::min(pause * 2, longest);
    if (answer && bidi::sleeps(tracker_.status())) pause = std::max(pause, sleeping_poll);
    const Deadline until = Deadline::in(clock_, pause);
    const bool job_before = job_ != nullptr;
    while (!stopping_ && poll_wanted() && !until.passed(clock_)) {
      if (job_ && !job_before && answer) break;
      (void)co_await changed_.wait(clock_, until);
    }
  }
  source_ = nullptr;
}

// Nobody is asked who tells everything, nor while nobody wants to know.
bool LanguageMonitor::poll_wanted() const {
  if (!link_.up() || settling_ || !(watched_ || job_ || asking_ > 0)) return false;
  return ever_heard_ ? !tracker_.tells_supplies() : silent_;
}

}  // namespace platen::langmon
