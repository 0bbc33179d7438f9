// Runs one coroutine to its end, on the reactor that it needs.
#pragma once

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "base/async.hpp"

namespace platen {

// Fails the test when the coroutine has not ended after `limit` of real time.
inline void play(boost::asio::io_context& reactor, Task<void> task,
                 std::chrono::seconds limit = std::chrono::seconds(30)) {
  bool ended = false;
  boost::asio::co_spawn(reactor, std::move(task), [&ended](const std::exception_ptr& thrown) {
    ended = true;
    if (thrown) std::rethrow_exception(thrown);
  });
  const auto end = std::chrono::steady_clock::now() + limit;
  reactor.restart();
  while (!ended && std::chrono::steady_clock::now() < end)
    reactor.run_one_for(std::chrono::milliseconds(100));
  ASSERT_TRUE(ended) << "it did not end in time";
}

}  // namespace platen
