// The two doors: TCP on the loopback, and a Unix socket whose callers are known by name.
//
//   Server server(clock, executor, [&router](Request& r) { return router(r); });
//   auto port = server.listen_tcp("127.0.0.1:6310");
//   auto opened = server.listen_unix("/run/platen/platend.sock");
//   …
//   co_await server.stop(Deadline::in(clock, 1s));
//
// Must outlive the reactor's run, or be stopped first.
#pragma once

#include <filesystem>

#include <boost/asio/any_io_executor.hpp>

#include "spooler/http/message.hpp"

namespace platen::spooler::http {

struct Limits {
  // Thousands of printers need no more: a browser holds one event stream and a few others, CUPS one per job.
  std::size_t connections = 256;
};

class Server {
 public:
  Server(Clock& clock, boost::asio::any_io_executor executor, Handler handler, Limits limits = {});
  ~Server();

  // "127.0.0.1:6310"; port 0 takes a free one. Returns the port.
  [[nodiscard]] Result<std::uint16_t> listen_tcp(const std::string& address);
  // Replaces a socket that nobody serves any more. Everybody who can reach the path may connect.
  [[nodiscard]] Result<void> listen_unix(const std::filesystem::path& path);

  // No new connections; waits for the replies under way, then cuts what is left at the deadline.
  Task<void> stop(Deadline deadline);
  [[nodiscard]] std::size_t connections() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace platen::spooler::http
