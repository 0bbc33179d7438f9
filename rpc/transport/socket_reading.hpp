// What the transports over sockets share.
#pragma once

#include <memory>

#include <boost/asio/error.hpp>

#include "rpc/transport/transport.hpp"

namespace platen::rpc {

// A read that a transport asks its socket for; then its on_readable() is called. One that never runs was
// destroyed with its reactor, and says so to the user.
template <class SocketTransport>
class SocketReading {
 public:
  SocketReading(SocketTransport& transport, std::shared_ptr<TransportUser> user)
      : transport_(&transport), user_(std::move(user)) {}
  SocketReading(SocketReading&&) noexcept = default;
  SocketReading& operator=(SocketReading&&) = delete;
  ~SocketReading() {
    if (user_) user_->on_reactor_gone();
  }
  void operator()(boost::system::error_code ec = {}) {
    auto user = std::move(user_);
    transport_->on_readable(ec, std::move(user));
  }

 private:
  SocketTransport* transport_;
  std::shared_ptr<TransportUser> user_;
};

// That the other side is gone has one name here, however the kernel put it.
[[nodiscard]] inline Error connection_error(boost::system::error_code ec, const char* verb,
                                            const Peer& peer) {
  if (ec == boost::asio::error::operation_aborted || ec == boost::asio::error::broken_pipe ||
      ec == boost::asio::error::connection_reset || ec == boost::asio::error::bad_descriptor)
    ec = make_error_code(Errc::closed);
  return fail(ec, verb, "the connection of " + peer.text());
}

}  // namespace platen::rpc
