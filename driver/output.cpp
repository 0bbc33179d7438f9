#include "driver/output.hpp"

#include <cerrno>

#include <unistd.h>

namespace platen::driver {
namespace {

// As much as a pipe takes at once.
constexpr std::size_t kBuffer = 64u << 10;

}  // namespace

Result<void> Output::write(std::string_view bytes) {
  buffer_ += bytes;
  bytes_ += bytes.size();
  return buffer_.size() < kBuffer ? Result<void>() : flush();
}

Result<void> Output::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      return fail(Errc::closed, "send the pages on", "(nobody reads them any more)");
    } else if (errno != EINTR) {
      return fail_errno(errno, "write", "the pages");
    }
  }
  buffer_.clear();
  return {};
}

}  // namespace platen::driver
