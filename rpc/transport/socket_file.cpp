#include "rpc/transport/socket_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace platen::rpc {
namespace {

// How many clients may wait to be accepted; a reactor accepts within milliseconds.
constexpr int backlog = 64;

Fd make_socket() {
  return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

// Whether somebody answers there. A full backlog (EAGAIN) is somebody too.
bool alive(const sockaddr_un& address) {
  Fd probe = make_socket();
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
         errno == EAGAIN;
}

}  // namespace

Result<SocketFile> SocketFile::listen(const std::string& path) {
  const auto failed = [&path](int number) { return fail_errno(number, "listen on", path); };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return fail(Errc::too_large, "listen on", path, "Its path may have 107 octets; choose a shorter folder.");
  std::memcpy(address.sun_path, path.data(), path.size());

  // The folder's lock, held for microseconds, keeps two servers that start at once from taking each other's
  // new socket for a stale one.
  const auto folder = std::filesystem::path(path).parent_path();
  Fd lock(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0)
    return fail_errno(errno, "listen on", path, "Its folder must exist and be readable.");

  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0) {
    if (!S_ISSOCK(there.st_mode))
      return fail(Errc::conflict, "listen on", path,
                  "A file that is not a socket is in its place; move it away.");
    if (alive(address))
      return fail(Errc::busy, "listen on", path, "Another program serves it; stop that one first.");
    if (::unlink(path.c_str()) != 0) return failed(errno);
  }

  Fd socket = make_socket();
  if (!socket) return failed(errno);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed(errno);
  // Nobody can connect before listen(), so there is no moment at which others may.
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(socket.get(), backlog) != 0 ||
      ::lstat(path.c_str(), &there) != 0) {
    const int number = errno;
    ::unlink(path.c_str());
    return failed(number);
  }
  return SocketFile(path, std::move(socket), there.st_dev, there.st_ino);
}

SocketFile::SocketFile(std::string path, Fd socket, dev_t device, ino_t inode)
    : path_(std::move(path)), socket_(std::move(socket)), device_(device), inode_(inode) {}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      socket_(std::move(other.socket_)),
      device_(other.device_),
      inode_(other.inode_) {}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(socket_, other.socket_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

SocketFile::~SocketFile() {
  struct stat there {};
  if (!path_.empty() && ::lstat(path_.c_str(), &there) == 0 && there.st_dev == device_ &&
      there.st_ino == inode_)
    ::unlink(path_.c_str());
}

}  // namespace platen::rpc
