// The serving side: listens on a Unix socket, checks who comes, and dispatches calls to services.
//
//   Server server(clock, executor, {.allow = only_user(getuid())});
//   server.add(service);
//   if (auto up = server.listen(path); !up) …
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "rpc/call.hpp"
#include "rpc/service.hpp"

namespace platen::rpc {

struct ServerOptions {
  std::function<bool(const Peer&)> allow;   // who may connect at all; required
  std::size_t max_connections = 64;
  int max_depth = 8;
};

// What was refused, dropped or late, by reason; never reset.
struct Audit {
  std::uint64_t connections = 0;
  std::uint64_t refused_peers = 0;
  std::uint64_t malformed_pdus = 0;
  std::uint64_t stray_replies = 0;      // answers nobody waits for: wrong connection, id, depth or too late
  std::uint64_t stray_callbacks = 0;
  std::uint64_t late_calls = 0;
};

class Server {
 public:
  Server(Clock& clock, boost::asio::any_io_executor executor, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void add(const Service& service);            // must outlive the server
  [[nodiscard]] Result<void> listen(const std::string& path);  // mode 0600; replaces a stale socket
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] const Audit& audit() const;
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace platen::rpc
