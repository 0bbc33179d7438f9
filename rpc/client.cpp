#include "rpc/client.hpp"

#include "rpc/connection/connection.hpp"
#include "rpc/transport/unix.hpp"

namespace platen::rpc {
namespace {

class ConnectedClient final : public Client {
 public:
  ConnectedClient(std::shared_ptr<Switchboard> switchboard, std::shared_ptr<Connection> connection,
                  const InterfaceId& interface)
      : switchboard_(std::move(switchboard)), connection_(std::move(connection)), interface_(&interface) {}
  ~ConnectedClient() override { connection_->close(); }

  [[nodiscard]] bool connected() const override { return connection_->open(); }
  [[nodiscard]] const Peer& peer() const override { return connection_->peer(); }
  [[nodiscard]] const Audit& audit() const override { return switchboard_->audit; }
  void close() override { connection_->close(); }

 protected:
  CallWay way(std::uint16_t number, Deadline deadline, const Service* callbacks) override {
    CallWay there{connection_, {}, deadline, nullptr};
    there.target.interface = interface_;
    there.target.number = number;
    there.target.chain = random_uuid();
    there.target.callbacks = callbacks;
    return there;
  }

 private:
  std::shared_ptr<Switchboard> switchboard_;
  std::shared_ptr<Connection> connection_;
  const InterfaceId* interface_;
};

}  // namespace

Task<Result<std::shared_ptr<Client>>> Client::over(Clock& clock, std::unique_ptr<Transport> transport,
                                                   const InterfaceId& interface, Deadline deadline,
                                                   Limits limits) {
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  auto switchboard = std::make_shared<Switchboard>(clock, executor);
  switchboard->limits = limits;
  auto connection = std::make_shared<Connection>(switchboard, std::move(transport), Connection::Role::client);
  auto client = std::make_shared<ConnectedClient>(switchboard, connection, interface);
  connection->start();
  auto bound = co_await connection->bind(interface, deadline);
  if (!bound) co_return bound.error();
  co_return std::shared_ptr<Client>(std::move(client));
}

Task<Result<std::shared_ptr<Client>>> Client::connect(Clock& clock, std::string path,
                                                      const InterfaceId& interface, Deadline deadline) {
  auto transport = co_await connect_unix(clock, path, deadline);
  if (!transport) co_return transport.error();
  Limits limits;
  auto client = co_await over(clock, std::move(*transport), interface, deadline, limits);
  if (client) co_return client;
  Error error = client.error();
  error.object += " at " + path;
  co_return error;
}

}  // namespace platen::rpc
