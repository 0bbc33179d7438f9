// A task that somebody else may end.
//
//   auto answered = co_await interruptible(stop_, std::move(asking), "ask", name);
//   ...
//   stop_.emit(boost::asio::cancellation_type::terminal);
//
// Errc::canceled when `stop` ended it, or the cancellation of the coroutine that waits. It still has ended
// before this returns.
#pragma once

#include <string>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

#include "base/async.hpp"

namespace platen {

template <class T>
Task<Result<T>> interruptible(boost::asio::cancellation_signal& stop, Task<Result<T>> task, std::string doing,
                              std::string object) {
  namespace asio = boost::asio;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  asio::cancellation_slot parent = state.slot();
  if (parent.is_connected()) parent.assign([&stop](asio::cancellation_type type) { stop.emit(type); });
  Result<T> result = fail(Errc::canceled, doing, object);
  try {
    result = co_await asio::co_spawn(executor, std::move(task),
                                     asio::bind_cancellation_slot(stop.slot(), asio::use_awaitable));
  } catch (const boost::system::system_error& thrown) {
    if (thrown.code() != asio::error::operation_aborted) result = fail(thrown.code(), doing, object);
  }
  if (parent.is_connected()) parent.clear();
  co_return result;
}

}  // namespace platen
