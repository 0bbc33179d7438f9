// A listening Unix socket and its file: mode 0600, never in the place of a live server or of another kind of
// file, and gone when its owner is.
#pragma once

#include <string>

#include <sys/types.h>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace platen::rpc {

class SocketFile {
 public:
  // Replaces a socket file that nobody serves any more. Errc::busy when somebody does.
  [[nodiscard]] static Result<SocketFile> listen(const std::string& path);

  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile();  // removes the file, if it is still ours

  [[nodiscard]] Fd take_socket() { return std::move(socket_); }

 private:
  SocketFile(std::string path, Fd socket, dev_t device, ino_t inode);

  std::string path_;  // empty when moved from
  Fd socket_;
  dev_t device_;
  ino_t inode_;
};

}  // namespace platen::rpc
