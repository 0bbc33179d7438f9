// A connected Unix stream socket as a Transport: descriptors travel by SCM_RIGHTS, the peer is who the kernel
// says.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/local/stream_protocol.hpp>

#include "base/async.hpp"
#include "rpc/transport/transport.hpp"

namespace platen::rpc {

[[nodiscard]] Result<std::unique_ptr<Transport>> unix_transport(
    boost::asio::local::stream_protocol::socket socket);

// The address of a socket file; Errc::too_large when the kernel cannot hold its path (107 octets).
[[nodiscard]] Result<boost::asio::local::stream_protocol::endpoint> unix_endpoint(const std::string& path);

Task<Result<std::unique_ptr<Transport>>> connect_unix(Clock& clock, std::string path, Deadline deadline);

}  // namespace platen::rpc
