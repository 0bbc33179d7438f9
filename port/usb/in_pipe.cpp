#include "port/usb/in_pipe.hpp"

#include <algorithm>
#include <cstring>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <libusb.h>

#include "base/aside.hpp"

namespace platen::port::usb {
namespace {

using namespace std::chrono_literals;

// Reading without a pause brought some printers to a crawl (apple/cups#5583). The limit holds for empty
// answers only: held back from real ones, printers lost replies or garbled jobs (OpenPrinting/cups#72, #160).
constexpr Duration first_pause = 1ms, longest_pause = 250ms;

// More is given back to the system as soon as it is read.
constexpr std::size_t usually_kept = 32 * 1024;

// A stall or an overlong packet is cleared; the second in a row without a word between is the end.
constexpr int most_troubles = 1;

}  // namespace

InPipe::InPipe(std::shared_ptr<Device> device, Clock& clock)
    : device_(std::move(device)),
      clock_(clock),
      changed_(device_->context().executor()),
      buffer_(read_bytes),
      transfer_(device_, [this](Transfer&) { landed(); }) {}

void InPipe::start() {
  running_ = true;
  fly();
}

void InPipe::fly() {
  if (!running_ || error_ || recovering_ || pause_ || transfer_.flying() || kept() >= most_kept) return;
  if (auto submitted = transfer_.submit_bulk(device_->interface().in, buffer_); !submitted)
    fail_with(submitted.error());
}

void InPipe::landed() {
  const std::size_t moved = transfer_.moved();
  if (moved > 0) {
    if (taken_ >= usually_kept) {
      heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(taken_));
      taken_ = 0;
    }
    heard_.insert(heard_.end(), buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(moved));
    troubles_ = 0;
    pause_length_ = {};
    changed_.notify();
  }
  if (!running_ || error_) return;
  switch (transfer_.outcome()) {
    case Outcome::done:
      if (moved == 0) {
        pause_length_ = std::clamp(pause_length_ * 2, first_pause, longest_pause);
        pause_ = clock_.set(clock_.now() + pause_length_, [this] {
          pause_.reset();
          fly();
        });
      }
      fly();
      return;
    case Outcome::recalled:
      return;
    case Outcome::stalled:
    case Outcome::overflowed:
      trouble();
      return;
    default:
      fail_with(fail(Errc::closed, "read from", device_->printer().address().uri(),
                     "It was unplugged or switched off."));
  }
}

void InPipe::trouble() {
  if (++troubles_ > most_troubles) {
    fail_with(fail(Errc::closed, "read from", device_->printer().address().uri(),
                   "The printer answers with errors only. Switch it off and on."));
    return;
  }
  recovering_ = true;
  // Not from here, which is within libusb's event handling.
  boost::asio::post(device_->context().executor(), [self = shared_from_this()] {
    boost::asio::co_spawn(self->device_->context().executor(), recover(self), boost::asio::detached);
  });
}

Task<void> InPipe::recover(std::shared_ptr<InPipe> self) {
  std::function<int()> clear = [device = self->device_] {
    return libusb_clear_halt(device->handle(), device->interface().in);
  };
  auto failed = co_await aside(self->clock_, Deadline::in(self->clock_, aside_patience), std::move(clear));
  self->recovering_ = false;
  if (!failed)
    self->fail_with(fail(Errc::closed, "clear the stall of", self->device_->printer().address().uri(),
                         "It does not answer."));
  if (failed && *failed != 0)
    self->fail_with(fail_libusb(*failed, "clear the stall of", self->device_->printer().address().uri()));
  self->fly();
}

Task<Result<std::size_t>> InPipe::read_some(std::span<std::byte> into, Deadline deadline) {
  while (kept() == 0) {
    if (error_) co_return *error_;
    if (auto woken = co_await changed_.wait(clock_, deadline); !woken && kept() == 0 && !error_)
      co_return fail(woken.error().code, "read from", device_->printer().address().uri());
  }
  const std::size_t count = std::min(into.size(), kept());
  std::memcpy(into.data(), heard_.data() + taken_, count);
  taken_ += count;
  if (kept() == 0) forget();
  fly();
  co_return count;
}

void InPipe::forget() {
  taken_ = 0;
  if (heard_.capacity() > usually_kept)
    heard_ = {};
  else
    heard_.clear();
}

void InPipe::drop() {
  running_ = false;
  pause_.reset();
  pause_length_ = {};
  transfer_.recall();
  forget();
  troubles_ = 0;
}

void InPipe::close(Error why) {
  if (!error_) error_ = std::move(why);
  drop();
  changed_.notify();
}

void InPipe::fail_with(Error why) {
  if (!error_) error_ = std::move(why);
  changed_.notify();
}

}  // namespace platen::port::usb
