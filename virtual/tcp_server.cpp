#include "virtual/tcp_server.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>
#include <poll.h>

#include "base/log.hpp"
#include "virtual/channel.hpp"

namespace platen::vprinter {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using namespace std::chrono_literals;

// A printer waits for its host as long as it must. Waits end and begin again, so that no wait is without end.
constexpr Duration kLookAgain = 1h;
// What was said last should still arrive; a host that has not read it by then has no interest in it.
constexpr Duration kFarewell = 1s;
// After "too many open files": soon enough for a person, seldom enough for the processor.
constexpr Duration kAcceptPause = 200ms;
// A host that never reads what it asked for costs at most this.
constexpr std::size_t kMostUnread = 256 * 1024;
constexpr std::size_t kReadSize = 16 * 1024;
constexpr int kStepsPerSecond = 20;  // of a slowed connection

}  // namespace

struct TcpServer::Connection {
  Connection(tcp::socket opened, Printer& printer)
      : socket(std::move(opened)),
        changed(socket.get_executor()),
        channel(printer, {[this](std::string_view message) { say(message); }, [this] { changed.notify(); }}) {
  }

  void say(std::string_view message) {
    if (out.size() + message.size() > kMostUnread) return;
    out += message;
    changed.notify();
  }

  tcp::socket socket;
  Event changed;  // anything below, or the channel
  Channel channel;
  std::vector<std::uint8_t> in;
  std::string out;
  bool end_of_input = false;
  bool broken = false;
  bool over = false;
  int running = 0;  // coroutines
};

TcpServer::TcpServer(asio::any_io_executor executor, Printer& printer)
    : executor_(executor), printer_(printer), clock_(printer.clock()), acceptor_(executor), door_(executor) {}

TcpServer::~TcpServer() = default;

Result<void> TcpServer::listen(std::string_view address) {
  auto wrong = [address] {
    return fail(Errc::malformed, "listen on", std::string(address),
                "Give an address and a port, as in 127.0.0.1:9100.");
  };
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  std::string host(address.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string_view port_text = address.substr(colon + 1);
  std::uint16_t port = 0;
  auto [end, bad] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  boost::system::error_code ec;
  const auto ip = asio::ip::make_address(host, ec);
  if (ec || bad != std::errc() || end != port_text.data() + port_text.size()) return wrong();
  endpoint_ = {ip, port};
  return open_door();
}

Result<void> TcpServer::open_door() {
  boost::system::error_code ec;
  acceptor_.open(endpoint_.protocol(), ec);
  if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor_.bind(endpoint_, ec);
  if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
  if (!ec) endpoint_ = acceptor_.local_endpoint(ec);
  if (!ec) return {};
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  return fail(ec, "listen on", endpoint_.address().to_string() + ":" + std::to_string(endpoint_.port()),
              "Choose another port with --listen.");
}

std::string TcpServer::uri() const {
  const std::string host = endpoint_.address().to_string();
  return "socket://" + (endpoint_.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint_.port());
}

void TcpServer::start() {
  asio::co_spawn(executor_, accept_all(), [](std::exception_ptr problem) {
    if (problem) std::rethrow_exception(problem);
  });
}

void TcpServer::stop() {
  stopped_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  door_.notify();
  if (connection_) {
    connection_->broken = true;
    connection_->changed.notify();
  }
}

void TcpServer::disconnect() {
  if (!connection_) return;
  boost::system::error_code ignored;
  connection_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
  connection_->out.clear();
  connection_->broken = true;
  connection_->changed.notify();
}

void TcpServer::refuse(bool refusing) {
  if (refusing == refusing_) return;
  refusing_ = refusing;
  boost::system::error_code ignored;
  if (refusing)
    acceptor_.close(ignored);
  else if (auto opened = open_door(); !opened)
    named_log("port")->error("{}", opened.error().sentence());
  door_.notify();
}

Result<void> TcpServer::slow(std::uint64_t bytes_per_second) {
  bytes_per_second_ = bytes_per_second;
  return {};
}

Result<void> TcpServer::fault(std::string_view knob, std::string_view) {
  return fail(Errc::unsupported, "turn", std::string(knob), "A network port has no such knobs.");
}

Task<void> TcpServer::accept_all() {
  while (!stopped_) {
    if (!acceptor_.is_open()) {
      static_cast<void>(co_await door_.wait(clock_, Deadline::in(clock_, kLookAgain)));
      continue;
    }
    auto [ec, socket] = co_await before(clock_, Deadline::in(clock_, kLookAgain),
                                        [this](auto token) { return acceptor_.async_accept(token); });
    if (!ec) {
      co_await serve(std::move(socket));
    } else if (ec != asio::error::operation_aborted && ec != make_error_code(Errc::timed_out) && !stopped_) {
      named_log("port")->warn("{}", fail(ec, "accept", "a connection").sentence());
      static_cast<void>(co_await sleep(clock_, kAcceptPause));
    }
  }
}

void TcpServer::spawn(Task<void> task, std::shared_ptr<Connection> connection) {
  ++connection->running;
  asio::co_spawn(executor_, std::move(task), [connection](std::exception_ptr problem) {
    if (problem) std::rethrow_exception(problem);
    --connection->running;
    connection->changed.notify();
  });
}

Task<void> TcpServer::serve(tcp::socket socket) {
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(tcp::no_delay(true), ignored);
  auto connection = std::make_shared<Connection>(std::move(socket), printer_);
  connection_ = connection;
  ++traffic_.accepted;
  ++traffic_.open;
  spawn(read(*this, connection), connection);
  spawn(watch(*this, connection), connection);
  spawn(write(*this, connection), connection);
  spawn(feed(*this, connection), connection);
  while (connection->running > 0)
    static_cast<void>(co_await connection->changed.wait(clock_, Deadline::in(clock_, kLookAgain)));
  connection->socket.close(ignored);
  --traffic_.open;
  connection_.reset();
}

// From the socket into the buffer, as long as there is room and nobody told the printer to stall.
Task<void> TcpServer::read(TcpServer& server, std::shared_ptr<Connection> connection) {
  Clock& clock = server.clock_;
  std::array<std::uint8_t, kReadSize> bytes;
  while (!connection->over) {
    if (connection->in.size() >= kInputBuffer || server.printer_.stalled()) {
      static_cast<void>(co_await connection->changed.wait(clock, Deadline::in(clock, kLookAgain)));
      continue;
    }
    auto [waited] = co_await before(clock, Deadline::in(clock, kLookAgain), [&connection](auto token) {
      return connection->socket.async_wait(tcp::socket::wait_read, token);
    });
    if (connection->over) co_return;
    if (waited || server.printer_.stalled()) continue;
    std::size_t most = std::min(bytes.size(), kInputBuffer - connection->in.size());
    const std::uint64_t speed = server.bytes_per_second_;
    if (speed > 0) most = std::min<std::size_t>(most, std::max<std::uint64_t>(1, speed / kStepsPerSecond));
    boost::system::error_code ec;
    const std::size_t n = connection->socket.read_some(asio::buffer(bytes, most), ec);
    if (ec == asio::error::would_block) continue;
    if (ec) {
      (ec == asio::error::eof ? connection->end_of_input : connection->broken) = true;
      connection->changed.notify();
      co_return;
    }
    connection->in.insert(connection->in.end(), bytes.begin(),
                          bytes.begin() + static_cast<std::ptrdiff_t>(n));
    server.traffic_.bytes_received += n;
    server.traffic_.last_byte = clock.now();
    connection->changed.notify();
    if (speed > 0) static_cast<void>(co_await sleep(clock, std::chrono::nanoseconds(1s) * n / speed));
  }
}

// From the buffer into the printer, as long as that takes any.
Task<void> TcpServer::feed(TcpServer& server, std::shared_ptr<Connection> connection) {
  Clock& clock = server.clock_;
  bool told_end = false;
  while (!connection->broken) {
    if (const std::size_t used = connection->channel.take(connection->in)) {
      connection->in.erase(connection->in.begin(),
                           connection->in.begin() + static_cast<std::ptrdiff_t>(used));
      connection->changed.notify();
    }
    if (connection->end_of_input && connection->in.empty() && !std::exchange(told_end, true))
      connection->channel.end_of_input();
    if (told_end && connection->channel.done()) break;
    static_cast<void>(co_await connection->changed.wait(clock, Deadline::in(clock, kLookAgain)));
  }
  if (connection->broken) connection->channel.lost();
  connection->over = true;
  boost::system::error_code ignored;
  connection->socket.cancel(ignored);
  connection->changed.notify();
}

Task<void> TcpServer::write(TcpServer& server, std::shared_ptr<Connection> connection) {
  Clock& clock = server.clock_;
  for (;;) {
    if (connection->out.empty()) {
      if (connection->over) co_return;
      static_cast<void>(co_await connection->changed.wait(clock, Deadline::in(clock, kLookAgain)));
      continue;
    }
    const bool farewell = connection->over;
    if (farewell && connection->broken) co_return;
    const std::string bytes = std::exchange(connection->out, {});
    auto [ec, n] = co_await before(clock, Deadline::in(clock, farewell ? kFarewell : kLookAgain),
                                   [&connection, &bytes](auto token) {
                                     return connection->socket.async_write_some(asio::buffer(bytes), token);
                                   });
    server.traffic_.bytes_sent += n;
    connection->out.insert(0, bytes, n);
    if (!ec || (connection->over && !farewell) || (ec == make_error_code(Errc::timed_out) && !farewell))
      continue;
    connection->broken = true;
    connection->out.clear();
    connection->changed.notify();
    co_return;
  }
}

// While nothing is read, only this notices that the host is gone.
Task<void> TcpServer::watch(TcpServer& server, std::shared_ptr<Connection> connection) {
  Clock& clock = server.clock_;
  while (!connection->over) {
    auto [ec] = co_await before(clock, Deadline::in(clock, kLookAgain), [&connection](auto token) {
      return connection->socket.async_wait(tcp::socket::wait_error, token);
    });
    if (connection->over) co_return;
    if (ec) continue;
    pollfd state{connection->socket.native_handle(), 0, 0};
    if (::poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP))) {
      connection->broken = true;
      connection->changed.notify();
    }
    co_return;  // else urgent data, which would wake us for ever
  }
}

}  // namespace platen::vprinter
