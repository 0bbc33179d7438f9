// The newest state of something, for any number of readers, each at its own pace. What a reader did not fetch
// before the next came is gone: a slow reader gets the newest snapshot, never a queue of old ones.
//
// Two ways to a reader, with one Feed behind both:
//
//   // A parked pull: a call that completes when there is something to say. Needs no way back: crosses
//   firewalls. service.on<NextStatus>([this](Call& call, NextStatusRequest request) ->
//   Task<Result<NextStatusReply>> {
//     auto news = co_await pull(clock_, feed_, call, request.after);
//     ...                                   // {serial, snapshot}; the reader asks again with that serial
//   });
//
//   // Callbacks nested in a call that watches: one under way at a time.
//   co_return co_await tell<StatusChanged>(clock_, feed_, call, patience);
//
// For one reactor thread. Must outlive the calls that wait on it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/event.hpp"
#include "rpc/call.hpp"
#include "rpc/wire/identity.hpp"

namespace platen::rpc {

template <class Snapshot>
class Feed {
 public:
  // A serial of another run of the program means nothing here, and is taken for old.
  explicit Feed(const boost::asio::any_io_executor& executor)
      : serial_(std::uint64_t{random_number()} << 32U), changed_(executor) {}

  void publish(Snapshot snapshot) {
    newest_ = std::move(snapshot);
    ++serial_;
    changed_.notify();
  }
  [[nodiscard]] const std::optional<Snapshot>& newest() const { return newest_; }
  [[nodiscard]] std::uint64_t serial() const { return serial_; }

  // Until there is something else than `seen`. Errc::timed_out, Errc::canceled.
  Task<Result<void>> changed(Clock& clock, std::uint64_t seen, Deadline deadline) {
    while (serial_ == seen || !newest_)
      if (auto woken = co_await changed_.wait(clock, deadline); !woken) co_return woken.error();
    co_return Result<void>();
  }

 private:
  std::optional<Snapshot> newest_;
  std::uint64_t serial_;
  Event changed_;
};

template <class Snapshot>
struct News {
  std::uint64_t serial = 0;
  std::optional<Snapshot> snapshot;  // none: nothing new came in time; ask again
};

// An answer leaves so long before its caller's deadline, that it still arrives in time.
inline constexpr Duration answer_margin = std::chrono::seconds(1);

template <class Snapshot>
Task<Result<News<Snapshot>>> pull(Clock& clock, Feed<Snapshot>& feed, Call& call, std::uint64_t seen) {
  const Deadline until = Deadline::at(call.deadline().when() - answer_margin);
  auto changed = co_await feed.changed(clock, seen, until);
  News<Snapshot> news;
  if (!changed && !changed.error().is(Errc::timed_out)) co_return changed.error();
  news.serial = changed ? feed.serial() : seen;
  if (changed) news.snapshot = feed.newest();
  co_return news;
}

// Calls `Op` back with the newest snapshot, again whenever there is a newer one, until the call's deadline
// comes near (success) or a callback fails. `patience` bounds each.
template <class Op, class Snapshot>
Task<Result<void>> tell(Clock& clock, Feed<Snapshot>& feed, Call& call, Duration patience) {
  const Deadline until = Deadline::at(call.deadline().when() - answer_margin);
  std::uint64_t seen = 0;
  for (;;) {
    auto changed = co_await feed.changed(clock, seen, until);
    if (!changed && changed.error().is(Errc::timed_out)) co_return Result<void>();
    if (!changed) co_return changed.error();
    seen = feed.serial();
    typename Op::Request request{*feed.newest()};
    auto answer = co_await call.call_back<Op>(std::move(request), call.deadline().within(clock, patience));
    if (!answer) co_return answer.error();
  }
}

}  // namespace platen::rpc
