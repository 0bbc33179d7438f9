// The printer's network port: raw TCP, as on port 9100.
//
// One connection prints at a time; others wait in the listener's backlog, connected but unheard, as with the
// print servers of these printers. While the printer can take no data, at most kInputBuffer bytes are read
// ahead, and then the sender is held back by TCP itself. Status still flows out.
//
// One reactor, one thread. After stop(), let the reactor run until it has nothing left to do, before
// destroying it.
#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "base/event.hpp"
#include "virtual/printer.hpp"
#include "virtual/wire.hpp"

namespace platen::vprinter {

class TcpServer final : public Wire {
 public:
  static constexpr std::size_t kInputBuffer = 64 * 1024;

  TcpServer(boost::asio::any_io_executor executor, Printer& printer);
  ~TcpServer() override;

  // "127.0.0.1:9100", "[::1]:0".
  Result<void> listen(std::string_view address);
  [[nodiscard]] std::string uri() const override;  // "socket://127.0.0.1:9100"
  void start() override;
  void stop() override;

  void disconnect() override;           // drops the connection with a reset
  void refuse(bool refusing) override;  // closes the door, or opens it again
  Result<void> slow(std::uint64_t bytes_per_second) override;
  Result<void> fault(std::string_view knob, std::string_view value) override;  // none of its own
  [[nodiscard]] const Traffic& traffic() const override { return traffic_; }
  [[nodiscard]] bool refusing() const override { return refusing_; }

 private:
  struct Connection;
  Result<void> open_door();
  Task<void> accept_all();
  Task<void> serve(boost::asio::ip::tcp::socket socket);
  static Task<void> read(TcpServer& server, std::shared_ptr<Connection> connection);
  static Task<void> feed(TcpServer& server, std::shared_ptr<Connection> connection);
  static Task<void> write(TcpServer& server, std::shared_ptr<Connection> connection);
  static Task<void> watch(TcpServer& server, std::shared_ptr<Connection> connection);
  void spawn(Task<void> task, std::shared_ptr<Connection> connection);

  boost::asio::any_io_executor executor_;
  Printer& printer_;
  Clock& clock_;
  boost::asio::ip::tcp::endpoint endpoint_;
  boost::asio::ip::tcp::acceptor acceptor_;
  Event door_;  // refusing_ or stopped_ changed
  std::shared_ptr<Connection> connection_;
  Traffic traffic_;
  std::uint64_t bytes_per_second_ = 0;
  bool refusing_ = false;
  bool stopped_ = false;
};

}  // namespace platen::vprinter
