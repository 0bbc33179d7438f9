// The control socket (a Unix socket that speaks lines), and its client: `platen-vprinter --control PATH
// --tell WORDS`.
//
// After stop(), let the reactor run until it has nothing left to do, before destroying it.
#pragma once

#include <filesystem>
#include <set>

#include <boost/asio/local/stream_protocol.hpp>

#include "base/async.hpp"
#include "virtual/control.hpp"

namespace platen::vprinter {

class ControlServer {
 public:
  ControlServer(boost::asio::any_io_executor executor, Clock& clock, Control& control);
  ~ControlServer();  // removes the socket's file

  Result<void> listen(const std::filesystem::path& path);
  void start();
  void stop();

 private:
  using Socket = boost::asio::local::stream_protocol::socket;
  Task<void> accept_all();
  static Task<void> serve(ControlServer& server, std::shared_ptr<Socket> socket);

  boost::asio::any_io_executor executor_;
  Clock& clock_;
  Control& control_;
  std::filesystem::path path_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  std::set<std::shared_ptr<Socket>> clients_;
  bool stopped_ = false;
};

// Says `words` to a running printer and returns its answer.
Task<Result<std::string>> tell(Clock& clock, std::filesystem::path path, std::string words,
                               Deadline deadline);

}  // namespace platen::vprinter
