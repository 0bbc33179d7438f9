// DCE/RPC over TCP, which carries octets and no descriptors, to and from whom nobody vouches for. So each
// transport here has a security filter inside (rpc/security/filter.hpp): the connection above it sees PDUs in
// clear, and the peer's name once it has signed in.
//
// To listen and to connect: rpc/tcp.hpp.
#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "rpc/security/filter.hpp"
#include "rpc/transport/transport.hpp"

namespace platen::rpc {

// Without a filter everybody may talk, in clear: for an endpoint mapper, which tells nothing but ports.
[[nodiscard]] std::unique_ptr<Transport> tcp_transport(boost::asio::ip::tcp::socket socket,
                                                       std::shared_ptr<security::Filter> filter);

}  // namespace platen::rpc
