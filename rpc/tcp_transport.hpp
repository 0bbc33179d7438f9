// ncacn_ip_tcp: DCE/RPC over TCP, which carries octets and no descriptors, to and from whom nobody vouches
// for. So each transport here has a security filter inside (rpc/security/filter.hpp): the connection above it
// sees PDUs in clear, and the peer's name once it has signed in.
//
//   auto client = co_await connect_tcp(clock, "printhost", 49200, {credentials("alice", "…")}, kMonitor,
//   deadline);
//
// The listening side is rpc/tcp_listener.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "rpc/client.hpp"
#include "rpc/security/filter.hpp"
#include "rpc/transport.hpp"

namespace platen::rpc {

// Without a filter everybody may talk, in clear: for an endpoint mapper, which tells nothing but ports.
[[nodiscard]] std::unique_ptr<Transport> tcp_transport(boost::asio::ip::tcp::socket socket,
                                                       std::shared_ptr<security::Filter> filter);

// Signs in and binds. Errc::denied when the server does not know the name or the password.
Task<Result<std::shared_ptr<Client>>> connect_tcp(Clock& clock, std::string host, std::uint16_t port,
                                                  security::ClientSecurity security,
                                                  const InterfaceId& interface, Deadline deadline);

}  // namespace platen::rpc
