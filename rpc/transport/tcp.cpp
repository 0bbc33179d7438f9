#include "rpc/transport/tcp.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/log.hpp"
#include "rpc/transport/readiness.hpp"
#include "rpc/transport/socket_error.hpp"

namespace platen::rpc {
namespace {

static_assert(ShortText::longest >= security::Accounts::longest_name);

using boost::asio::ip::tcp;

// A host that vanished without a word is noticed after a minute of silence and three unanswered probes, and
// sooner with data that it does not confirm.
constexpr int keepalive_idle_s = 60;
constexpr int keepalive_every_s = 10;
constexpr int keepalive_count = 3;
constexpr int unconfirmed_ms = 30'000;

// A dozen fragments. One buffer per thread, since its user is done with it when it returns.
constexpr std::size_t tcp_read_size = 64 * 1024;

std::span<std::byte> tcp_read_buffer() {
  thread_local const std::unique_ptr<std::byte[]> buffer(new std::byte[tcp_read_size]);
  return {buffer.get(), tcp_read_size};
}

void set_options(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(boost::asio::socket_base::keep_alive(true), ignored);
  const auto set = [&socket](int name, int value) {
    static_cast<void>(::setsockopt(socket.native_handle(), IPPROTO_TCP, name, &value, sizeof value));
  };
  set(TCP_KEEPIDLE, keepalive_idle_s);
  set(TCP_KEEPINTVL, keepalive_every_s);
  set(TCP_KEEPCNT, keepalive_count);
  set(TCP_USER_TIMEOUT, unconfirmed_ms);
}

class TcpTransport final : public Transport, private ReadinessUser {
 public:
  TcpTransport(const boost::asio::any_io_executor& executor, Fd socket, Peer peer,
               std::shared_ptr<security::Filter> filter)
      : socket_(executor, *this, std::move(socket)), peer_(std::move(peer)), filter_(std::move(filter)) {}

  [[nodiscard]] const Peer& peer() const override { return peer_; }
  [[nodiscard]] bool knows_peer() const override { return !filter_ || !peer_.name.empty(); }

  void read(std::shared_ptr<TransportUser> user) override { socket_.read(std::move(user)); }

  // What the filter has made of it is kept here as far as the kernel does not take it, and no more is taken
  // until that is gone.
  Result<std::size_t> write(std::span<const std::span<const std::byte>> parts,
                            Descriptors& descriptors) override {
    if (!socket_.open()) return error(boost::asio::error::operation_aborted, "write to");
    if (!descriptors.empty())
      return fail(Errc::unsupported, "send a descriptor to", peer_.text(), "It cannot leave this machine.");
    if (auto sent = flush(); !sent) return sent.error();
    if (!out_.empty()) return std::size_t{0};
    std::vector<std::byte> clear;
    for (const auto& part : parts) clear.insert(clear.end(), part.begin(), part.end());
    const std::size_t taken = clear.size();
    if (filter_) {
      auto made = filter_->from_connection(std::move(clear));
      if (made.end) return error(boost::asio::error::operation_aborted, "write to");
      out_ = std::move(made.down);
    } else {
      out_ = std::move(clear);
    }
    if (auto sent = flush(); !sent) return sent.error();
    return taken;
  }

  void await_room(std::shared_ptr<TransportUser> user) override {
    wants_room_ = true;
    wait_for_room(std::move(user));
  }

  void close() override { socket_.close(); }

 private:
  Next on_readable(const std::shared_ptr<TransportUser>& user) override {
    const auto buffer = tcp_read_buffer();
    const auto got = ::recv(socket_.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Next::ask;
    if (got < 0) return end(user, error({errno, boost::system::system_category()}, "read from"));
    if (got == 0) return end(user, error(make_error_code(Errc::closed), "read from"));
    const auto octets = buffer.first(static_cast<std::size_t>(got));
    if (filter_) return take(filter_->from_network(octets), user);
    Descriptors none;
    return user->on_octets(octets, none) ? Next::ask : Next::over;
  }

  Next take(security::Filter::Output made, const std::shared_ptr<TransportUser>& user) {
    if (const auto& name = filter_->peer_name(); peer_.name.text() != name) peer_.name = ShortText(name);
    if (made.end && filter_->refusal())
      named_log("rpc")->debug("{} is refused: {}", peer_.text(), filter_->refusal()->sentence());
    out_.insert(out_.end(), made.down.begin(), made.down.end());
    if (auto sent = flush(); !sent) return end(user, sent.error());
    if (!out_.empty()) wait_for_room(user);
    Descriptors none;
    if (!made.up.empty() && !user->on_octets(made.up, none)) return Next::over;
    if (!made.end) return Next::ask;
    return end(user, filter_->refusal().value_or(error(make_error_code(Errc::closed), "read from")));
  }

  static Next end(const std::shared_ptr<TransportUser>& user, Error why) {
    user->on_end(std::move(why));
    return Next::over;
  }
  void on_closed(TransportUser& user) override {
    user.on_end(error(make_error_code(Errc::closed), "read from"));
  }

  Result<void> flush() {
    while (sent_ < out_.size()) {
      const auto took =
          ::send(socket_.fd(), out_.data() + sent_, out_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (took < 0 && errno == EINTR) continue;
      if (took < 0 && errno == EAGAIN) return {};
      if (took < 0) return error({errno, boost::system::system_category()}, "write to");
      sent_ += static_cast<std::size_t>(took);
    }
    out_ = std::vector<std::byte>();
    sent_ = 0;
    return {};
  }

  void wait_for_room(std::shared_ptr<TransportUser> user) {
    if (!std::exchange(waiting_, true)) socket_.await_room(std::move(user));
  }
  void on_room(std::shared_ptr<TransportUser> user) override {
    waiting_ = false;
    // An error is met by the next write.
    if (socket_.open() && flush() && !out_.empty()) return wait_for_room(std::move(user));
    if (std::exchange(wants_room_, false)) user->on_room();
  }

  [[nodiscard]] Error error(boost::system::error_code ec, const char* verb) const {
    return connection_error(ec, verb, peer_);
  }

  Readiness socket_;
  Peer peer_;
  std::shared_ptr<security::Filter> filter_;
  std::vector<std::byte> out_;
  std::size_t sent_ = 0;  // of out_
  bool waiting_ = false;
  bool wants_room_ = false;
};

}  // namespace

std::unique_ptr<Transport> tcp_transport(tcp::socket socket, std::shared_ptr<security::Filter> filter) {
  set_options(socket);
  boost::system::error_code ignored;
  const auto end = socket.remote_endpoint(ignored);
  const boost::asio::any_io_executor executor = socket.get_executor();
  Fd own(socket.release(ignored));
  return std::make_unique<TcpTransport>(
      executor, std::move(own),
      Peer::remote(end.address().to_string() + " port " + std::to_string(end.port())), std::move(filter));
}

}  // namespace platen::rpc
