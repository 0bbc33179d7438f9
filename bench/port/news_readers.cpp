#include <array>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "langmon/wire/monitor_interface.hpp"
#include "news.hpp"
#include "rpc/client.hpp"

namespace platen::bench {
namespace {

using namespace std::chrono_literals;
namespace wire = langmon::wire;

constexpr std::size_t chunk_bytes = 48 * 1024;

void note(Board& board, std::int64_t at) {
  std::int64_t none = 0;
  board.heard_at.compare_exchange_strong(none, at);
}

// A job without an end.
void write_for_ever(int to) {
  const std::vector<char> chunk(chunk_bytes, 'x');
  for (;;)
    if (::write(to, chunk.data(), chunk.size()) <= 0) return;
}

Task<void> watch(Clock& clock, std::string socket, bool with_job, Board& board) {
  Result<std::shared_ptr<rpc::Client>> client = fail(Errc::failed, "connect to", socket);
  for (int attempt = 0; attempt < 100 && !client; ++attempt) {
    client = co_await rpc::Client::connect(clock, socket, wire::kMonitor, Deadline::in(clock, 5s));
    if (!client) (void)co_await sleep(clock, 50ms);
  }
  if (!client) give_up(client.error().sentence());
  if (with_job) {
    auto pipe = make_pipe();
    if (!pipe) give_up(pipe.error().sentence());
    wire::StartDocRequest request{.job = 1, .title = "Bench", .user = "bench", .language = "PCL"};
    request.data = std::move(pipe->read_end);
    auto started = co_await (*client)->call<wire::StartDoc>(std::move(request), Deadline::in(clock, 5s));
    if (!started) give_up(started.error().sentence());
    std::thread(write_for_ever, pipe->write_end.release()).detach();
  }
  rpc::Service callbacks(wire::kSpoolerCallbacks);
  callbacks.on<wire::StatusChanged>(
      [&board](rpc::Call&, wire::StatusChangedRequest request) -> Task<Result<wire::CallbackReply>> {
        note(board, now_ns());
        if (request.status.online) board.ready = true;
        co_return wire::CallbackReply{};
      });
  callbacks.on<wire::JobProgress>(
      [](rpc::Call&, wire::JobProgressRequest) -> Task<Result<wire::CallbackReply>> {
        co_return wire::CallbackReply{};
      });
  callbacks.on<wire::JobEnded>(
      [](rpc::Call&, wire::JobEndedRequest request) -> Task<Result<wire::CallbackReply>> {
        give_up("the job ended: " + request.end.sentence);
        co_return wire::CallbackReply{};
      });
  callbacks.on<wire::NeedsOperator>(
      [](rpc::Call&, wire::NeedsOperatorRequest) -> Task<Result<wire::CallbackReply>> {
        co_return wire::CallbackReply{};
      });
  const wire::WatchRequest request;
  auto ended = co_await (*client)->call<wire::Watch>(request, Deadline::in(clock, 10min), &callbacks);
  give_up(ended ? "the watch has ended" : ended.error().sentence());
}

}  // namespace

void read_bare(std::uint16_t port, bool with_job, Board& board) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    give_up("the printer takes no connection");
  const int at_once = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  if (with_job) std::thread(write_for_ever, socket).detach();
  board.ready = true;
  std::array<char, 4096> buffer;
  while (::recv(socket, buffer.data(), buffer.size(), 0) > 0) note(board, now_ns());
  give_up("the printer ended the connection");
}

void subscribe(const std::string& socket, bool with_job, Board& board) {
  boost::asio::io_context reactor(one_thread);
  AlarmClock clock(reactor.get_executor());
  boost::asio::co_spawn(reactor, watch(clock, socket, with_job, board), [](const std::exception_ptr& thrown) {
    if (thrown) give_up("the subscriber ended");
  });
  reactor.run();
  give_up("the subscriber has nothing to do");
}

}  // namespace platen::bench
