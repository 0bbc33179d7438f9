// ncacn_ip_tcp: calls over the network, for those who sign in.
//
//   security::ServerSecurity security;
//   security.accounts = accounts;                                  // least level: privacy
//   TcpListener listener(clock, executor, server, security);
//   if (auto up = listener.listen("127.0.0.1", 0); !up) …          // listener.port()
//
//   auto client = co_await connect_tcp(clock, "printhost", 49200, {credentials("alice", "…")}, kMonitor,
//   deadline);
//
// One reactor thread. The listener ends with its destructor; connections are the server's, and who may
// connect is decided here, not by ServerOptions::allow.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "rpc/client.hpp"
#include "rpc/security/filter.hpp"
#include "rpc/server.hpp"

namespace platen::rpc {

// For a server that has nothing to protect: an endpoint mapper.
struct OpenToAll {};

class TcpListener {
 public:
  TcpListener(Clock& clock, boost::asio::any_io_executor executor, Server& server,
              security::ServerSecurity security);
  TcpListener(Clock& clock, boost::asio::any_io_executor executor, Server& server, OpenToAll open);
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  // An address, not a name; port 0 is any that is free.
  [[nodiscard]] Result<void> listen(const std::string& address, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const security::SecurityAudit& audit() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

// Signs in and binds. Errc::denied when the server does not know the name or the password.
Task<Result<std::shared_ptr<Client>>> connect_tcp(Clock& clock, std::string host, std::uint16_t port,
                                                  security::ClientSecurity security,
                                                  const InterfaceId& interface, Deadline deadline);

}  // namespace platen::rpc
