// What the transports over sockets say of an error.
#pragma once

#include <boost/asio/error.hpp>

#include "base/error.hpp"
#include "rpc/transport/peer.hpp"

namespace platen::rpc {

// That the other side is gone has one name here, however the kernel put it.
[[nodiscard]] inline Error connection_error(boost::system::error_code ec, const char* verb,
                                            const Peer& peer) {
  if (ec == boost::asio::error::operation_aborted || ec == boost::asio::error::broken_pipe ||
      ec == boost::asio::error::connection_reset || ec == boost::asio::error::bad_descriptor)
    ec = make_error_code(Errc::closed);
  return fail(ec, verb, "the connection of " + peer.text());
}

}  // namespace platen::rpc
