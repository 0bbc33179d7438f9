#include "virtual/control_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "base/log.hpp"

namespace platen::vprinter {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t kLongestRequest = 4096;
constexpr std::size_t kLongestAnswer = 64 * 1024;
// A client may keep its connection and say something now and then; a day is more than any test runs.
constexpr Duration kIdleClient = 24h;
constexpr Duration kAnswerTime = 5s;
constexpr Duration kAcceptPause = 200ms;

}  // namespace

ControlServer::ControlServer(asio::any_io_executor executor, Clock& clock, Control& control)
    : executor_(executor), clock_(clock), control_(control), acceptor_(executor) {}

ControlServer::~ControlServer() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

Result<void> ControlServer::listen(const std::filesystem::path& path) {
  auto failed = [&path](boost::system::error_code ec, std::string advice) {
    return fail(ec, "open the control socket", path.string(), std::move(advice));
  };
  constexpr std::size_t longest = 107;  // sun_path, without its NUL
  if (path.native().size() > longest)
    return failed(make_error_code(Errc::too_large),
                  "Choose a path of at most 107 characters with --control.");
  boost::system::error_code ec;
  const asio::local::stream_protocol::endpoint endpoint(path.native());
  if (std::error_code ignored; std::filesystem::is_socket(path, ignored)) {
    Socket probe(executor_);
    probe.connect(endpoint, ec);
    if (!ec)
      return failed(make_error_code(Errc::busy), "Another printer runs there; choose another --control.");
    std::filesystem::remove(path, ignored);
  }
  acceptor_.open(endpoint.protocol(), ec);
  if (!ec) acceptor_.bind(endpoint, ec);
  if (!ec) path_ = path;
  if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) return failed(ec, "Choose another path with --control.");
  return {};
}

void ControlServer::start() {
  asio::co_spawn(executor_, accept_all(), [](std::exception_ptr problem) {
    if (problem) std::rethrow_exception(problem);
  });
}

void ControlServer::stop() {
  stopped_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (const auto& client : clients_) client->close(ignored);
}

Task<void> ControlServer::accept_all() {
  while (!stopped_) {
    auto [ec, socket] = co_await before(clock_, Deadline::in(clock_, kIdleClient),
                                        [this](auto token) { return acceptor_.async_accept(token); });
    if (stopped_) co_return;
    if (ec) {
      if (ec != make_error_code(Errc::timed_out)) static_cast<void>(co_await sleep(clock_, kAcceptPause));
      continue;
    }
    auto client = std::make_shared<Socket>(std::move(socket));
    clients_.insert(client);
    asio::co_spawn(executor_, serve(*this, client), [this, client](std::exception_ptr problem) {
      clients_.erase(client);
      if (problem) std::rethrow_exception(problem);
    });
  }
}

Task<void> ControlServer::serve(ControlServer& server, std::shared_ptr<Socket> socket) {
  Clock& clock = server.clock_;
  std::string in;
  for (;;) {
    auto [ec, n] = co_await before(clock, Deadline::in(clock, kIdleClient), [&socket, &in](auto token) {
      return asio::async_read_until(*socket, asio::dynamic_buffer(in, kLongestRequest), '\n', token);
    });
    if (ec) co_return;
    const std::string words = in.substr(0, n - 1);
    in.erase(0, n);
    const std::string answer = server.control_.tell(words) + "\n";
    auto [failed, sent] = co_await before(
        clock, Deadline::in(clock, kAnswerTime),
        [&socket, &answer](auto token) { return asio::async_write(*socket, asio::buffer(answer), token); });
    if (failed) co_return;
  }
}

Task<Result<std::string>> tell(Clock& clock, std::filesystem::path path, std::string words,
                               Deadline deadline) {
  auto failed = [&path](boost::system::error_code ec) {
    return fail(ec, "reach the virtual printer at", path.string(),
                "Is platen-vprinter running with this --control?");
  };
  boost::asio::any_io_executor executor = co_await asio::this_coro::executor;
  asio::local::stream_protocol::socket socket(executor);
  const asio::local::stream_protocol::endpoint endpoint(path.native());
  auto [refused] = co_await before(
      clock, deadline, [&socket, &endpoint](auto token) { return socket.async_connect(endpoint, token); });
  if (refused) co_return failed(refused);
  words += '\n';
  auto [unsent, sent] = co_await before(clock, deadline, [&socket, &words](auto token) {
    return asio::async_write(socket, asio::buffer(words), token);
  });
  if (unsent) co_return failed(unsent);
  std::string answer;
  auto [unread, n] = co_await before(clock, deadline, [&socket, &answer](auto token) {
    return asio::async_read_until(socket, asio::dynamic_buffer(answer, kLongestAnswer), '\n', token);
  });
  if (unread) co_return failed(unread);
  co_return answer.substr(0, n - 1);
}

}  // namespace platen::vprinter
