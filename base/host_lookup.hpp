// The addresses behind a host's name.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "base/async.hpp"

namespace platen {

// Never empty. Numeric addresses need no name server. Errc::not_found: nobody knows the name.
Task<Result<std::vector<boost::asio::ip::address>>> look_up(Clock& clock, std::string host,
                                                            Deadline deadline);

}  // namespace platen
