#include "port/lpd_port.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include "base/event.hpp"

namespace platen::port {
namespace {

namespace asio = boost::asio;

// So that the reactor is not held up for long by one write to a slow disk.
constexpr std::size_t kMostPerSpoolWrite = 64 * 1024;

}  // namespace

struct LpdPort::Queue {
  explicit Queue(const asio::any_io_executor& executor) : closing(executor) {}
  Event closing;
  bool closed = false;
  Fd spool;  // none before the job's first byte
  std::uint64_t size = 0;
  std::optional<LpdDelivery> delivery;
};

LpdPort::LpdPort(asio::any_io_executor executor, Clock& clock, LpdTarget target, std::string folder)
    : executor_(std::move(executor)), clock_(clock), target_(std::move(target)), folder_(std::move(folder)) {}

LpdPort::~LpdPort() {
  close();
}

Task<Result<void>> LpdPort::open(Deadline deadline) {
  if (queue_) co_return Result<void>();
  // A server that is off should be known before a job is rendered for it.
  LpdDelivery visit(executor_, clock_, target_, Fd(), 0);
  auto there = co_await visit.greet(deadline);
  if (!there) co_return there;
  queue_ = std::make_shared<Queue>(executor_);
  co_return Result<void>();
}

Task<Result<std::size_t>> LpdPort::read_some(std::span<std::byte>, Deadline deadline) {
  auto queue = queue_;
  const std::string name = target_.uri;
  while (queue && !queue->closed)
    if (auto woken = co_await queue->closing.wait(clock_, deadline); !woken)
      co_return fail(woken.error().code, "read from", name);
  co_return fail(Errc::closed, "read from", name);
}

Task<Result<std::size_t>> LpdPort::write_some(std::span<const std::byte> from, Deadline) {
  auto queue = queue_;
  if (!queue) co_return fail(Errc::closed, "write to", target_.uri, "The port is not open.");
  if (queue->delivery)
    co_return fail(Errc::conflict, "write to", target_.uri, "The last job is still on its way.");
  if (!queue->spool) {
    constexpr mode_t owner_only = 0600;
    queue->spool.reset(::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, owner_only));
    if (!queue->spool)
      co_return fail_errno(errno, "make a temporary file in", folder_,
                           "Check that it exists and may be written.");
  }
  ssize_t count = 0;
  do {
    count = ::write(queue->spool.get(), from.data(), std::min(from.size(), kMostPerSpoolWrite));
  } while (count < 0 && errno == EINTR);
  if (count < 0)
    co_return fail(errno == ENOSPC || errno == EDQUOT ? Errc::no_space : Errc::failed, "keep the job for",
                   target_.uri, "Free some space in " + folder_ + ".");
  queue->size += static_cast<std::uint64_t>(count);
  co_return static_cast<std::size_t>(count);
}

Task<Result<void>> LpdPort::drain(Deadline deadline) {
  auto queue = queue_;
  if (!queue) co_return fail(Errc::closed, "send the job to", target_.uri, "The port is not open.");
  if (queue->size == 0) co_return Result<void>();
  if (!queue->delivery)
    queue->delivery.emplace(executor_, clock_, target_, std::move(queue->spool), queue->size);
  auto delivered = co_await queue->delivery->go_on(deadline);
  if (queue->closed)
    co_return fail(Errc::closed, "send the job to", target_.uri, "The port was closed meanwhile.");
  if (delivered) {
    queue->delivery.reset();
    queue->size = 0;
  } else if (!delivered.error().is(Errc::timed_out) && !delivered.error().is(Errc::canceled)) {
    // The data stays, for another try.
    queue->spool = queue->delivery->take_spool();
    queue->delivery.reset();
  }
  co_return delivered;
}

Task<Result<std::string>> LpdPort::device_id(Deadline) {
  co_return fail(Errc::unsupported, "read the device id of", target_.uri, "An LPD queue has none.");
}

Task<Result<StatusLines>> LpdPort::status_lines(Deadline) {
  co_return fail(Errc::unsupported, "read the status lines of", target_.uri, "An LPD queue has none.");
}

Task<Result<void>> LpdPort::abort_job(Deadline) {
  if (queue_) {
    auto old = std::exchange(queue_, std::make_shared<Queue>(executor_));
    old->closed = true;
    if (old->delivery) old->delivery->close();
    old->closing.notify();
  }
  co_return Result<void>();
}

void LpdPort::close() noexcept {
  auto queue = std::exchange(queue_, nullptr);
  if (!queue) return;
  queue->closed = true;
  if (queue->delivery) queue->delivery->close();
  queue->closing.notify();
}

}  // namespace platen::port
