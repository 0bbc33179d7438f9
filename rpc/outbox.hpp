// What waits to be sent to one peer, in order. Putting something in never waits, so that neither the reader
// nor a handler can be blocked by a peer that does not read; one coroutine, drain(), carries it out.
#pragma once

#include <deque>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/event.hpp"
#include "rpc/limits.hpp"
#include "rpc/transport.hpp"

namespace platen::rpc {

class Outbox {
 public:
  Outbox(const boost::asio::any_io_executor& executor, const Limits& limits);

  // False when the peer has let too much pile up; it is then to be dropped.
  [[nodiscard]] bool put(std::vector<std::byte> octets, std::vector<Fd> descriptors = {});
  [[nodiscard]] bool full() const { return held_ >= limits_.queue_full; }
  Task<Result<void>> wait_for_room(Clock& clock, Deadline deadline);
  // Until close(), or until the peer fails to take anything for Limits::drain_time (Errc::timed_out).
  Task<Result<void>> drain(Clock& clock, Transport& transport);
  void close();

 private:
  struct Item {
    std::vector<std::byte> octets;
    std::vector<Fd> descriptors;
  };

  Limits limits_;
  std::deque<Item> items_;
  std::size_t held_ = 0;
  bool closed_ = false;
  Event changed_;
};

}  // namespace platen::rpc
