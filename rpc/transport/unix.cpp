#include "rpc/transport/unix.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>

#include "rpc/transport/readiness.hpp"
#include "rpc/transport/socket_error.hpp"

namespace platen::rpc {
namespace {

using Socket = boost::asio::local::stream_protocol::socket;

// The kernel's own limit (SCM_MAX_FD). Room for all of them, so that a peer that sends more than we allow is
// noticed and its descriptors closed, instead of being cut off silently.
constexpr std::size_t kernel_max_descriptors = 253;
// Parts of one sendmsg; more are sent by the next.
constexpr std::size_t most_parts = 64;

// What is read goes through one buffer per thread, since its user is done with it when it returns. Larger
// than a fragment, so that few of those are cut in two.
constexpr std::size_t unix_read_size = 256 * 1024;

std::span<std::byte> unix_read_buffer() {
  thread_local const std::unique_ptr<std::byte[]> buffer(new std::byte[unix_read_size]);
  return {buffer.get(), unix_read_size};
}

class UnixTransport final : public Transport, private ReadinessUser {
 public:
  UnixTransport(const boost::asio::any_io_executor& executor, Fd socket, Peer peer)
      : socket_(executor, *this, std::move(socket)), peer_(peer) {}

  [[nodiscard]] const Peer& peer() const override { return peer_; }

  void take_descriptors() override { descriptors_ = true; }

  void read(std::shared_ptr<TransportUser> user) override { socket_.read(std::move(user)); }

  Result<std::size_t> write(std::span<const std::span<const std::byte>> parts,
                            Descriptors& descriptors) override {
    if (!socket_.open()) return error(boost::asio::error::operation_aborted, "write to");
    for (;;) {
      const auto sent =
          parts.size() == 1 && descriptors.empty()
              ? ::send(socket_.fd(), parts[0].data(), parts[0].size(), MSG_DONTWAIT | MSG_NOSIGNAL)
              : send(parts, descriptors);
      if (sent > 0) alive_since_ = drained_;
      if (sent >= 0) return static_cast<std::size_t>(sent);
      if (errno == EAGAIN) return std::size_t{0};
      if (errno != EINTR) return error({errno, boost::system::system_category()}, "write to");
    }
  }

  void await_room(std::shared_ptr<TransportUser> user) override { socket_.await_room(std::move(user)); }

  void close() override { socket_.close(); }

 private:
  Next on_readable(const std::shared_ptr<TransportUser>& user) override {
    drained_ = alive_since_ = false;
    Descriptors descriptors;
    const auto buffer = unix_read_buffer();
    const auto got = receive(buffer, descriptors);
    // The kernel stops at descriptors, whatever else there is.
    drained_ = got > 0 && static_cast<std::size_t>(got) < buffer.size() && descriptors.empty();
    if (got > 0) {
      const bool on = user->on_octets(buffer.first(static_cast<std::size_t>(got)), descriptors);
      return !on ? Next::over : alive_since_ ? Next::told : Next::ask;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Next::ask;
    user->on_end(error(got == 0 ? make_error_code(Errc::closed)
                                : boost::system::error_code(errno, boost::system::system_category()),
                       "read from"));
    return Next::over;
  }
  void on_closed(TransportUser& user) override {
    user.on_end(error(make_error_code(Errc::closed), "read from"));
  }
  void on_room(std::shared_ptr<TransportUser> user) override { user->on_room(); }

  [[nodiscard]] Error error(boost::system::error_code ec, const char* verb) const {
    return connection_error(ec, verb, peer_);
  }

  ssize_t receive(std::span<std::byte> into, Descriptors& descriptors) {
    if (!descriptors_) return ::recv(socket_.fd(), into.data(), into.size(), MSG_DONTWAIT);
    alignas(cmsghdr) char control[CMSG_SPACE(kernel_max_descriptors * sizeof(int))];
    iovec data{into.data(), into.size()};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const auto got = ::recvmsg(socket_.fd(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0) return got;
    for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
      if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
      const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < count; ++i) {
        int number = -1;
        std::memcpy(&number, CMSG_DATA(part) + i * sizeof number, sizeof number);
        descriptors.push_back(Fd(number));
      }
    }
    return got;
  }

  ssize_t send(std::span<const std::span<const std::byte>> parts, Descriptors& descriptors) {
    alignas(cmsghdr) char control[CMSG_SPACE(max_descriptors * sizeof(int))];
    std::array<iovec, most_parts> data;
    const std::size_t count = std::min(parts.size(), data.size());
    for (std::size_t i = 0; i < count; ++i)
      data[i] = {const_cast<std::byte*>(parts[i].data()), parts[i].size()};
    msghdr message{};
    message.msg_iov = data.data();
    message.msg_iovlen = count;
    if (!descriptors.empty()) {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
      auto* part = CMSG_FIRSTHDR(&message);
      part->cmsg_level = SOL_SOCKET;
      part->cmsg_type = SCM_RIGHTS;
      part->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
      for (std::size_t i = 0; i < descriptors.size(); ++i) {
        const int number = descriptors[i].get();
        std::memcpy(CMSG_DATA(part) + i * sizeof number, &number, sizeof number);
      }
    }
    const auto sent = ::sendmsg(socket_.fd(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) descriptors.clear();
    return sent;
  }

  Readiness socket_;
  Peer peer_;
  bool descriptors_ = false;
  bool drained_ = false;      // the last read took all that there was
  bool alive_since_ = false;  // and the peer has taken something after that
};

}  // namespace

Result<std::unique_ptr<Transport>> unix_transport(Socket socket) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
    return fail_errno(errno, "learn who is at the other end of", "a connection");
  const boost::asio::any_io_executor executor = socket.get_executor();
  boost::system::error_code ec;
  Fd own(socket.release(ec));
  if (ec) return fail(ec, "take", "a connection");
  return std::unique_ptr<Transport>(
      std::make_unique<UnixTransport>(executor, std::move(own), Peer{who.uid, who.gid, who.pid}));
}

Result<boost::asio::local::stream_protocol::endpoint> unix_endpoint(const std::string& path) {
  if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path))
    return fail(Errc::too_large, "use the socket", path,
                "Its path may have 107 octets; choose a shorter folder.");
  return boost::asio::local::stream_protocol::endpoint(path);
}

Task<Result<std::unique_ptr<Transport>>> connect_unix(Clock& clock, std::string path, Deadline deadline) {
  auto endpoint = unix_endpoint(path);
  if (!endpoint) co_return endpoint.error();
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  Socket socket(executor);
  auto [ec] = co_await before(
      clock, deadline, [&socket, &endpoint](auto token) { return socket.async_connect(*endpoint, token); });
  if (ec) {
    const bool gone =
        ec == boost::asio::error::connection_refused || ec == boost::system::errc::no_such_file_or_directory;
    co_return fail(ec, "connect to", path, gone ? "Check that the program that serves it is running." : "");
  }
  co_return unix_transport(std::move(socket));
}

}  // namespace platen::rpc
