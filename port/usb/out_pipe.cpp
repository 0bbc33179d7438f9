#include "port/usb/out_pipe.hpp"

#include <algorithm>
#include <cstring>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <libusb.h>

#include "base/aside.hpp"

namespace platen::port::usb {

OutPipe::OutPipe(std::shared_ptr<Device> device, Clock& clock)
    : device_(std::move(device)),
      clock_(clock),
      changed_(device_->context().executor()),
      packet_(std::max<std::size_t>(device_->interface().out_packet, 1)) {
  for (Write& write : writes_) {
    write.transfer = std::make_unique<Transfer>(device_, [this, &write](Transfer&) { landed(write); });
  }
}

Task<Result<std::size_t>> OutPipe::write_some(std::span<const std::byte> from, Deadline deadline) {
  std::size_t taken = 0;
  for (;;) {
    if (error_) co_return *error_;
    while (!recovering_ && !error_ && taken < from.size()) {
      const auto write = std::ranges::find_if(writes_, &Write::free);
      if (write == writes_.end()) break;
      write->bytes.resize(write_bytes);
      write->begin = 0;
      write->end = std::min(write_bytes, from.size() - taken);
      std::memcpy(write->bytes.data(), from.data() + taken, write->end);
      taken += write->end;
      order_.push_back(&*write);
      fly_next();
    }
    if (error_) co_return *error_;
    if (taken > 0 || from.empty()) co_return taken;
    if (auto woken = co_await changed_.wait(clock_, deadline); !woken && !error_)
      co_return fail(woken.error().code, "write to", device_->printer().address().uri());
  }
}

Task<Result<void>> OutPipe::drain(Deadline deadline) {
  while (!error_ && !order_.empty())
    if (auto woken = co_await changed_.wait(clock_, deadline); !woken && !error_ && !order_.empty())
      co_return fail(woken.error().code, "send the last data to", device_->printer().address().uri());
  if (error_) co_return *error_;
  co_return Result<void>();
}

void OutPipe::fly(Write& write) {
  const std::span rest = std::span(write.bytes).subspan(write.begin, write.end - write.begin);
  const bool end_with_empty = device_->quirks().zero_length && rest.size() % packet_ == 0;
  if (auto submitted = write.transfer->submit_bulk(device_->interface().out, rest, end_with_empty);
      !submitted)
    fail_with(submitted.error());
}

void OutPipe::fly_next() {
  if (recovering_) return;
  // Those in flight are the first of them.
  for (std::size_t i = 0; i < std::min(order_.size(), writes_in_flight) && !error_; ++i)
    if (!order_[i]->transfer->flying()) fly(*order_[i]);
}

void OutPipe::landed(Write& write) {
  const Transfer& transfer = *write.transfer;
  write.begin += std::min(transfer.moved(), write.end - write.begin);
  moved_ += transfer.moved();
  if (transfer.moved() > 0) stalled_before_ = false;
  if (write.begin == write.end) std::erase(order_, &write);
  if (order_.empty())
    for (Write& other : std::span(writes_).subspan(writes_in_flight)) std::exchange(other.bytes, {});
  changed_.notify();
  if (error_) return;
  switch (transfer.outcome()) {
    case Outcome::done:
      if (write.begin != write.end)
        fail_with(gone());  // USB knows no short write
      else
        fly_next();
      return;
    case Outcome::recalled:
      return;
    case Outcome::stalled:
      if (recovering_) return;
      if (stalled_before_) {
        fail_with(
            fail(Errc::closed, "write to", device_->printer().address().uri(),
                 "The printer refuses the data, again after it was asked to go on. Switch it off and on."));
        return;
      }
      stalled_before_ = true;
      recovering_ = true;
      // Not from here, which is within libusb's event handling.
      boost::asio::post(device_->context().executor(), [self = shared_from_this()] {
        boost::asio::co_spawn(self->device_->context().executor(), recover(self), boost::asio::detached);
      });
      return;
    default:
      fail_with(gone());
  }
}

Task<void> OutPipe::recover(std::shared_ptr<OutPipe> self) {
  // The writes behind the stalled one must not overtake its rest.
  const std::deque<Write*> all = self->order_;
  for (Write* write : all) write->transfer->recall();
  const unsigned generation = self->generation_;
  std::function<int()> clear = [device = self->device_] {
    return libusb_clear_halt(device->handle(), device->interface().out);
  };
  auto failed = co_await aside(self->clock_, Deadline::in(self->clock_, aside_patience), std::move(clear));
  self->recovering_ = false;
  if (!failed && !self->error_)
    self->fail_with(fail(Errc::closed, "clear the stall of", self->device_->printer().address().uri(),
                         "It does not answer."));
  if (failed && *failed != 0 && !self->error_)
    self->fail_with(fail_libusb(*failed, "clear the stall of", self->device_->printer().address().uri()));
  if (!self->error_ && generation == self->generation_) self->fly_next();
  self->changed_.notify();
}

void OutPipe::drop() {
  ++generation_;
  const std::deque<Write*> all = order_;
  for (Write* write : all) write->transfer->recall();
  for (Write& write : writes_) write.begin = write.end = 0;
  order_.clear();
  stalled_before_ = false;
  changed_.notify();
}

void OutPipe::close(Error why) {
  if (!error_) error_ = std::move(why);
  drop();
}

void OutPipe::fail_with(Error why) {
  if (!error_) error_ = std::move(why);
  changed_.notify();
}

Error OutPipe::gone() const {
  return fail(Errc::closed, "write to", device_->printer().address().uri(),
              "It was unplugged or switched off.");
}

}  // namespace platen::port::usb
