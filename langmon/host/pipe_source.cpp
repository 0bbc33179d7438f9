#include "langmon/host/pipe_source.hpp"

#include <cerrno>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace platen::langmon {
namespace {

namespace asio = boost::asio;

class PipeSource final : public ByteSource {
 public:
  PipeSource(Clock& clock, asio::posix::stream_descriptor pipe) : clock_(clock), pipe_(std::move(pipe)) {}

  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override {
    auto [ec, count] = co_await before(clock_, deadline, [this, into](auto token) {
      return pipe_.async_read_some(asio::buffer(into.data(), into.size()), token);
    });
    if (ec == asio::error::eof) co_return 0U;
    if (ec) co_return fail(ec, "read", "the job's data");
    co_return count;
  }

 private:
  Clock& clock_;
  asio::posix::stream_descriptor pipe_;
};

// Files are always ready, and epoll knows nothing of them.
class FileSource final : public ByteSource {
 public:
  explicit FileSource(Fd file) : file_(std::move(file)) {}

  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline) override {
    co_await asio::post(asio::use_awaitable);  // a turn for others
    ssize_t count = 0;
    do count = ::read(file_.get(), into.data(), into.size());
    while (count < 0 && errno == EINTR);
    if (count < 0) co_return fail_errno(errno, "read", "the job's data");
    co_return static_cast<std::size_t>(count);
  }

 private:
  Fd file_;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> make_source(Clock& clock, const asio::any_io_executor& executor,
                                                Fd data) {
  struct stat about {};
  if (!data || ::fstat(data.get(), &about) != 0)
    return fail(Errc::malformed, "open", "the job's data", "A job needs a descriptor to read its data from.");
  if (S_ISREG(about.st_mode))
    return std::unique_ptr<ByteSource>(std::make_unique<FileSource>(std::move(data)));
  asio::posix::stream_descriptor pipe(executor);
  boost::system::error_code ec;
  pipe.assign(data.get(), ec);
  if (ec) return fail(ec, "read", "the job's data", "It must be a pipe, a socket or a file.");
  (void)data.release();
  pipe.non_blocking(true, ec);
  if (ec) return fail(ec, "read", "the job's data");
  return std::unique_ptr<ByteSource>(std::make_unique<PipeSource>(clock, std::move(pipe)));
}

}  // namespace platen::langmon
