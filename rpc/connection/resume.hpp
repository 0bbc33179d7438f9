// A coroutine that is parked until somebody resumes it: cheaper than an Event, for one waiter in one place.
//
//   Resume resume_;
//   co_await park(resume_);            // the waiter
//   std::move(resume_)();              // somebody else, on the same thread; runs the coroutine at once
//
// Destroying a Resume that was not called takes the coroutine down.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/async.hpp"

namespace platen::rpc {

class Resume {
 public:
  Resume() noexcept = default;
  template <class Handler>
  requires(!std::is_same_v<std::decay_t<Handler>, Resume>) explicit Resume(Handler handler) noexcept
      : acts_(&acts_of<Handler>) {
    static_assert(sizeof(Handler) <= sizeof place_ && std::is_nothrow_move_constructible_v<Handler>);
    ::new (static_cast<void*>(place_)) Handler(std::move(handler));
  }
  Resume(Resume&& other) noexcept { take(other); }
  Resume& operator=(Resume&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  ~Resume() { reset(); }

  explicit operator bool() const noexcept { return acts_ != nullptr; }
  void operator()() && { std::exchange(acts_, nullptr)->call(place_); }
  void reset() noexcept {
    if (acts_ != nullptr) std::exchange(acts_, nullptr)->destroy(place_);
  }

 private:
  struct Acts {
    void (*call)(void* from);
    void (*move)(void* from, void* to) noexcept;
    void (*destroy)(void* place) noexcept;
  };
  template <class Handler>
  static constexpr Acts acts_of{[](void* from) {
                                  auto* place = static_cast<Handler*>(from);
                                  Handler handler(std::move(*place));
                                  place->~Handler();
                                  std::move(handler)();
                                },
                                [](void* from, void* to) noexcept {
                                  auto* place = static_cast<Handler*>(from);
                                  ::new (to) Handler(std::move(*place));
                                  place->~Handler();
                                },
                                [](void* place) noexcept { static_cast<Handler*>(place)->~Handler(); }};

  void take(Resume& other) noexcept {
    if (other.acts_ == nullptr) return;
    acts_ = std::exchange(other.acts_, nullptr);
    acts_->move(other.place_, place_);
  }

  alignas(std::max_align_t) std::byte place_[48];
  const Acts* acts_ = nullptr;
};

// What use_awaitable does with a handler, without the coroutine of its own that it wraps around each wait.
class Parked : public boost::asio::detail::awaitable_thread<boost::asio::any_io_executor> {
 public:
  using Thread = boost::asio::detail::awaitable_thread<boost::asio::any_io_executor>;
  using Frame = boost::asio::detail::awaitable_frame_base<boost::asio::any_io_executor>;

  explicit Parked(Frame* frame) : Thread(std::move(*frame->detach_thread())), frame_(frame) {}
  void operator()() && {
    frame_->attach_thread(this);
    frame_->clear_cancellation_slot();
    pump();
  }

 private:
  Frame* frame_;
};

[[nodiscard]] inline auto park(Resume& place) {
  return [at = &place](Parked::Frame* frame) -> Parked::Thread* {
    *at = Resume(Parked(frame));
    return nullptr;
  };
}

}  // namespace platen::rpc
