// Two transports joined in memory, for tests and for simulations on a SimulatedClock: what one end writes,
// the other reads. Like a socket, it holds a bounded number of octets, and a writer waits when it is full.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "rpc/transport/transport.hpp"

namespace platen::rpc {

struct MemoryPair {
  std::unique_ptr<Transport> client;
  std::unique_ptr<Transport> server;
};

// `client_is` is whom the server's end sees, `server_is` whom the client's end sees.
[[nodiscard]] MemoryPair memory_pair(boost::asio::any_io_executor executor, Peer client_is, Peer server_is);

}  // namespace platen::rpc
