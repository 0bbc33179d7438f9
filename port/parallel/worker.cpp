#include "port/parallel/worker.hpp"

#include <algorithm>
#include <utility>

namespace platen::port::ieee1284 {
namespace {

using namespace std::chrono_literals;

// A burst of data, after which mail is looked at.
constexpr Duration kBurst = 20ms;
// While data goes out, the printer is asked so often whether it has something to say. In compatibility mode
// each question costs a negotiation, about a millisecond.
constexpr Duration kLookBack = 250ms;
// What was sent may be answered at once; later, news is rare. Where the port's interrupt works, it comes in
// between.
constexpr Duration kFirstNap = 2ms;
constexpr Duration kLongestNap = 200ms;
constexpr Duration kInterruptedNap = idle_check;
constexpr Duration kClosedNap = 1h;
// A printer that takes nothing.
constexpr Duration kLongestStallNap = 100ms;
constexpr std::size_t kMostUnread = 64 * 1024;

}  // namespace

Worker::Worker(std::unique_ptr<ParallelLines> lines, Events events)
    : lines_(std::move(lines)),
      events_(std::move(events)),
      host_(*lines_, hurry_),
      nap_(kFirstNap),
      thread_([this] { run(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    quit_ = true;
    hurry_ = true;
  }
  lines_->wake();
  thread_.join();
}

void Worker::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  lines_->wake();
}

void Worker::send(std::uint64_t number, std::vector<std::byte> bytes) {
  {
    const std::lock_guard lock(mutex_);
    outgoing_number_ = number;
    outgoing_ = std::move(bytes);
    stop_sending_ = false;
  }
  lines_->wake();
}

void Worker::stop_sending() {
  {
    const std::lock_guard lock(mutex_);
    stop_sending_ = true;
  }
  lines_->wake();
}

void Worker::hurry() {
  {
    const std::lock_guard lock(mutex_);
    hurry_ = true;
  }
  lines_->wake();
}

void Worker::set_open(bool open) {
  open_ = open;
  forget_outgoing();
  nap_ = kFirstNap;
  interrupts_work_ = false;
  interrupts_failed_ = false;
  last_look_ = lines_->now();
}

void Worker::set_unread(std::size_t count) {
  if (unread_.exchange(count) >= kMostUnread && count < kMostUnread) lines_->wake();
}

void Worker::run() {
  for (;;) {
    if (Job job = next_job()) {
      job(host_);
      continue;
    }
    bool sending = false;
    {
      const std::lock_guard lock(mutex_);
      if (quit_) break;
      sending = !outgoing_.empty();
    }
    if (!open_) {
      forget_outgoing();
      (void)lines_->wait_for_interrupt(kClosedNap);
    } else if (sending) {
      burst();
    } else {
      idle();
    }
  }
  hurry_ = false;
  if (open_) host_.close();
}

Worker::Job Worker::next_job() {
  const std::lock_guard lock(mutex_);
  if (!quit_) hurry_ = false;
  if (jobs_.empty() || quit_) return {};
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

void Worker::burst() {
  rested_ = false;
  std::vector<std::byte> bytes;
  bool stop = false;
  {
    const std::lock_guard lock(mutex_);
    bytes = outgoing_;
    stop = stop_sending_;
  }
  const std::size_t count = stop ? 0 : host_.send(bytes, lines_->now() + kBurst);
  if (count > 0 || stop) sent(count);
  if (count == 0 || lines_->now() - last_look_ >= kLookBack || host_.called()) listen();
  if (count > 0) {
    nap_ = kFirstNap;
  } else if (!stop && open_) {
    nap(kLongestStallNap);
  }
}

void Worker::sent(std::size_t count) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    outgoing_.clear();
    number = outgoing_number_;
  }
  events_.sent(number, count);
}

// What was meant for a session that is over must not reach the next one's printer.
void Worker::forget_outgoing() {
  const std::lock_guard lock(mutex_);
  outgoing_.clear();
}

void Worker::idle() {
  // Data usually comes in many pieces; leaving and entering modes between them would cost more than they do.
  if (nap_ > kFirstNap) listen();
  if (!open_) return;
  const bool rests = nap_ > kFirstNap;
  if (rests) host_.rest();
  // Interrupts of the time before.
  while (rests && lines_->wait_for_interrupt(Duration::zero())) {
  }
  rested_ = rests && !host_.called();
  if (rests && !rested_) return;
  nap(interrupts_work_ ? kInterruptedNap : kLongestNap);
}

void Worker::nap(Duration longest) {
  interrupted_ = lines_->wait_for_interrupt(std::min(nap_, longest));
  nap_ = std::min(nap_ * 2, longest);
}

void Worker::listen() {
  last_look_ = lines_->now();
  if (unread_ >= kMostUnread) return;
  std::string text;
  auto heard = host_.listen(text, last_look_ + kBurst);
  if (!text.empty()) {
    nap_ = kFirstNap * 2;
    // Acknowledged bytes interrupt too; what proves that a call does is a nap that began without any, and
    // that found the printer with something to say. One call that did not interrupt is proof to the contrary.
    interrupts_work_ = rested_ && interrupted_ && !interrupts_failed_;
    interrupts_failed_ = interrupts_failed_ || (rested_ && !interrupted_);
    events_.heard(std::move(text));
  }
  if (heard) return;
  open_ = false;
  forget_outgoing();
  host_.close();
  events_.lost(heard.error());
}

}  // namespace platen::port::ieee1284
