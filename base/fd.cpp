#include "base/fd.hpp"

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace platen {

void Fd::reset(int number) noexcept {
  if (number_ >= 0) ::close(number_);
  number_ = number;
}

Result<Fd> Fd::duplicate() const {
  Fd copy(::fcntl(number_, F_DUPFD_CLOEXEC, 0));
  if (!copy) return fail_errno(errno, "duplicate the file descriptor", std::to_string(number_));
  return copy;
}

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail_errno(errno, "make a pipe", "", "Too many files may be open; see ulimit -n.");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

}  // namespace platen
