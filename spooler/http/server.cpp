#include "spooler/http/server.hpp"

#include <list>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/accepting.hpp"
#include "base/event.hpp"
#include "base/log.hpp"
#include "spooler/http/connection.hpp"

namespace platen::spooler::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Local = asio::local::stream_protocol;

// What is cut still unwinds: a turn of the reactor, a disk write at most.
constexpr Duration unwind_time = std::chrono::milliseconds(300);

Result<tcp::endpoint> parse_loopback(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const std::string advice = "Give a loopback address and a port, as in 127.0.0.1:6310.";
  if (colon == std::string::npos) return fail(Errc::malformed, "listen on", address, advice);
  std::string host = address.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string digits = address.substr(colon + 1);
  error_code ec;
  const auto ip = asio::ip::make_address(host, ec);
  if (ec || digits.empty() || digits.size() > 5 ||
      digits.find_first_not_of("0123456789") != std::string::npos || std::stoi(digits) > 65535)
    return fail(Errc::malformed, "listen on", address, advice);
  if (!ip.is_loopback()) return fail(Errc::unsupported, "listen on", address, advice);
  return tcp::endpoint(ip, static_cast<std::uint16_t>(std::stoi(digits)));
}

Peer peer_of(Local::socket& socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  Peer peer;
  peer.local = true;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0)
    peer.uid = credentials.uid;
  return peer;
}

}  // namespace

class Server::Impl : public std::enable_shared_from_this<Server::Impl> {
 public:
  Impl(Clock& clock, asio::any_io_executor executor, Handler handler, Limits limits)
      : clock_(clock),
        executor_(std::move(executor)),
        handler_(std::move(handler)),
        limits_(limits),
        left_(executor_),
        tcp_(executor_),
        local_(executor_) {}

  Result<std::uint16_t> listen_tcp(const std::string& address) {
    auto endpoint = parse_loopback(address);
    if (!endpoint) return endpoint.error();
    error_code ec;
    tcp_.open(endpoint->protocol(), ec);
    if (!ec) tcp_.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) tcp_.bind(*endpoint, ec);
    if (!ec) tcp_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec)
      return fail(ec, "listen on", address,
                  "Another program has this port, perhaps another platend; choose one with --listen.");
    port_ = tcp_.local_endpoint().port();
    const auto take = [this](tcp::socket socket) {
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      admit(std::move(socket), Peer());
    };
    asio::co_spawn(executor_, accept_all(shared_from_this(), clock_, tcp_, "http", take), asio::detached);
    return port_;
  }

  Result<void> listen_unix(const std::filesystem::path& path) {
    error_code ec;
    if (path.native().size() >= sizeof(sockaddr_un::sun_path))
      return fail(Errc::too_large, "listen on", path.native(), "Choose a shorter path with --socket.");
    const Local::endpoint endpoint(path.native());
    Local::socket probe(executor_);
    probe.connect(endpoint, ec);
    if (!ec)
      return fail(Errc::busy, "listen on", path.native(), "Another platend serves it; stop that one first.");
    if (ec == asio::error::connection_refused) ::unlink(path.c_str());
    local_.open(Local(), ec);
    if (!ec) local_.bind(endpoint, ec);
    if (!ec && ::chmod(path.c_str(), 0666) != 0) ec.assign(errno, boost::system::system_category());
    if (!ec) local_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) return fail(ec, "listen on", path.native(), "Look at the folder's owner and rights.");
    path_ = path;
    const auto take = [this](Local::socket socket) {
      const Peer peer = peer_of(socket);
      admit(std::move(socket), peer);
    };
    asio::co_spawn(executor_, accept_all(shared_from_this(), clock_, local_, "http", take), asio::detached);
    return {};
  }

  Task<void> stop(Deadline deadline) {
    stopping_ = true;
    error_code ignored;
    tcp_.close(ignored);
    if (local_.is_open()) {
      local_.close(ignored);
      ::unlink(path_.c_str());
    }
    const auto open = connections_;
    for (const auto& connection : open) connection->finish();
    co_await wait_until_all_left(deadline);
    const auto stubborn = connections_;
    for (const auto& connection : stubborn) connection->abort();
    co_await wait_until_all_left(Deadline::in(clock_, unwind_time));
  }

  void close() {
    error_code ignored;
    tcp_.close(ignored);
    local_.close(ignored);
    const auto open = connections_;
    for (const auto& connection : open) connection->abort();
  }

  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  Task<void> wait_until_all_left(Deadline deadline) {
    while (!connections_.empty()) {
      auto woken = co_await left_.wait(clock_, deadline);
      if (!woken) co_return;
    }
  }

  void admit(Connection::Socket socket, Peer peer) {
    if (stopping_) return;
    if (connections_.size() >= limits_.connections && !drop_idlest()) {
      named_log("http")->warn("{} connections are open: one more was refused", connections_.size());
      return;
    }
    auto connection = std::make_shared<Connection>(clock_, std::move(socket), peer, port_);
    connections_.push_back(connection);
    asio::co_spawn(executor_, connection->run(handler_),
                   [self = shared_from_this(), connection](std::exception_ptr failure) {
                     try {
                       if (failure) std::rethrow_exception(failure);
                     } catch (const std::exception& e) {
                       named_log("http")->error("a connection ended badly: {}", e.what());
                     }
                     self->connections_.remove(connection);
                     self->left_.notify();
                   });
  }

  // Makes room at the cost of the connection that has been idle for longest; false when all are at work.
  bool drop_idlest() {
    std::shared_ptr<Connection> idlest;
    for (const auto& connection : connections_)
      if (connection->idle_since() && (!idlest || *connection->idle_since() < *idlest->idle_since()))
        idlest = connection;
    if (!idlest) return false;
    idlest->abort();
    return true;
  }

  Clock& clock_;
  asio::any_io_executor executor_;
  Handler handler_;
  Limits limits_;
  Event left_;
  tcp::acceptor tcp_;
  Local::acceptor local_;
  std::filesystem::path path_;
  std::uint16_t port_ = 0;
  std::list<std::shared_ptr<Connection>> connections_;
  bool stopping_ = false;
};

Server::Server(Clock& clock, asio::any_io_executor executor, Handler handler, Limits limits)
    : impl_(std::make_shared<Impl>(clock, std::move(executor), std::move(handler), limits)) {}

Server::~Server() {
  impl_->close();
}

Result<std::uint16_t> Server::listen_tcp(const std::string& address) {
  return impl_->listen_tcp(address);
}

Result<void> Server::listen_unix(const std::filesystem::path& path) {
  return impl_->listen_unix(path);
}

Task<void> Server::stop(Deadline deadline) {
  co_await impl_->stop(deadline);
}

std::size_t Server::connections() const {
  return impl_->connections();
}

}  // namespace platen::spooler::http
