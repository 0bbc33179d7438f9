#include "port/file_port.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/event.hpp"
#include "base/fd.hpp"
#include "port/uri.hpp"

namespace platen::port {
namespace {

// So that the reactor is not held up for long by one write to a slow disk.
constexpr std::size_t max_write = 64 * 1024;

bool never_waits(const struct stat& about) {
  constexpr unsigned memory_major = 1, null_minor = 3;
  return S_ISREG(about.st_mode) ||
         (S_ISCHR(about.st_mode) && about.st_rdev == makedev(memory_major, null_minor));
}

}  // namespace

struct FilePort::File {
  File(Fd opened, boost::asio::any_io_executor executor)
      : fd(std::move(opened)), closing(std::move(executor)) {}
  Fd fd;
  Event closing;
  bool closed = false;
};

FilePort::FilePort(boost::asio::any_io_executor executor, Clock& clock, std::string path)
    : executor_(std::move(executor)),
      clock_(clock),
      path_(std::move(path)),
      uri_(Uri{.scheme = "file", .path = path_}.format()) {}

FilePort::~FilePort() {
  close();
}

Task<Result<void>> FilePort::open(Deadline) {
  if (file_) co_return Result<void>();
  // Without O_NONBLOCK, opening a FIFO would wait for its reader.
  constexpr mode_t owner_only = 0600;
  Fd fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, owner_only));
  if (!fd)
    co_return fail_errno(errno, "open the file", path_,
                         "Check that its folder exists and that it may be written.");
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) co_return fail_errno(errno, "look at the file", path_);
  if (!never_waits(about)) co_return fail(Errc::unsupported, "print to", path_, "It is not a regular file.");
  file_ = std::make_shared<File>(std::move(fd), executor_);
  co_return Result<void>();
}

Task<Result<std::size_t>> FilePort::read_some(std::span<std::byte>, Deadline deadline) {
  auto file = file_;
  Clock& clock = clock_;
  const std::string name = uri_;
  while (file && !file->closed)
    if (auto woken = co_await file->closing.wait(clock, deadline); !woken)
      co_return fail(woken.error().code, "read from", name);
  co_return fail(Errc::closed, "read from", name);
}

Task<Result<std::size_t>> FilePort::write_some(std::span<const std::byte> from, Deadline) {
  if (!file_) co_return fail(Errc::closed, "write to", uri_, "The port is not open.");
  ssize_t n = 0;
  do {
    n = ::write(file_->fd.get(), from.data(), std::min(from.size(), max_write));
  } while (n < 0 && errno == EINTR);
  if (n >= 0) co_return static_cast<std::size_t>(n);
  if (errno == ENOSPC || errno == EDQUOT)
    co_return fail(Errc::no_space, "write to", uri_, "Free some space on that disk.");
  co_return fail_errno(errno, "write to", uri_);
}

Task<Result<std::string>> FilePort::device_id(Deadline) {
  co_return fail(Errc::unsupported, "read the device id of", uri_, "A file has none.");
}

Task<Result<StatusLines>> FilePort::status_lines(Deadline) {
  co_return fail(Errc::unsupported, "read the status lines of", uri_, "A file has none.");
}

Task<Result<void>> FilePort::abort_job(Deadline) {
  co_return Result<void>();
}

void FilePort::close() noexcept {
  auto file = std::exchange(file_, nullptr);
  if (!file) return;
  file->closed = true;
  file->fd.reset();
  file->closing.notify();
}

}  // namespace platen::port
