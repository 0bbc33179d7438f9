// Accepts connections for as long as an acceptor is open, and hands each to its owner.
#pragma once

#include <chrono>

#include "base/async.hpp"
#include "base/log.hpp"

namespace platen::rpc {

// `owner` has clock() and acceptor(), and takes sockets with on_accepted().
template <class Owner>
Task<void> accept_all(std::shared_ptr<Owner> owner) {
  // An idle accept has to end some time, since every wait does; it only looks around and goes on.
  constexpr Duration round = std::chrono::hours(1);
  // When descriptors have run out, accepting again at once would spin.
  constexpr Duration pause = std::chrono::milliseconds(200);

  auto& acceptor = owner->acceptor();
  while (acceptor.is_open()) {
    typename Owner::Socket socket(acceptor.get_executor());
    auto [ec] =
        co_await before(owner->clock(), Deadline::in(owner->clock(), round),
                        [&acceptor, &socket](auto token) { return acceptor.async_accept(socket, token); });
    if (!acceptor.is_open()) break;
    if (ec == Errc::timed_out) continue;
    if (!ec) {
      owner->on_accepted(std::move(socket));
      continue;
    }
    named_log("rpc")->warn("cannot accept a connection: {}", ec.message());
    if (auto slept = co_await sleep(owner->clock(), pause); !slept) break;
  }
}

}  // namespace platen::rpc
