// How a program of the house makes its reactor: one thread runs it, and it alone opens, reads, writes and
// sets timers there. Others may post to it and stop it, and no more. So the reactor need not lock what it
// keeps of each socket and timer.
//
//   boost::asio::io_context reactor(one_thread);
#pragma once

#include <boost/asio/io_context.hpp>

namespace platen {

inline constexpr int one_thread = BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO;

}  // namespace platen
