// Something that coroutines of one reactor wait for, like a condition variable: look at the state, wait, look
// again.
//
//   while (queue.empty())
//     if (auto woken = co_await changed.wait(clock, deadline); !woken) co_return woken.error();
//   ...
//   queue.push_back(x);
//   changed.notify();
//
// notify() wakes all who wait now, and nobody who comes later. The Event must outlive its waiters.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/async.hpp"

namespace platen {

class Event {
 public:
  explicit Event(const boost::asio::any_io_executor& executor);
  // Fails with Errc::timed_out or Errc::canceled.
  Task<Result<void>> wait(Clock& clock, Deadline deadline);
  void notify();

 private:
  // Never expires: it is only there to be cancelled, which is what wakes the waiters.
  boost::asio::steady_timer bell_;
};

}  // namespace platen
