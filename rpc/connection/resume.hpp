// A coroutine that is parked until somebody resumes it: cheaper than an Event, for one waiter in one place.
//
//   Resume resume_;
//   co_await park(resume_);            // the waiter
//   std::move(resume_)();              // somebody else, on the same thread; runs the coroutine at once
//
// Destroying a Resume that was not called takes the coroutine down.
//
// It does what use_awaitable does with a handler, without the coroutine of its own that it wraps around each
// wait, and stands on Asio's coroutines below their public interface (1.81) for that.
#pragma once

#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/async.hpp"

namespace platen::rpc {

class Resume {
 public:
  using Thread = boost::asio::detail::awaitable_thread<boost::asio::any_io_executor>;
  using Frame = boost::asio::detail::awaitable_frame_base<boost::asio::any_io_executor>;

  Resume() noexcept = default;
  explicit Resume(Frame* frame) : parked_(frame) {}
  Resume(Resume&& other) noexcept : parked_(std::move(other.parked_)) { other.parked_.reset(); }
  Resume& operator=(Resume&&) = delete;

  explicit operator bool() const noexcept { return parked_.has_value(); }
  void operator()() && {
    Parked parked(std::move(*parked_));  // whatever holds this one may go while the coroutine runs
    parked_.reset();
    parked.go();
  }
  void park(Frame* frame) { parked_.emplace(frame); }

 private:
  class Parked : public Thread {
   public:
    explicit Parked(Frame* frame) : Thread(std::move(*frame->detach_thread())), frame_(frame) {}
    void go() {
      frame_->attach_thread(this);
      frame_->clear_cancellation_slot();
      pump();
    }

   private:
    Frame* frame_;
  };

  std::optional<Parked> parked_;
};

[[nodiscard]] inline auto park(Resume& place) {
  return [at = &place](Resume::Frame* frame) -> Resume::Thread* {
    at->park(frame);
    return nullptr;
  };
}

}  // namespace platen::rpc
