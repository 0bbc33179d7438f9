// Waiting with a deadline, for coroutines.
//
//   auto [ec, n] = co_await before(clock, deadline, [&](auto token) {
//     return socket.async_read_some(buffer, token);
//   });
//   if (ec == Errc::timed_out) ...
//
//   co_await sleep(clock, 250ms);
//
// before() cancels the operation when the deadline passes or when the coroutine itself is cancelled, still
// waits for it to end, and only then returns. So a buffer may live in the coroutine's frame.
#pragma once

#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace platen {

template <class T>
using Task = boost::asio::awaitable<T>;

// `initiate` starts one Asio operation with the token it is given. Returns the operation's results as a tuple
// whose first element is an error_code; Errc::timed_out when the deadline ended it, Errc::canceled when the
// coroutine was cancelled.
template <class Initiate>
auto before(Clock& clock, Deadline deadline, Initiate initiate) {
  namespace asio = boost::asio;
  using Token =
      asio::cancellation_slot_binder<asio::as_tuple_t<asio::use_awaitable_t<>>, asio::cancellation_slot>;
  using Results = typename decltype(initiate(std::declval<Token>()))::value_type;

  return [](Clock& clk, Deadline limit, Initiate start) -> Task<Results> {
    enum class Why { none, late, canceled } why = Why::none;
    asio::cancellation_signal stop;
    asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    asio::cancellation_slot parent = state.slot();
    if (parent.is_connected()) {
      parent.assign([&why, &stop](asio::cancellation_type type) {
        if (why == Why::none) why = Why::canceled;
        stop.emit(type);
      });
    }
    auto alarm = clk.set(limit.when(), [&why, &stop] {
      if (why == Why::none) why = Why::late;
      stop.emit(asio::cancellation_type::terminal);
    });
    Results results =
        co_await start(asio::bind_cancellation_slot(stop.slot(), asio::as_tuple(asio::use_awaitable)));
    alarm.reset();
    if (parent.is_connected()) parent.clear();
    if (std::get<0>(results) == asio::error::operation_aborted && why != Why::none)
      std::get<0>(results) = make_error_code(why == Why::late ? Errc::timed_out : Errc::canceled);
    co_return results;
  }(clock, deadline, std::move(initiate));
}

// Sleeps on the injected clock. Returns Errc::canceled when the coroutine is cancelled meanwhile.
Task<Result<void>> sleep_until(Clock& clock, Instant when);
Task<Result<void>> sleep(Clock& clock, Duration span);

}  // namespace platen
