#include "base/simulated_clock.hpp"

#include <boost/asio/post.hpp>

namespace platen {

// Alarms by time, then by the order in which they were set.
struct SimulatedClock::Book {
  std::multimap<Instant, std::shared_ptr<std::function<void()>>> alarms;
};

class SimulatedClock::Entry final : public Alarm {
 public:
  Entry(std::shared_ptr<Book> book, Instant when, std::function<void()> ring)
      : book_(std::move(book)), ring_(std::make_shared<std::function<void()>>(std::move(ring))) {
    book_->alarms.emplace(when, ring_);
  }

  ~Entry() override {
    std::erase_if(book_->alarms, [this](const auto& entry) { return entry.second == ring_; });
  }

 private:
  std::shared_ptr<Book> book_;
  std::shared_ptr<std::function<void()>> ring_;
};

SimulatedClock::SimulatedClock(boost::asio::any_io_executor executor)
    : executor_(std::move(executor)), book_(std::make_shared<Book>()) {}

SimulatedClock::~SimulatedClock() = default;

WallTime SimulatedClock::wall() const {
  // A fixed day, so that stamps are the same in every run.
  return WallTime(std::chrono::sys_days{std::chrono::year{2001} / 10 / 16}) +
         std::chrono::duration_cast<WallTime::duration>(now_.time_since_epoch());
}

std::unique_ptr<Alarm> SimulatedClock::set(Instant when, std::function<void()> ring) {
  return std::make_unique<Entry>(book_, when, std::move(ring));
}

bool SimulatedClock::idle() const {
  return book_->alarms.empty();
}

bool SimulatedClock::advance_to_next(Instant limit) {
  auto next = book_->alarms.begin();
  if (next == book_->alarms.end() || next->first > limit) return false;
  now_ = std::max(now_, next->first);
  boost::asio::post(executor_, [weak = std::weak_ptr(next->second)] {
    if (auto alive = weak.lock()) (*alive)();
  });
  book_->alarms.erase(next);
  return true;
}

void SimulatedClock::advance_to(Instant when) {
  now_ = std::max(now_, when);
}

bool run_simulation(boost::asio::io_context& reactor, SimulatedClock& clock, Duration span) {
  const Instant end = clock.now() + span;
  for (;;) {
    reactor.restart();
    reactor.poll();
    if (!clock.advance_to_next(end)) break;
  }
  if (clock.idle()) return true;
  clock.advance_to(end);
  return false;
}

}  // namespace platen
