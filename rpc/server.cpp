#include "rpc/server.hpp"

#include <algorithm>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "base/accepting.hpp"
#include "base/log.hpp"
#include "rpc/connection/connection.hpp"
#include "rpc/transport/socket_file.hpp"
#include "rpc/transport/unix.hpp"

namespace platen::rpc {

namespace local = boost::asio::local;

class Server::Impl : public std::enable_shared_from_this<Server::Impl> {
 public:
  using Socket = local::stream_protocol::socket;

  Impl(Clock& clock, boost::asio::any_io_executor executor, ServerOptions options)
      : clock_(clock),
        executor_(std::move(executor)),
        options_(std::move(options)),
        switchboard_(std::make_shared<Switchboard>(clock_, executor_)) {
    switchboard_->limits = options_.limits;
    switchboard_->limits.max_depth = options_.max_depth;
  }

  void add(const Service& service) {
    switchboard_->services.insert_or_assign(service.interface().uuid, service);
  }

  Result<void> listen(const std::string& path) {
    auto file = SocketFile::listen(path);
    if (!file) return file.error();
    file_ = std::move(*file);
    acceptor_.emplace(executor_);
    boost::system::error_code ec;
    acceptor_->assign(local::stream_protocol(), file_->take_socket().release(), ec);
    if (ec) return fail(ec, "listen on", path);
    boost::asio::co_spawn(executor_,
                          accept_all(shared_from_this(), clock_, *acceptor_, "rpc",
                                     [this](Socket socket) { on_accepted(std::move(socket)); }),
                          [](const std::exception_ptr&) {});
    return {};
  }

  void on_accepted(Socket socket) {
    auto transport = unix_transport(std::move(socket));
    if (transport) serve(std::move(*transport));
  }

  void serve(std::unique_ptr<Transport> transport) {
    const auto& peer = transport->peer();
    const bool allowed = !peer.is_local() || (options_.allow && options_.allow(peer));
    if (!allowed || !has_room_for(*transport)) {
      ++switchboard_->audit.refused_peers;
      named_log("rpc")->debug("{} is refused", transport->peer().text());
      refuse(*transport, allowed ? BindRefusal::local_limit : BindRefusal::not_specified);
      return;
    }
    ++switchboard_->audit.connections;
    auto connection =
        std::make_shared<Connection>(switchboard_, std::move(transport), Connection::Role::server);
    connections_.insert(connection);
    connection->start([weak = weak_from_this(), raw = std::weak_ptr(connection)] {
      if (auto self = weak.lock()) self->connections_.erase(raw.lock());
    });
  }

  // Who has not yet proven who it is takes no place from those who have.
  [[nodiscard]] bool has_room_for(const Transport& transport) const {
    const auto known = static_cast<std::size_t>(
        std::ranges::count_if(connections_, [](const auto& one) { return one->knows_peer(); }));
    return transport.knows_peer() ? known < options_.max_connections
                                  : connections_.size() - known < options_.max_strangers;
  }

  // Says so before hanging up, so that the client can tell a person why. Who does not take those few octets
  // at once does not get them.
  static void refuse(Transport& transport, BindRefusal reason) {
    const auto octets = encode_pdu(Pdu{whole_message, 0, ByteOrder::little, BindNak{reason}});
    const std::span<const std::byte> part(octets);
    Descriptors none;
    static_cast<void>(transport.write(std::span(&part, 1), none));
    transport.close();
  }

  void stop() {
    if (acceptor_) {
      boost::system::error_code ignored;
      acceptor_->close(ignored);
    }
    file_.reset();
    for (const auto& connection : std::set(connections_)) connection->shut_down();
  }

  Task<Result<void>> ended(Deadline deadline) {
    auto switchboard = switchboard_;
    while (switchboard->running > 0)
      if (auto woken = co_await switchboard->idle.wait(clock_, deadline); !woken) co_return woken.error();
    co_return Result<void>();
  }

  [[nodiscard]] std::size_t connections() const { return connections_.size(); }
  [[nodiscard]] const Audit& audit() const { return switchboard_->audit; }

 private:
  Clock& clock_;
  boost::asio::any_io_executor executor_;
  ServerOptions options_;
  std::shared_ptr<Switchboard> switchboard_;
  std::optional<SocketFile> file_;
  std::optional<local::stream_protocol::acceptor> acceptor_;
  std::set<std::shared_ptr<Connection>> connections_;
};

Server::Server(Clock& clock, boost::asio::any_io_executor executor, ServerOptions options)
    : impl_(std::make_shared<Impl>(clock, std::move(executor), std::move(options))) {}

Server::~Server() {
  stop();
}

void Server::add(const Service& service) {
  impl_->add(service);
}

Result<void> Server::listen(const std::string& path) {
  return impl_->listen(path);
}

void Server::serve(std::unique_ptr<Transport> transport) {
  impl_->serve(std::move(transport));
}

std::size_t Server::connections() const {
  return impl_->connections();
}

const Audit& Server::audit() const {
  return impl_->audit();
}

void Server::stop() {
  impl_->stop();
}

Task<Result<void>> Server::ended(Deadline deadline) {
  return impl_->ended(deadline);
}

}  // namespace platen::rpc
