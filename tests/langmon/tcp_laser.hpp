// The Laser behind a real TCP port, one connection at a time.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "laser.hpp"

namespace platen::langmon {

class TcpLaser {
 public:
  TcpLaser(Clock& clock, boost::asio::any_io_executor executor);
  [[nodiscard]] std::string uri() const;
  [[nodiscard]] Laser& laser() { return laser_; }
  [[nodiscard]] port::FarEnd& far() { return wire_.far(); }
  void unplug();  // the connection breaks, and no other is taken
  void stop();

 private:
  Task<void> serve();
  Task<void> inward(std::shared_ptr<boost::asio::ip::tcp::socket> socket);
  Task<void> outward(std::shared_ptr<boost::asio::ip::tcp::socket> socket);

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  boost::asio::ip::tcp::acceptor acceptor_;
  port::MemoryPort wire_;
  Laser laser_;
  std::shared_ptr<boost::asio::ip::tcp::socket> socket_;
};

}  // namespace platen::langmon
