// Accepts connections for as long as an acceptor is open, and hands each to its owner.
//
//   co_spawn(executor, accept_all(shared_from_this(), clock_, acceptor_, "rpc", take), detached);
//
// `take` may use the owner, which is kept alive meanwhile.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/async.hpp"
#include "base/log.hpp"

namespace platen {

template <class Acceptor>
using Accepted = typename Acceptor::protocol_type::socket;

template <class Acceptor>
Task<void> accept_all([[maybe_unused]] std::shared_ptr<void> owner, Clock& clock, Acceptor& acceptor,
                      std::string log, std::function<void(Accepted<Acceptor>)> take) {
  // An idle accept has to end some time, since every wait does; it only looks around and goes on.
  constexpr Duration round = std::chrono::hours(1);
  // When descriptors have run out, accepting again at once would spin; whoever holds them will close some.
  constexpr Duration pause = std::chrono::milliseconds(200);

  while (acceptor.is_open()) {
    Accepted<Acceptor> socket(acceptor.get_executor());
    auto [ec] = co_await before(clock, Deadline::in(clock, round), [&acceptor, &socket](auto token) {
      return acceptor.async_accept(socket, token);
    });
    if (!acceptor.is_open()) break;
    if (ec == Errc::timed_out) continue;
    if (!ec) {
      take(std::move(socket));
      continue;
    }
    named_log(log)->warn("cannot accept a connection: {}", ec.message());
    if (auto slept = co_await sleep(clock, pause); !slept) break;
  }
}

}  // namespace platen
