#include "port/char_port.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <linux/lp.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/aside.hpp"
#include "base/event.hpp"
#include "base/fd.hpp"
#include "port/parallel/device_id.hpp"
#include "port/uri.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

// usblp's own, which no header of the kernel's has.
constexpr std::size_t kIdBytes = 1024;
constexpr unsigned long kGetDeviceId = _IOC(_IOC_READ, 'P', 1, kIdBytes);
constexpr unsigned long kSoftReset = _IOC(_IOC_NONE, 'P', 7, 0);

// usblp splits what is longer; lp keeps the thread in the kernel for each of its bytes.
constexpr std::size_t kMostPerUsbWrite = 8192;
constexpr std::size_t kMostPerLpWrite = 512;
// Where the driver does not tell when it is ready. A read of lp's costs a negotiation.
constexpr Duration kFirstPause = 2ms;
constexpr Duration kLongestWritePause = 50ms;
constexpr Duration kLongestReadPause = 1s;
// Between two empty reads of usblp's.
constexpr Duration kLongestEmptyPause = 250ms;
constexpr Duration kFarAway = 24h;

Error why_not_open(int number, const std::string& path, bool usb) {
  const std::string what = "open the printer device";
  switch (number) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
      return fail(Errc::not_found, what, path,
                  usb ? "Check that the printer is connected and switched on, and that usblp is loaded: "
                        "modprobe usblp."
                      : "Load the kernel's driver for it: modprobe parport_pc lp.");
    case EBUSY:
      return fail(Errc::busy, what, path, "Another program has it; end that one first.");
    case EACCES:
    case EPERM:
      return fail(Errc::denied, what, path, "Its group, usually lp, may use it.");
    default:
      return fail_errno(number, what, path);
  }
}

}  // namespace

struct CharPort::Device : std::enable_shared_from_this<Device> {
  Device(asio::any_io_executor on, Clock& time, Fd opened, bool polls, std::string name)
      : executor(std::move(on)),
        clock(time),
        descriptor(executor, opened.release()),
        pollable(polls),
        uri(std::move(name)),
        changed(executor) {}

  asio::any_io_executor executor;
  Clock& clock;
  Descriptor descriptor;
  bool pollable;
  std::string uri;
  Event changed;  // closed, or an ioctl has ended
  bool closed = false;
  bool mute = false;  // lp: the printer cannot be read
  Duration read_pause = kFirstPause;
  int asking = 0;  // ioctls under way

  void close() noexcept {
    closed = true;
    boost::system::error_code ignored;
    // An ioctl under way has the descriptor's number; whoever ends it closes.
    asking == 0 ? descriptor.close(ignored) : descriptor.cancel(ignored);
    changed.notify();
  }

  // Until it is worth another try: until the driver says so, or for `pause` where it says nothing, or was
  // wrong. An error ends the operation.
  static Task<Result<void>> wait(std::shared_ptr<Device> self, std::optional<Descriptor::wait_type> what,
                                 Duration pause, Deadline deadline, std::string operation) {
    const std::string name = self->uri;
    boost::system::error_code why;
    if (self->pollable && what) {
      auto [ec] = co_await before(self->clock, deadline, [raw = &self->descriptor, what](auto token) {
        return raw->async_wait(*what, token);
      });
      why = ec;
    } else {
      auto woken = co_await self->changed.wait(self->clock, deadline.within(self->clock, pause));
      if (!woken && (deadline.passed(self->clock) || !woken.error().is(Errc::timed_out)))
        why = woken.error().code;
    }
    if (self->closed) co_return fail(Errc::closed, operation, name, "The port was closed meanwhile.");
    if (why) co_return fail(why, operation, name);
    co_return Result<void>();
  }

  // One ioctl, which the driver may keep for long.
  template <std::size_t Size>
  static Task<Result<std::array<char, Size>>> ask(std::shared_ptr<Device> self, unsigned long request,
                                                  std::string operation, Deadline deadline) {
    struct Answer {
      std::array<char, Size> bytes{};
      int number = 0;
      bool done = false;
    };
    auto answer = std::make_shared<Answer>();
    ++self->asking;
    std::function<void()> call = [fd = self->descriptor.native_handle(), answer, request] {
      answer->number = ::ioctl(fd, request, answer->bytes.data()) < 0 ? errno : 0;
    };
    std::function<void()> after = [device = self, answer] {
      answer->done = true;
      boost::system::error_code ignored;
      if (--device->asking == 0 && device->closed) device->descriptor.close(ignored);
      device->changed.notify();
    };
    aside_for_good(self->executor, std::move(call), std::move(after));
    while (!answer->done && !self->closed) {
      auto woken = co_await self->changed.wait(self->clock, deadline);
      if (!woken && !answer->done) co_return fail(woken.error().code, operation, self->uri);
    }
    if (!answer->done) co_return fail(Errc::closed, operation, self->uri, "The port was closed meanwhile.");
    if (answer->number == ENODEV) co_return fail(Errc::closed, operation, self->uri, "The printer is gone.");
    if (answer->number != 0) co_return fail_errno(answer->number, operation, self->uri);
    co_return answer->bytes;
  }
};

CharPort::CharPort(asio::any_io_executor executor, Clock& clock, Kind kind, std::string path)
    : executor_(std::move(executor)),
      clock_(clock),
      kind_(kind),
      path_(std::move(path)),
      uri_(Uri{.scheme = kind == Kind::usblp ? "usblp" : "lp", .path = path_}.format()) {}

CharPort::~CharPort() {
  close();
}

Task<Result<void>> CharPort::open(Deadline) {
  if (device_) co_return Result<void>();
  const bool usb = kind_ == Kind::usblp;
  Fd fd(::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  const bool write_only = !fd && (errno == EACCES || errno == EINVAL || errno == EROFS);
  if (write_only) fd.reset(::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!fd) co_return why_not_open(errno, path_, usb);
  device_ = std::make_shared<Device>(executor_, clock_, std::move(fd), usb, uri_);
  device_->mute = write_only;
  co_return Result<void>();
}

Task<Result<std::size_t>> CharPort::read_some(std::span<std::byte> into, Deadline deadline) {
  auto device = device_;
  const bool usb = kind_ == Kind::usblp;
  const std::string operation = "read from";
  if (!device) co_return fail(Errc::closed, operation, uri_, "The port is not open.");
  std::optional<Descriptor::wait_type> ready = Descriptor::wait_read;
  bool was_ready = false;  // the driver said so, and was wrong
  for (;;) {
    if (device->closed)
      co_return fail(Errc::closed, operation, device->uri, "The port was closed meanwhile.");
    Duration pause = device->mute ? kFarAway : device->read_pause;
    bool nothing = false;
    if (!device->mute) {
      const ssize_t count = ::read(device->descriptor.native_handle(), into.data(), into.size());
      if (count > 0) {
        device->read_pause = kFirstPause;
        co_return static_cast<std::size_t>(count);
      }
      nothing = count == 0;
      if (count < 0 && errno != EAGAIN && errno != EINTR) {
        if (usb || errno == ENODEV)
          co_return fail(Errc::closed, operation, device->uri,
                         "Check that the printer is switched on and connected.");
        device->mute = true;
        continue;
      }
    }
    device->read_pause = std::min(device->read_pause * 2, usb ? kLongestEmptyPause : kLongestReadPause);
    // usblp hands on the empty packets of printers that have nothing to say.
    if (device->mute || nothing || was_ready) ready.reset();
    was_ready = ready.has_value();
    auto waiting = Device::wait(device, ready, pause, deadline, operation);
    ready = Descriptor::wait_read;
    if (auto waited = co_await std::move(waiting); !waited) co_return waited.error();
  }
}

Task<Result<std::size_t>> CharPort::write_some(std::span<const std::byte> from, Deadline deadline) {
  auto device = device_;
  const bool usb = kind_ == Kind::usblp;
  const std::string operation = "write to";
  if (!device) co_return fail(Errc::closed, operation, uri_, "The port is not open.");
  const auto part = from.first(std::min(from.size(), usb ? kMostPerUsbWrite : kMostPerLpWrite));
  std::optional<Descriptor::wait_type> ready = Descriptor::wait_write;
  for (Duration pause = kFirstPause;; pause = std::min(pause * 2, kLongestWritePause)) {
    const ssize_t count = ::write(device->descriptor.native_handle(), part.data(), part.size());
    if (count > 0) {
      device->read_pause = kFirstPause;
      if (!device->pollable) device->changed.notify();  // an answer may come
      co_return static_cast<std::size_t>(count);
    }
    // lp says EIO and ENOSPC of printers that are off line and without paper: they may come back.
    const bool waits =
        count == 0 || errno == EAGAIN || errno == EINTR || errno == ENOSPC || (!usb && errno == EIO);
    if (!waits)
      co_return fail(Errc::closed, operation, device->uri,
                     "Check that the printer is switched on and connected.");
    auto waiting = Device::wait(device, ready, pause, deadline, operation);
    ready.reset();  // usblp says that it is ready also while the printer has no paper
    if (auto waited = co_await std::move(waiting); !waited) co_return waited.error();
  }
}

Task<Result<void>> CharPort::drain(Deadline deadline) {
  auto device = device_;
  const std::string operation = "write to";
  if (!device) co_return fail(Errc::closed, operation, uri_, "The port is not open.");
  // usblp is ready again when its last write is through; lp's writes are, when they return.
  if (!device->pollable) co_return Result<void>();
  auto waiting = Device::wait(device, Descriptor::wait_write, kFirstPause, deadline, operation);
  co_return co_await std::move(waiting);
}

Task<Result<std::string>> CharPort::device_id(Deadline deadline) {
  const std::string operation = "read the device id of";
  if (!device_) co_return fail(Errc::closed, operation, uri_, "The port is not open.");
  if (kind_ != Kind::usblp)
    co_return fail(Errc::unsupported, operation, uri_,
                   "The lp device does not tell it; parallel:/dev/parport0 does.");
  auto asking = Device::ask<kIdBytes>(device_, kGetDeviceId, operation, deadline);
  auto bytes = co_await std::move(asking);
  if (!bytes) co_return bytes.error();
  std::string_view wire(bytes->data(), bytes->size());
  wire = wire.substr(0, wire.find_last_not_of('\0') + 1);
  if (auto text = ieee1284::device_id_text(wire)) co_return *std::move(text);
  co_return fail(Errc::malformed, operation, uri_, "What the printer sent is none.");
}

Task<Result<StatusLines>> CharPort::status_lines(Deadline deadline) {
  const std::string operation = "read the status lines of";
  if (!device_) co_return fail(Errc::closed, operation, uri_, "The port is not open.");
  auto asking = Device::ask<sizeof(int)>(device_, LPGETSTATUS, operation, deadline);
  auto bytes = co_await std::move(asking);
  if (!bytes) co_return bytes.error();
  const auto status = static_cast<std::uint8_t>(bytes->front());
  StatusLines lines{.paper_empty = (status & LP_POUTPA) != 0,
                    .selected = (status & LP_PSELECD) != 0,
                    .error = (status & LP_PERRORP) == 0};
  co_return lines;
}

Task<Result<void>> CharPort::abort_job(Deadline deadline) {
  const std::string operation = "break off the job on";
  // Opening it anew throws away what the driver still holds.
  close();
  auto opening = open(deadline);
  if (auto opened = co_await std::move(opening); !opened) co_return opened;
  auto asking = Device::ask<1>(device_, kind_ == Kind::usblp ? kSoftReset : LPRESET, operation, deadline);
  if (auto reset = co_await std::move(asking); !reset) co_return reset.error();
  co_return Result<void>();
}

void CharPort::close() noexcept {
  if (auto device = std::exchange(device_, nullptr)) device->close();
}

}  // namespace platen::port
