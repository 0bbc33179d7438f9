#include "rpc/connection/ongoing_call.hpp"

#include "rpc/connection/connection.hpp"
#include "rpc/connection/incoming_call.hpp"

namespace platen::rpc {

OngoingCall::~OngoingCall() {
  if (waiter_) leave();
}

bool OngoingCall::wants_room() const {
  return way_.connection && way_.target.depth == 0 && way_.connection->outbox_.full();
}

Task<void> OngoingCall::room() {
  auto& connection = *way_.connection;
  auto room = co_await connection.outbox_.wait_for_room(connection.board_->clock(), way_.deadline);
  if (room) co_return;
  refuse(fail(room.error().code, "call",
              std::string(way_.target.interface->name) + " (" + connection.peer().text() + ")",
              "It does not take what is sent to it."));
}

void OngoingCall::refuse(Error why) {
  refused_ = std::make_unique<Result<Message>>(std::move(why));
}

void OngoingCall::begin(Message&& request, bool descriptors, boost::asio::cancellation_slot stop) {
  if (refused_) return;
  if (way_.refusal) return refuse(*way_.refusal);
  auto& at = *way_.connection;
  const Instant now = way_.deadline.about_now(at.board_->clock());
  if (auto wrong = at.unfit(way_.target, request, way_.deadline.when() <= now))
    return refuse(std::move(*wrong));
  const auto* callbacks = way_.target.callbacks;
  if (descriptors || (callbacks != nullptr && callbacks->takes_descriptors()))
    at.transport_->take_descriptors();
  const CallIdentity identity{random_number(), at.waiters_.reserve(), way_.target.chain, way_.target.depth};
  waiter_.emplace(*at.board_, at, *way_.target.interface, way_.target.number, identity,
                  way_.target.callbacks);
  waiter_->since = now;
  at.waiters_.put(identity.slot, *waiter_);
  at.send_request(*waiter_, way_.target, std::move(request), way_.deadline);
  if (waiter_->answer) return;
  at.board_->deadlines().add(*waiter_, way_.deadline.when());
  stop_ = stop;
  if (stop_.is_connected())
    stop_.assign([raw = &*waiter_](boost::asio::cancellation_type) { raw->give_up(Errc::canceled); });
}

// Until there is an answer; and then until the callbacks' handlers are gone, since they use what the caller
// lends to this call.
bool OngoingCall::waits() {
  if (!waiter_) return false;
  if (!waiter_->answer) return true;
  auto& deadlines = way_.connection->board_->deadlines();
  if (!left_) {
    if (stop_.is_connected()) stop_.clear();
    leave();
    const bool canceled = waiter_->given_up && waiter_->answer->error().is(Errc::canceled);
    if (waiter_->nested.empty() || canceled) return false;
    waiter_->running_down = true;
    deadlines.add(*waiter_, way_.connection->board_->clock().now() + way_.connection->limits().rundown_time);
  }
  if (waiter_->running_down && !waiter_->nested.empty()) return true;
  deadlines.remove(*waiter_);
  return false;
}

Resume& OngoingCall::resume() {
  return waiter_->resume;
}

Result<Message>& OngoingCall::answer() {
  return waiter_ ? *waiter_->answer : *refused_;
}

// Leaving without an answer tells the peer to stop working on it.
void OngoingCall::leave() {
  if (std::exchange(left_, true)) return;
  auto& at = *way_.connection;
  const std::uint32_t call_id = waiter_->identity.call_id;
  at.waiters_.remove(waiter_->identity.slot);
  at.board_->deadlines().remove(*waiter_);
  at.assembler_.forget({Assembler::Kind::response, call_id});
  if ((!waiter_->answer || waiter_->given_up) && at.open_)
    at.send(Pdu{whole_message, call_id, ByteOrder::little, Cancel{}});
  if (waiter_->nested.empty()) return;
  // What the caller lent to this call may be gone before the cancelled handlers below are.
  for (auto* deeper : at.waiters_.all())
    if (deeper->identity.chain == waiter_->identity.chain && deeper->identity.depth > waiter_->identity.depth)
      deeper->callbacks = nullptr;
  for (auto* call : std::vector(waiter_->nested)) call->cancel(Errc::canceled);
}

}  // namespace platen::rpc
