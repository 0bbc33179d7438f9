#include "tcp_laser.hpp"

#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

namespace platen::langmon {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {
constexpr Duration patience = std::chrono::minutes(1);
constexpr auto token = asio::as_tuple(asio::use_awaitable);
}  // namespace

TcpLaser::TcpLaser(Clock& clock, asio::any_io_executor executor)
    : clock_(clock),
      executor_(executor),
      acceptor_(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      wire_(executor, clock),
      laser_(wire_.share_far(), clock, executor) {
  asio::co_spawn(executor, serve(), asio::detached);
}

std::string TcpLaser::uri() const {
  return "socket://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

void TcpLaser::unplug() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  if (socket_) socket_->close(ignored);
}

void TcpLaser::stop() {
  unplug();
  wire_.close();
  laser_.stop();
}

Task<void> TcpLaser::serve() {
  for (;;) {
    auto socket = std::make_shared<tcp::socket>(executor_);
    auto [ec] = co_await acceptor_.async_accept(*socket, token);
    if (ec) co_return;
    socket_ = socket;
    auto opened = co_await wire_.open(Deadline::in(clock_, patience));
    if (!opened) co_return;
    asio::co_spawn(executor_, outward(socket), asio::detached);
    co_await inward(socket);
    wire_.close();
  }
}

Task<void> TcpLaser::inward(std::shared_ptr<tcp::socket> socket) {
  std::array<std::byte, 16384> buffer{};
  for (;;) {
    auto [ec, count] = co_await socket->async_read_some(asio::buffer(buffer), token);
    if (ec) co_return;
    auto rest = std::span<const std::byte>(buffer).first(count);
    while (!rest.empty()) {
      auto taken = co_await wire_.write_some(rest, Deadline::in(clock_, patience));
      if (!taken) co_return;
      rest = rest.subspan(*taken);
    }
  }
}

Task<void> TcpLaser::outward(std::shared_ptr<tcp::socket> socket) {
  std::array<std::byte, 4096> buffer{};
  for (;;) {
    auto count = co_await wire_.read_some(buffer, Deadline::in(clock_, patience));
    if (!count) co_return;
    auto [ec, sent] = co_await asio::async_write(*socket, asio::buffer(buffer.data(), *count), token);
    if (ec) co_return;
  }
}

}  // namespace platen::langmon
