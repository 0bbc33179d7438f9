#include "base/deadline_queue.hpp"

namespace platen {

DeadlineQueue::~DeadlineQueue() {
  for (auto* entry : heap_) entry->queue_ = nullptr;
}

void DeadlineQueue::add(Entry& entry, Instant when) {
  remove(entry);
  entry.queue_ = this;
  entry.when_ = when;
  heap_.push_back(&entry);
  entry.place_ = heap_.size() - 1;
  if (entry.place_ > 0) up(entry.place_);
  arm();
}

void DeadlineQueue::remove(Entry& entry) noexcept {
  if (entry.queue_ != this) return;
  entry.queue_ = nullptr;
  const std::size_t place = entry.place_;
  Entry* last = heap_.back();
  heap_.pop_back();
  if (last == &entry) return;
  put(place, last);
  up(place);
  down(last->place_);
}

void DeadlineQueue::rest() {
  if (heap_.empty()) alarm_.reset();
}

void DeadlineQueue::set_alarm() {
  armed_for_ = heap_.front()->when_;
  alarm_ = clock_.set(armed_for_, [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->ring();
  });
}

void DeadlineQueue::ring() {
  alarm_.reset();
  const Instant now = clock_.now();
  while (!heap_.empty() && heap_.front()->when_ <= now) {
    Entry& entry = *heap_.front();
    remove(entry);
    entry.expired();
  }
  if (!heap_.empty()) arm();
}

void DeadlineQueue::put(std::size_t place, Entry* entry) {
  heap_[place] = entry;
  entry->place_ = place;
}

void DeadlineQueue::up(std::size_t place) {
  Entry* entry = heap_[place];
  while (place > 0 && entry->when_ < heap_[(place - 1) / 2]->when_) {
    put(place, heap_[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  put(place, entry);
}

void DeadlineQueue::down(std::size_t place) {
  Entry* entry = heap_[place];
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->when_ < heap_[child]->when_) ++child;
    if (entry->when_ <= heap_[child]->when_) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, entry);
}

}  // namespace platen
