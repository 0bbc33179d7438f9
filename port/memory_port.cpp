#include "port/memory_port.hpp"

#include <algorithm>
#include <cstring>

namespace platen::port {

FarEnd::FarEnd(boost::asio::any_io_executor executor, Clock& clock)
    : clock_(clock), changed_(std::move(executor)) {}

void FarEnd::say(std::string_view bytes) {
  if (!open_) return;
  said_ += bytes;
  changed_.notify();
}

std::string FarEnd::take_heard() {
  return std::exchange(heard_, {});
}

Task<Result<std::string>> FarEnd::hear_until(std::string bytes, Deadline deadline) {
  for (;;) {
    if (auto at = heard_.find(bytes); at != std::string::npos) {
      std::string taken = heard_.substr(0, at + bytes.size());
      heard_.erase(0, taken.size());
      co_return taken;
    }
    if (auto woken = co_await changed_.wait(clock_, deadline); !woken)
      co_return fail(woken.error().code, "hear", "\"" + bytes + "\"", "Heard so far: \"" + heard_ + "\".");
  }
}

void FarEnd::stall(bool on) {
  stalled_ = on;
  until_stall_ = SIZE_MAX;
  changed_.notify();
}

void FarEnd::stall_after(std::size_t bytes) {
  until_stall_ = bytes;
  stalled_ = bytes == 0;
}

void FarEnd::disconnect() {
  open_ = false;
  said_.clear();
  changed_.notify();
}

void FarEnd::arrive() {
  if (const auto arrived = arrived_.lock()) (*arrived)();
}

MemoryPort::MemoryPort(boost::asio::any_io_executor executor, Clock& clock, std::string device_id,
                       std::string uri)
    : MemoryPort(std::make_shared<FarEnd>(std::move(executor), clock), std::move(device_id), std::move(uri)) {
}

MemoryPort::MemoryPort(std::shared_ptr<FarEnd> far, std::string device_id, std::string uri)
    : far_(std::move(far)), device_id_(std::move(device_id)), uri_(std::move(uri)) {}

MemoryPort::~MemoryPort() {
  close();
}

Task<Result<void>> MemoryPort::open(Deadline) {
  if (far_->refuse_)
    co_return fail(Errc::refused, "connect to the printer at", uri_, "Check that it is switched on.");
  if (!far_->open_) {
    far_->open_ = true;
    ++far_->opened_;
    far_->changed_.notify();
  }
  co_return Result<void>();
}

Task<Result<std::size_t>> MemoryPort::read_some(std::span<std::byte> into, Deadline deadline) {
  auto far = far_;  // outlives this port when it is destroyed while we wait
  const std::string name = uri_;
  const int connection = far->opened_;
  for (;;) {
    if (!far->open_ || far->opened_ != connection) co_return fail(Errc::closed, "read from", name);
    if (!far->said_.empty()) {
      const std::size_t n = std::min(into.size(), far->said_.size());
      std::memcpy(into.data(), far->said_.data(), n);
      far->said_.erase(0, n);
      co_return n;
    }
    if (auto woken = co_await far->changed_.wait(far->clock_, deadline); !woken)
      co_return fail(woken.error().code, "read from", name);
  }
}

Task<Result<std::size_t>> MemoryPort::write_some(std::span<const std::byte> from, Deadline deadline) {
  auto far = far_;
  const std::string name = uri_;
  const int connection = far->opened_;
  for (;;) {
    if (!far->open_ || far->opened_ != connection) co_return fail(Errc::closed, "write to", name);
    if (!far->stalled_) {
      const std::size_t n = std::min({from.size(), far->per_write_, far->until_stall_});
      if (far->until_stall_ != SIZE_MAX) far->stall_after(far->until_stall_ - n);
      far->heard_.append(reinterpret_cast<const char*>(from.data()), n);
      far->changed_.notify();
      co_return n;
    }
    if (auto woken = co_await far->changed_.wait(far->clock_, deadline); !woken)
      co_return fail(woken.error().code, "write to", name);
  }
}

Task<Result<std::string>> MemoryPort::device_id(Deadline) {
  if (device_id_.empty()) co_return fail(Errc::unsupported, "read the device id of", uri_);
  co_return device_id_;
}

Task<Result<StatusLines>> MemoryPort::status_lines(Deadline) {
  co_return fail(Errc::unsupported, "read the status lines of", uri_);
}

Task<Result<void>> MemoryPort::abort_job(Deadline deadline) {
  ++far_->aborted_;
  if (far_->no_reset_) co_return fail(Errc::unsupported, "reset", uri_);
  close();
  auto opened = co_await open(deadline);
  co_return opened;
}

Port::Arrivals MemoryPort::on_arrival(std::function<void()> arrived) {
  auto held = std::make_shared<std::function<void()>>(std::move(arrived));
  far_->arrived_ = held;
  return held;
}

void MemoryPort::close() noexcept {
  far_->disconnect();
}

}  // namespace platen::port
