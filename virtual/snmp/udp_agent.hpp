// The agent on a UDP socket. Silent while the printer is. One reactor, one thread.
//
//   UdpAgent agent(executor, printer, "public");
//   if (auto up = agent.listen("127.0.0.1:0"); !up) …
//   agent.port();      // where it is asked
//   agent.stop();      // then let the reactor run out before destroying it
#pragma once

#include <array>

#include <boost/asio/ip/udp.hpp>

#include "base/error.hpp"
#include "virtual/snmp/agent.hpp"

namespace platen::vprinter::snmp {

class UdpAgent {
 public:
  UdpAgent(boost::asio::any_io_executor executor, Printer& printer, std::string community);
  [[nodiscard]] Result<void> listen(std::string_view address);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  void stop();

 private:
  void receive();

  Printer& printer_;
  std::string community_;
  boost::asio::ip::udp::socket socket_;
  boost::asio::ip::udp::endpoint from_;
  std::array<char, 4096> packet_{};
  std::uint16_t port_ = 0;
};

}  // namespace platen::vprinter::snmp
