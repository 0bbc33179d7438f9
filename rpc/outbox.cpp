#include "rpc/outbox.hpp"

namespace platen::rpc {
namespace {

// An idle wait has to end some time, since every wait does; this one only looks around and goes on.
constexpr Duration idle_round = std::chrono::hours(1);

}  // namespace

Outbox::Outbox(const boost::asio::any_io_executor& executor, const Limits& limits)
    : limits_(limits), changed_(executor) {}

bool Outbox::put(std::vector<std::byte> octets, std::vector<Fd> descriptors) {
  if (closed_) return true;
  if (held_ + octets.size() > limits_.queue_limit) return false;
  held_ += octets.size();
  items_.push_back({std::move(octets), std::move(descriptors)});
  changed_.notify();
  return true;
}

Task<Result<void>> Outbox::wait_for_room(Clock& clock, Deadline deadline) {
  while (full() && !closed_)
    if (auto woken = co_await changed_.wait(clock, deadline); !woken) co_return woken.error();
  co_return Result<void>();
}

Task<Result<void>> Outbox::drain(Clock& clock, Transport& transport) {
  while (!closed_) {
    if (items_.empty()) {
      auto woken = co_await changed_.wait(clock, Deadline::in(clock, idle_round));
      if (!woken && !woken.error().is(Errc::timed_out)) co_return woken.error();
      continue;
    }
    Item item = std::move(items_.front());
    items_.pop_front();
    std::size_t sent = 0;
    while (sent < item.octets.size()) {
      const auto rest = std::span<const std::byte>(item.octets).subspan(sent);
      auto took =
          co_await transport.write_some(rest, item.descriptors, Deadline::in(clock, limits_.drain_time));
      if (!took) co_return took.error();
      sent += *took;
      held_ -= *took;
    }
    changed_.notify();
  }
  co_return Result<void>();
}

void Outbox::close() {
  closed_ = true;
  items_.clear();
  changed_.notify();
}

}  // namespace platen::rpc
