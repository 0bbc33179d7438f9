// Many deadlines behind one alarm. Arming an alarm costs a system call; most deadlines never come. So the
// alarm is set for the earliest deadline only, and is left set when that one is taken back: it then rings
// once for nothing, and looks what is next.
//
//   class Waiter : public DeadlineQueue::Entry { void expired() override { … } };
//   queue->add(waiter, deadline.when());
//   queue->remove(waiter);                 // its destructor does the same
//
// One reactor thread. Held by shared_ptr, so that an entry that expires may let go of the last owner.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.hpp"

namespace platen {

class DeadlineQueue : public std::enable_shared_from_this<DeadlineQueue> {
 public:
  class Entry {
   public:
    Entry() = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    [[nodiscard]] bool queued() const noexcept { return queue_ != nullptr; }

   protected:
    ~Entry() {
      if (queue_ != nullptr) queue_->remove(*this);
    }

   private:
    friend class DeadlineQueue;
    virtual void expired() = 0;  // it is out of the queue by then

    DeadlineQueue* queue_ = nullptr;
    Instant when_{};
    std::size_t place_ = 0;
  };

  explicit DeadlineQueue(Clock& clock) : clock_(clock) {}
  ~DeadlineQueue();
  DeadlineQueue(const DeadlineQueue&) = delete;
  DeadlineQueue& operator=(const DeadlineQueue&) = delete;

  void add(Entry& entry, Instant when);  // one that is in already moves
  void remove(Entry& entry) noexcept;
  // Takes the alarm back when nothing is queued, so that a reactor with nothing else to do ends.
  void rest();
  [[nodiscard]] std::size_t size() const { return heap_.size(); }

 private:
  void arm() {
    if (!alarm_ || heap_.front()->when_ < armed_for_) set_alarm();
  }
  void set_alarm();
  void ring();
  void put(std::size_t place, Entry* entry);
  void up(std::size_t place);
  void down(std::size_t place);

  Clock& clock_;
  std::vector<Entry*> heap_;  // the earliest in front
  std::unique_ptr<Alarm> alarm_;
  Instant armed_for_{};
};

}  // namespace platen
