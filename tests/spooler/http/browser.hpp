// A client of the tests: says bytes, and keeps what it hears. Everything runs in one reactor on simulated
// time.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include "base/simulated_clock.hpp"

namespace platen::test {

namespace asio = boost::asio;

template <class Protocol>
class Client {
 public:
  Client(asio::io_context& reactor, const typename Protocol::endpoint& server)
      : wire_(std::make_shared<Wire>(reactor)) {
    wire_->socket.connect(server);
    asio::co_spawn(reactor, listen(wire_), asio::detached);
  }
  ~Client() { close(); }

  // In the background: what does not fit in the socket goes when the server takes it.
  void say(std::string bytes) {
    auto executor = wire_->socket.get_executor();
    asio::co_spawn(executor, talk(wire_, std::move(bytes)), asio::detached);
  }
  void close() {
    boost::system::error_code ignored;
    wire_->socket.close(ignored);
  }
  [[nodiscard]] const std::string& heard() const { return wire_->heard; }
  [[nodiscard]] bool heard(std::string_view part) const {
    return wire_->heard.find(part) != std::string::npos;
  }
  void forget() { wire_->heard.clear(); }
  [[nodiscard]] bool hung_up() const { return wire_->hung_up; }  // by the server

 private:
  struct Wire {
    explicit Wire(asio::io_context& reactor) : socket(reactor) {}
    typename Protocol::socket socket;
    std::string heard;
    bool hung_up = false;
  };

  static Task<void> listen(std::shared_ptr<Wire> wire) {
    std::array<char, 65536> chunk;
    for (;;) {
      auto [ec, n] =
          co_await wire->socket.async_read_some(asio::buffer(chunk), asio::as_tuple(asio::use_awaitable));
      if (ec) break;
      wire->heard.append(chunk.data(), n);
    }
    wire->hung_up = true;
  }
  static Task<void> talk(std::shared_ptr<Wire> wire, std::string bytes) {
    auto [ec, n] =
        co_await asio::async_write(wire->socket, asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
    static_cast<void>(ec);
    static_cast<void>(n);
  }

  std::shared_ptr<Wire> wire_;
};

using Browser = Client<asio::ip::tcp>;
using LocalClient = Client<asio::local::stream_protocol>;

}  // namespace platen::test
