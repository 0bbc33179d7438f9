#include "rpc/connection/incoming_call.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace platen::rpc {

IncomingCall::IncomingCall(Switchboard& board, Connection& connection, CallIdentity identity,
                           std::uint16_t context, std::optional<Uuid> object, Deadline deadline,
                           const Service* callbacks)
    : Due(board),
      connection_(connection),
      identity_(identity),
      context_(context),
      object_(object),
      deadline_(deadline),
      callbacks_(callbacks) {}

IncomingCall::~IncomingCall() {
  if (admitted_by != nullptr) std::erase(admitted_by->nested, this);
}

void IncomingCall::gone() {
  connection_.abandon(*this);
}

void IncomingCall::cancel(Errc why) {
  if (why_) return;
  why_ = why;
  if (stop_ != nullptr) stop_->emit(boost::asio::cancellation_type::terminal);
}

void IncomingCall::count_undecodable() {
  ++connection_.audit().undecodable;
}

ContextHandles& IncomingCall::handles() {
  // Nothing can be opened for a caller who is gone.
  static thread_local ContextHandles none(0);
  return connection_.open() ? connection_.handles() : none;
}

void IncomingCall::expired() {
  ++connection_.audit().late_calls;
  named_log("rpc")->info("{} did not finish {} for {} in time", process_name(), handler->name(),
                         peer().text());
  cancel(Errc::timed_out);
}

CallWay IncomingCall::way_back(const InterfaceId& interface, std::uint16_t number, Deadline deadline) {
  const auto refuse = [this, &interface](Errc errc, const char* advice) {
    CallWay none{nullptr, {}, deadline_, nullptr};
    none.refusal = std::make_unique<const Error>(
        fail(errc, "call back", std::string(interface.name) + " (" + peer().text() + ")", advice));
    return none;
  };
  if (why_ || !connection_.open())
    return refuse(why_.value_or(Errc::closed), "The caller does not wait any more.");
  if (!connection_.can_call_back(context_))
    return refuse(Errc::unsupported,
                  "The caller's protocol has no way back; let a call of its own wait instead.");
  CallWay back{connection_.shared_from_this(), {}, std::min(deadline, deadline_), nullptr};
  back.target.interface = &interface;
  back.target.number = number;
  back.target.chain = identity_.chain;
  back.target.depth = static_cast<std::uint16_t>(identity_.depth + 1);
  back.target.target_slot = identity_.slot;
  back.target.callbacks = callbacks_;
  return back;
}

}  // namespace platen::rpc
