// The serving side: listens on a Unix socket, checks who comes, and dispatches calls to services.
//
//   ServerOptions options;
//   options.allow = [](const Peer& peer) { return peer.uid == ::getuid(); };
//   Server server(clock, executor, options);
//   server.add(service);
//   if (auto up = server.listen(path); !up) …
//
// stop() and the destructor close every connection and cancel every handler; co_await ended() before
// destroying what handlers use.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "rpc/audit.hpp"
#include "rpc/call.hpp"
#include "rpc/limits.hpp"
#include "rpc/service.hpp"
#include "rpc/transport/transport.hpp"

namespace platen::rpc {

struct ServerOptions {
  std::function<bool(const Peer&)> allow;  // who of this machine may connect at all; required
  std::size_t max_connections = 64;
  std::size_t max_strangers = 16;  // beside those: over the network, and not yet signed in
  int max_depth = 8;
  Limits limits = {};  // max_depth above counts
};

class Server {
 public:
  Server(Clock& clock, boost::asio::any_io_executor executor, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void add(const Service& service);                            // before listen()
  [[nodiscard]] Result<void> listen(const std::string& path);  // mode 0600; replaces a stale socket
  void serve(std::unique_ptr<Transport> transport);  // a connection that came in some other way: TCP
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] const Audit& audit() const;
  void stop();
  Task<Result<void>> ended(Deadline deadline);  // when no handler runs any more

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace platen::rpc
