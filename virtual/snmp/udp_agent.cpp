#include "virtual/snmp/udp_agent.hpp"

#include <charconv>

#include <boost/asio/buffer.hpp>

namespace platen::vprinter::snmp {

namespace asio = boost::asio;
using asio::ip::udp;

UdpAgent::UdpAgent(asio::any_io_executor executor, Printer& printer, std::string community)
    : printer_(printer), community_(std::move(community)), socket_(std::move(executor)) {}

Result<void> UdpAgent::listen(std::string_view address) {
  const std::string what = "answer SNMP at";
  const auto colon = address.rfind(':');
  std::uint16_t port = 0;
  boost::system::error_code ec;
  const auto host = asio::ip::make_address(std::string(address.substr(0, colon)), ec);
  const std::string_view digits = colon == std::string_view::npos ? "" : address.substr(colon + 1);
  const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (ec || bad != std::errc() || end != digits.data() + digits.size())
    return fail(Errc::malformed, what, std::string(address), "An address looks like 127.0.0.1:161.");
  const udp::endpoint endpoint(host, port);
  socket_.open(endpoint.protocol(), ec);
  if (!ec) socket_.bind(endpoint, ec);
  if (!ec) socket_.non_blocking(true, ec);
  if (!ec) port_ = socket_.local_endpoint(ec).port();
  if (ec) return fail(ec, what, std::string(address), "Choose another port with --snmp.");
  receive();
  return {};
}

void UdpAgent::stop() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void UdpAgent::receive() {
  socket_.async_receive_from(
      asio::buffer(packet_), from_, [this](boost::system::error_code ec, std::size_t size) {
        if (ec == asio::error::operation_aborted || !socket_.is_open()) return;
        if (!ec && !printer_.silent()) {
          const std::string answer =
              answer_packet(std::string_view(packet_.data(), size), objects_of(printer_), community_);
          boost::system::error_code unsent;  // a lost answer is asked for again
          if (!answer.empty()) socket_.send_to(asio::buffer(answer), from_, 0, unsent);
        }
        receive();
      });
}

}  // namespace platen::vprinter::snmp
