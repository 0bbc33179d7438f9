// One call of ours while it lasts. It lives on the frame of the coroutine that makes the call, so that a call
// costs one coroutine, and its answer is decoded where it was put.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/async.hpp"
#include "rpc/connection/resume.hpp"
#include "rpc/connection/waiter.hpp"
#include "rpc/ndr/ndr.hpp"
#include "rpc/wire/call_header.hpp"

namespace platen::rpc {

class Connection;
class Service;

// Where a call goes.
struct CallTarget {
  const InterfaceId* interface = nullptr;
  std::uint16_t number = 0;
  Uuid chain;
  std::uint16_t depth = 0;                          // above 0: nested in the call that waits at…
  std::uint32_t target_slot = CallHeader::no_slot;  // …this slot of the peer
  const Service* callbacks = nullptr;
  std::optional<Uuid> object;
};
struct CallWay {
  std::shared_ptr<Connection> connection;
  CallTarget target;
  Deadline deadline;
  std::unique_ptr<const Error> refusal;  // instead of a connection
};

class OngoingCall {
 public:
  explicit OngoingCall(CallWay& way) : way_(way) {}
  OngoingCall(const OngoingCall&) = delete;
  OngoingCall& operator=(const OngoingCall&) = delete;
  ~OngoingCall();

  // In this order, by answer_of().
  [[nodiscard]] bool wants_room() const;
  Task<void> room();
  // `descriptors`: the answer may carry some.
  void begin(Message&& request, bool descriptors, boost::asio::cancellation_slot stop);
  [[nodiscard]] bool waits();
  [[nodiscard]] auto parked() { return park(resume()); }
  [[nodiscard]] Result<Message>& answer();

 private:
  [[nodiscard]] Resume& resume();
  void refuse(Error why);
  void leave();

  CallWay& way_;  // on the same frame
  std::optional<Waiter> waiter_;
  std::unique_ptr<Result<Message>> refused_;  // which is rare, and the frame small
  boost::asio::cancellation_slot stop_;
  bool left_ = false;
};

template <class Reply>
Task<Result<Reply>> answer_of(CallWay way, Message request) {
  OngoingCall call(way);
  if (call.wants_room()) co_await call.room();
  const boost::asio::cancellation_state state = co_await boost::asio::this_coro::cancellation_state;
  constexpr bool is_raw = std::is_same_v<Reply, Message>;
  if constexpr (is_raw)
    call.begin(std::move(request), true, state.slot());
  else
    call.begin(std::move(request), ndr::carries_descriptors<Reply>(), state.slot());
  while (call.waits()) co_await call.parked();
  auto& answer = call.answer();
  if (!answer) co_return answer.error();
  if constexpr (is_raw) {
    answer->keep();
    co_return std::move(*answer);
  } else {
    co_return decode<Reply>(std::move(*answer));
  }
}

}  // namespace platen::rpc
