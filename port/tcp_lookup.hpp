// The addresses behind a host's name.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/async.hpp"

namespace platen::port {

// Numeric addresses need no name server. Errc::not_found: nobody knows the name.
Task<Result<std::vector<boost::asio::ip::tcp::endpoint>>> look_up(boost::asio::any_io_executor executor,
                                                                  Clock& clock, std::string host,
                                                                  std::uint16_t port, Deadline deadline);

}  // namespace platen::port
