#include "rpc/tcp.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>

#include "base/accepting.hpp"
#include "base/host_lookup.hpp"
#include "rpc/transport/tcp.hpp"

namespace platen::rpc {

using boost::asio::ip::tcp;

class TcpListener::Impl : public std::enable_shared_from_this<TcpListener::Impl> {
 public:
  using Socket = tcp::socket;

  Impl(Clock& clock, boost::asio::any_io_executor executor, Server& server,
       std::optional<security::ServerSecurity> security)
      : clock_(clock), acceptor_(std::move(executor)), server_(&server), security_(std::move(security)) {}

  Result<void> listen(const std::string& address, std::uint16_t port) {
    const auto failed = [&address, port](boost::system::error_code ec) {
      return fail(ec, "listen on", address + " port " + std::to_string(port));
    };
    boost::system::error_code ec;
    const auto where = boost::asio::ip::make_address(address, ec);
    if (ec) return failed(ec);
    if (security_ && (!security_->accounts || security_->accounts->empty()))
      return fail(Errc::denied, "listen on", address, "There is no account that could sign in; add one.");
    const tcp::endpoint end(where, port);
    acceptor_.open(end.protocol(), ec);
    if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor_.bind(end, ec);
    if (!ec) acceptor_.listen(boost::asio::socket_base::max_listen_connections, ec);
    if (ec) return failed(ec);
    boost::asio::co_spawn(acceptor_.get_executor(),
                          accept_all(shared_from_this(), clock_, acceptor_, "rpc",
                                     [this](Socket socket) { on_accepted(std::move(socket)); }),
                          [](const std::exception_ptr&) {});
    return {};
  }

  void on_accepted(Socket socket) {
    auto filter = security_ ? std::make_shared<security::Filter>(*security_) : nullptr;
    server_->serve(tcp_transport(std::move(socket), std::move(filter)));
  }

  void stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }
  [[nodiscard]] tcp::acceptor& acceptor() { return acceptor_; }
  [[nodiscard]] const security::SecurityAudit& audit() const {
    return security_ ? *security_->audit : nothing_;
  }

 private:
  Clock& clock_;
  tcp::acceptor acceptor_;
  Server* server_;
  std::optional<security::ServerSecurity> security_;
  security::SecurityAudit nothing_;
};

TcpListener::TcpListener(Clock& clock, boost::asio::any_io_executor executor, Server& server,
                         security::ServerSecurity security)
    : impl_(std::make_shared<Impl>(clock, std::move(executor), server, std::move(security))) {}

TcpListener::TcpListener(Clock& clock, boost::asio::any_io_executor executor, Server& server,
                         OpenToAll /*open*/)
    : impl_(std::make_shared<Impl>(clock, std::move(executor), server, std::nullopt)) {}

TcpListener::~TcpListener() {
  impl_->stop();
}

Result<void> TcpListener::listen(const std::string& address, std::uint16_t port) {
  return impl_->listen(address, port);
}

std::uint16_t TcpListener::port() const {
  boost::system::error_code ignored;
  return impl_->acceptor().local_endpoint(ignored).port();
}

const security::SecurityAudit& TcpListener::audit() const {
  return impl_->audit();
}

Task<Result<std::shared_ptr<Client>>> connect_tcp(Clock& clock, std::string host, std::uint16_t port,
                                                  security::ClientSecurity security,
                                                  const InterfaceId& interface, Deadline deadline) {
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  const std::string where = host + " port " + std::to_string(port);
  const auto addresses = co_await look_up(clock, host, deadline);
  if (!addresses) co_return addresses.error();
  std::vector<tcp::endpoint> ends;
  for (const auto& address : *addresses) ends.emplace_back(address, port);
  tcp::socket socket(executor);
  auto [ec, end] = co_await before(clock, deadline, [&socket, &found = ends](auto token) {
    return boost::asio::async_connect(socket, found, token);
  });
  if (ec) co_return fail(ec, "connect to", where, "Check that the computer and the program there run.");
  auto filter = std::make_shared<security::Filter>(std::move(security));
  auto transport = tcp_transport(std::move(socket), filter);
  auto client = co_await Client::over(clock, std::move(transport), interface, deadline);
  if (client) co_return client;
  Error error = filter->refusal().value_or(client.error());
  error.object += " at " + where;
  co_return error;
}

}  // namespace platen::rpc
