#include "port/parallel/ppdev_lines.hpp"

#include <cerrno>
#include <chrono>
#include <ctime>
#include <utility>

#include <fcntl.h>
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace platen::port::ieee1284 {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t kNobody = 0xff;
// Shorter pauses than this are spent looking at the clock: the scheduler is too slow for them.
constexpr Duration kShortestSleep = 20us;

Error why_not_claimed(int number, const std::string& path) {
  const std::string what = "open the parallel port";
  switch (number) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
      return fail(Errc::not_found, what, path, "Load the kernel's driver for it: modprobe parport_pc ppdev.");
    case EACCES:
    case EPERM:
      return fail(Errc::denied, what, path, "Its group, usually lp, may use it.");
    case EBUSY:
    case EAGAIN:
      return fail(Errc::busy, what, path, "Another program has it; end that one first.");
    default:
      return fail_errno(number, what, path);
  }
}

}  // namespace

PpdevLines::PpdevLines(std::string path)
    : path_(std::move(path)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

PpdevLines::~PpdevLines() {
  release();
}

Result<Fd> PpdevLines::claimed(bool alone) const {
  Fd fd(::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!fd) return why_not_claimed(errno, path_);
  if (alone && ::ioctl(fd.get(), PPEXCL) != 0) return why_not_claimed(errno, path_);
  if (::ioctl(fd.get(), PPCLAIM) != 0) return why_not_claimed(errno, path_);
  return fd;
}

Result<void> PpdevLines::claim() {
  release();
  failure_.reset();
  if (!wake_)
    return fail(Errc::no_space, "watch the parallel port", path_, "Too many files are open; see ulimit -n.");
  auto fd = claimed(true);
  if (!fd) fd = claimed(false);  // the lp driver has it registered too
  if (!fd) return fd.error();
  port_ = std::move(*fd);
  int compatibility = IEEE1284_MODE_COMPAT;
  (void)::ioctl(port_.get(), PPNEGOT, &compatibility);
  unsigned modes = 0;
  if (::ioctl(port_.get(), PPGETMODES, &modes) != 0) modes = 0;
  can_reverse_ = (modes & PARPORT_MODE_TRISTATE) != 0;
  to_host_ = true;
  set_direction(false);
  set_control(control::init | control::select_in);
  if (failure_) {
    release();
    return *failure_;
  }
  return {};
}

void PpdevLines::release() noexcept {
  if (!port_) return;
  (void)::ioctl(port_.get(), PPRELEASE);
  port_.reset();
}

std::uint8_t PpdevLines::status() {
  return get(PPRSTATUS);
}

std::uint8_t PpdevLines::data() {
  return get(PPRDATA);
}

void PpdevLines::set_data(std::uint8_t value) {
  put(PPWDATA, &value);
}

void PpdevLines::set_control(std::uint8_t value) {
  put(PPWCONTROL, &value);
}

void PpdevLines::set_direction(bool to_host) {
  if (std::exchange(to_host_, to_host) == to_host) return;
  int direction = to_host ? 1 : 0;
  put(PPDATADIR, &direction);
}

std::uint8_t PpdevLines::get(unsigned long request) {
  std::uint8_t value = kNobody;
  if (failure_ || ::ioctl(port_.get(), request, &value) == 0) return value;
  broken(errno);
  return kNobody;
}

void PpdevLines::put(unsigned long request, void* argument) {
  if (!failure_ && ::ioctl(port_.get(), request, argument) != 0) broken(errno);
}

void PpdevLines::broken(int number) {
  failure_ = fail(
      Errc::closed, "use the parallel port", path_,
      "The system says: " + boost::system::error_code(number, boost::system::system_category()).message() +
          ". Check that the port is still there.");
}

Instant PpdevLines::now() const {
  return Instant(std::chrono::steady_clock::now().time_since_epoch());
}

void PpdevLines::pause(Duration span) {
  if (span < kShortestSleep) {
    const Instant end = now() + span;
    while (now() < end) {
    }
    return;
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
  timespec left{.tv_sec = seconds.count(), .tv_nsec = (span - seconds).count()};
  while (::clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
  }
}

bool PpdevLines::wait_for_interrupt(Duration at_most) {
  pollfd watched[2] = {{.fd = wake_.get(), .events = POLLIN}, {.fd = port_.get(), .events = POLLIN}};
  const auto span = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
  if (::poll(watched, port_ ? 2 : 1, static_cast<int>(span)) <= 0) return false;
  std::uint64_t count = 0;
  if ((watched[0].revents & POLLIN) != 0) (void)!::read(wake_.get(), &count, sizeof count);
  if (!port_ || (watched[1].revents & POLLIN) == 0) return false;
  int interrupts = 0;
  put(PPCLRIRQ, &interrupts);
  return interrupts > 0;
}

void PpdevLines::wake() noexcept {
  const std::uint64_t one = 1;
  if (wake_) (void)!::write(wake_.get(), &one, sizeof one);
}

}  // namespace platen::port::ieee1284
