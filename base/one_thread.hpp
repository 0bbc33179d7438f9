// How a program of the house makes its reactor: one thread makes it, runs it, uses it and stops it, so it
// locks nothing. Other threads leave what they have for it in its mailbox (base/mailbox.hpp).
//
//   boost::asio::io_context reactor(one_thread);
#pragma once

#include <boost/asio/io_context.hpp>

namespace platen {

inline constexpr int one_thread = BOOST_ASIO_CONCURRENCY_HINT_UNSAFE;

}  // namespace platen
