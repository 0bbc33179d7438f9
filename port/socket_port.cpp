#include "port/socket_port.hpp"

#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "base/host_lookup.hpp"
#include "port/tcp_vigil.hpp"
#include "port/uri.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// A printer needs a moment until it takes a connection again whose predecessor was reset.
constexpr Duration reconnect_pause = 500ms;
constexpr int max_reconnects = 20;

Error why_not_connected(const std::string& uri, std::uint16_t port, error_code ec) {
  const std::string what = "connect to the printer at";
  if (ec == asio::error::connection_refused)
    return fail(Errc::refused, what, uri,
                "The device is there but takes no connection on port " + std::to_string(port) +
                    ". Check that raw printing is switched on in its settings, and that no other computer "
                    "keeps it busy.");
  if (ec == Errc::timed_out || ec == asio::error::timed_out)
    return fail(Errc::timed_out, what, uri,
                "Nothing answers there. Check that the printer is switched on and connected to the network, "
                "and that the "
                "address is right.");
  if (ec == asio::error::host_unreachable || ec == asio::error::network_unreachable ||
      ec == asio::error::network_down)
    return fail(ec, what, uri, "Check that the printer is switched on, its network cable, and the address.");
  return fail(ec, what, uri);
}

}  // namespace

struct SocketPort::Connection {
  Connection(const asio::any_io_executor& executor, Clock& clock)
      : socket(executor), vigil(clock, [this] {
          silent = true;
          abandon();
        }) {}

  tcp::socket socket;
  TcpVigil vigil;
  bool silent = false;  // and therefore closed

  void close() noexcept {
    vigil.end();
    error_code ignored;
    socket.close(ignored);
  }

  // A reset instead of an orderly end: what the kernel holds is thrown away, and the printer drops what it
  // has.
  void abandon() noexcept {
    error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
  }

  error_code prepare() {
    error_code ec;
    socket.set_option(asio::socket_base::send_buffer_size(send_buffer_bytes), ec);
    if (!ec) socket.set_option(tcp::no_delay(true), ec);
    if (!ec) ec = vigil.begin(socket.native_handle());
    return ec;
  }
};

SocketPort::SocketPort(asio::any_io_executor executor, Clock& clock, std::string host, std::uint16_t port)
    : executor_(std::move(executor)),
      clock_(clock),
      host_(std::move(host)),
      port_(port),
      uri_(Uri{.scheme = "socket", .host = host_, .port = port_}.format()) {}

SocketPort::~SocketPort() {
  close();
}

Task<Result<void>> SocketPort::open(Deadline deadline) {
  if (connection_) co_return Result<void>();
  auto addresses = co_await look_up(clock_, host_, deadline);
  if (!addresses) co_return addresses.error();
  error_code last = asio::error::host_not_found;
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    // An address that does not answer must not use up the time of the others.
    const Deadline share =
        deadline.within(clock_, deadline.left(clock_) / static_cast<int>(addresses->size() - i));
    const tcp::endpoint endpoint((*addresses)[i], port_);
    auto connection = std::make_shared<Connection>(executor_, clock_);
    connection->socket.open(endpoint.protocol(), last);
    if (!last) last = connection->prepare();
    if (last) continue;
    auto [ec] = co_await before(clock_, share, [socket = &connection->socket, endpoint](auto token) {
      return socket->async_connect(endpoint, token);
    });
    last = ec;
    if (ec == Errc::canceled) break;
    if (ec) continue;
    connection_ = std::move(connection);
    co_return Result<void>();
  }
  co_return why_not_connected(uri_, port_, last);
}

// GCC 12 destroys a temporary twice that stands in a co_await expression and owns something; so lambdas in
// there hold plain pointers, and the coroutine's frame holds the connection.

template <class ConnectionPtr>
static Error why_ended(const ConnectionPtr& connection, error_code ec, const std::string& operation,
                       const std::string& uri) {
  if (ec == Errc::timed_out || ec == Errc::canceled) return fail(ec, operation, uri);
  if (connection->silent || ec == asio::error::timed_out || ec == asio::error::host_unreachable ||
      ec == asio::error::network_unreachable)
    return fail(Errc::closed, operation, uri,
                "The printer does not answer any more. Check that it is switched on, and its network cable.");
  return fail(Errc::closed, operation, uri,
              ec == asio::error::operation_aborted
                  ? "The port was closed meanwhile."
                  : "The printer ended the connection (" + ec.message() + ").");
}

template <class ConnectionPtr, class Initiate>
static Task<Result<std::size_t>> transfer(ConnectionPtr connection, Clock& clock, Deadline deadline,
                                          std::string operation, std::string uri, Initiate initiate) {
  if (!connection) co_return fail(Errc::closed, operation, uri, "The port is not open.");
  auto [ec, n] = co_await before(clock, deadline, [socket = &connection->socket, initiate](auto token) {
    return initiate(*socket, token);
  });
  if (ec) co_return why_ended(connection, ec, operation, uri);
  co_return n;
}

Task<Result<std::size_t>> SocketPort::read_some(std::span<std::byte> into, Deadline deadline) {
  return transfer(connection_, clock_, deadline, "read from", uri_, [into](auto& socket, auto token) {
    return socket.async_read_some(asio::buffer(into.data(), into.size()), token);
  });
}

Task<Result<std::size_t>> SocketPort::write_some(std::span<const std::byte> from, Deadline deadline) {
  const auto connection = connection_;
  auto written =
      co_await transfer(connection, clock_, deadline, "write to", uri_, [from](auto& socket, auto token) {
        return socket.async_write_some(asio::buffer(from.data(), from.size()), token);
      });
  if (written) connection->vigil.written();
  co_return written;
}

Task<Result<std::string>> SocketPort::device_id(Deadline) {
  co_return fail(Errc::unsupported, "read the device id of", uri_, "A network connection has none.");
}

Task<Result<StatusLines>> SocketPort::status_lines(Deadline) {
  co_return fail(Errc::unsupported, "read the status lines of", uri_, "A network connection has none.");
}

Task<Result<void>> SocketPort::abort_job(Deadline deadline) {
  if (connection_) {
    connection_->abandon();
    connection_.reset();
  }
  for (int attempt = 1;; ++attempt) {
    auto opened = co_await open(deadline);
    if (opened || attempt == max_reconnects || opened.error().is(Errc::canceled)) co_return opened;
    if (deadline.left(clock_) <= reconnect_pause) co_return opened;
    if (auto slept = co_await sleep(clock_, reconnect_pause); !slept) co_return slept;
  }
}

void SocketPort::close() noexcept {
  if (auto connection = std::exchange(connection_, nullptr)) connection->close();
}

}  // namespace platen::port
