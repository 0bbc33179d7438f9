// The part of a connection that serves the calls of the other side.
#include <algorithm>

#include "base/log.hpp"
#include "rpc/connection/connection.hpp"
#include "rpc/connection/incoming_call.hpp"
#include "rpc/wire/verification_trailer.hpp"

namespace platen::rpc {
namespace {

// What a foreign client may leave between its stub's end and the next multiple of four.
constexpr std::size_t most_padding = 3;

// What a request asks for, said with the names of the service that would answer it, if there is one.
std::string asked_of(const Service* service, std::uint16_t number) {
  return service != nullptr ? operation_name(service->interface(), number)
                            : "operation " + std::to_string(number);
}

}  // namespace

void Connection::on_request(const PduStream::Item& item, const Request& request) {
  const Pdu& pdu = item.pdu;
  if (!bound_) return malformed("a request before bind");
  const Assembler::Key key{Assembler::Kind::request, pdu.call_id};
  const bool last = (pdu.flags & last_fragment) != 0;
  if ((pdu.flags & first_fragment) == 0) {
    auto added = assembler_.add(key, request.stub);
    if (!added) {
      ++board_->audit.oversized;
      const auto broken = assembler_.take(key);
      return send_fault(broken->call_id, broken->context, broken->header, added.error());
    }
    if (!*added || !last) return;  // not held: the rest of a message that was refused
    auto whole = assembler_.take(key);
    Admission admission;
    if (auto wrong = admit(*whole, context(whole->context), admission))
      return send_fault(whole->call_id, whole->context, whole->header, *wrong);
    return serve(std::move(*whole), std::move(admission));
  }

  Incoming incoming;
  incoming.call_id = pdu.call_id;
  incoming.context = request.context;
  incoming.number = request.number;
  incoming.object = request.object;
  auto body = request.stub;
  const auto* agreed = context(request.context);
  if (agreed != nullptr && agreed->plain) {
    // It says nothing of its caller's time, nor of a chain: it is a first call, and gets the time that such
    // calls get.
    incoming.header.interface = agreed->interface;
    incoming.header.left_us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(limits().plain_call).count());
  } else {
    if (const char* wrong = parse_call_header(request.stub, pdu.order, incoming.header))
      return malformed(wrong);
    if (!claim(incoming.header.descriptors, item.start, incoming.message.descriptors)) return;
    body = body.subspan(CallHeader::size);
  }
  if (served(pdu.call_id) != nullptr) return malformed("a call id that is in use");
  Admission admission;
  if (auto wrong = admit(incoming, agreed, admission))
    return send_fault(incoming.call_id, incoming.context, incoming.header, *wrong);
  incoming.message.order = pdu.order;
  incoming.message.lent = body;
  if (item.passing) incoming.message.keep();
  if (last) return serve(std::move(incoming), std::move(admission));
  const CallHeader header = incoming.header;
  auto begun = assembler_.begin(key, std::move(incoming), request.allocation_hint);
  if (begun) return;
  if (begun.error().is(Errc::conflict)) return malformed("a call id that is in use");
  ++board_->audit.oversized;
  send_fault(pdu.call_id, request.context, header, begun.error());
}

std::optional<Error> Connection::admit(const Incoming& incoming, const Context* agreed, Admission& into) {
  const auto& header = incoming.header;
  auto& audit = board_->audit;
  const auto refuse = [this, &incoming, agreed](std::uint64_t& reason, Errc errc, std::string advice) {
    ++reason;
    const auto* service =
        agreed != nullptr && incoming.header.interface == agreed->interface ? agreed->service
                                                                            : board_->find(
                                                                                  incoming.header.interface);
    return fail(errc, "serve", asked_of(service, incoming.number) + " for " + peer().text(),
                std::move(advice));
  };
  if (agreed == nullptr)
    return refuse(audit.wrong_contexts, Errc::conflict, "Its presentation context was not agreed on.");
  if (header.depth > limits().max_depth)
    return refuse(audit.too_deep, Errc::loop, "The programs call each other back in a circle.");
  if (header.left_us == 0)
    return refuse(audit.late_calls, Errc::timed_out, "Its caller has given up already.");
  if (agreed->nested) return admit_nested(incoming, into);
  if (role_ == Role::client || header.depth != 0)
    return refuse(audit.stray_callbacks, Errc::conflict, "No call of this side waits for it.");
  if (running_.size() >= limits().max_running)
    return refuse(audit.over_quota, Errc::busy,
                  "Too many calls of this connection are being served; try again later.");
  const auto* service = header.interface == agreed->interface ? agreed->service : nullptr;
  if (service == nullptr)
    return refuse(audit.not_served, Errc::unsupported, "The interface is not served here.");
  into.handler = service->find(incoming.number);
  if (!into.handler)
    return refuse(audit.not_served, Errc::unsupported, "The interface has no such operation.");
  into.plain = agreed->plain;
  return std::nullopt;
}

std::optional<Error> Connection::admit_nested(const Incoming& incoming, Admission& into) {
  const auto& header = incoming.header;
  auto* waiter = waiters_.at(header.target_slot);
  if (waiter == nullptr || waiter->answer || waiter->identity.chain != header.chain ||
      waiter->identity.depth + 1 != header.depth) {
    ++board_->audit.stray_callbacks;
    return fail(Errc::conflict, "call back", peer().text() + " at a slot where nobody waits",
                "The caller has given up, or never called.");
  }
  if (waiter->nested.size() >= limits().max_nested) {
    ++board_->audit.over_quota;
    return fail(Errc::busy, "call back", peer().text(), "Too many callbacks into one call run already.");
  }
  const bool own = waiter->callbacks != nullptr && serves(waiter->callbacks->interface(), header.interface);
  const Service* service = own ? waiter->callbacks : board_->find(header.interface);
  into.handler = service != nullptr ? service->find(incoming.number) : nullptr;
  if (!into.handler) {
    ++board_->audit.not_served;
    return fail(Errc::unsupported, "serve the callback",
                asked_of(service, incoming.number) + " for " + peer().text(),
                "The caller does not offer it in this call.");
  }
  into.callbacks = waiter->callbacks;
  into.waiter = waiter;
  return std::nullopt;
}

IncomingCall* Connection::served(std::uint32_t call_id) const {
  for (const auto& call : running_)
    if (call->identity().call_id == call_id) return call.get();
  return nullptr;
}

std::unique_ptr<IncomingCall> Connection::take_out(const IncomingCall& call) {
  const auto at = std::ranges::find(running_, &call, &std::unique_ptr<IncomingCall>::get);
  auto one = std::move(*at);
  running_.erase(at);
  --board_->running;
  return one;
}

std::optional<Error> Connection::drop_trailer(Incoming& incoming) const {
  const auto* agreed = context(incoming.context);
  auto& message = incoming.message;
  const auto octets = message.body();
  auto size = check_trailer(octets, {incoming.number, incoming.context, incoming.call_id, agreed->interface,
                                     kNdr, incoming.message.order});
  if (!size) {
    Error wrong = size.error();
    wrong.object = asked_of(agreed->service, incoming.number) + " for " + peer().text();
    return wrong;
  }
  if (message.lent.data() != nullptr)
    message.lent = octets.first(*size);
  else
    message.octets.resize(*size);
  incoming.message.padding = most_padding;
  return std::nullopt;
}

void Connection::serve(Incoming&& incoming, Admission&& admission) {
  if (admission.plain)
    if (auto wrong = drop_trailer(incoming)) {
      ++board_->audit.altered;
      return send_fault(incoming.call_id, incoming.context, incoming.header, *wrong);
    }
  const auto& header = incoming.header;
  const auto longest = std::chrono::duration_cast<std::chrono::microseconds>(limits().longest_call);
  const auto left = std::min<std::uint64_t>(header.left_us, static_cast<std::uint64_t>(longest.count()));
  const Deadline deadline = Deadline::in_about(board_->clock(), std::chrono::microseconds(left));
  auto& call = *running_.emplace_back(std::make_unique<IncomingCall>(
      *board_, *this, CallIdentity{incoming.call_id, header.slot, header.chain, header.depth},
      incoming.context, incoming.object, deadline, admission.callbacks));
  ++board_->running;
  call.request = std::move(incoming.message);
  call.plain = admission.plain;
  call.handler = std::move(admission.handler);
  if (admission.waiter != nullptr) {
    admission.waiter->nested.push_back(&call);
    call.admitted_by = admission.waiter;
  }
  board_->deadlines().add(call, deadline.when());
  board_->put_off(call);
}

void Connection::finish(IncomingCall& done, const std::exception_ptr& thrown) {
  const auto kept = running_.size() == 1 ? std::move(kept_) : nullptr;
  const auto call = take_out(done);
  board_->deadlines().remove(*call);
  board_->idle.notify();
  if (auto* waiter = std::exchange(call->admitted_by, nullptr)) waiter->nested_ended(call.get());
  // That a handler was cancelled is its caller's doing or the deadline's, and that is what the caller learns.
  if (call->why_canceled() && call->answer && !*call->answer && call->answer->error().is(Errc::canceled))
    call->answer.reset();
  if (!call->answer) {
    const Errc why = call->why_canceled().value_or(Errc::failed);
    call->answer = fail(why, "serve", call->handler->name() + " for " + peer().text(),
                        why == Errc::failed ? "The program's log says more." : "");
    if (why == Errc::failed && thrown) {
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& error) {
        named_log("rpc")->error("the handler of {} ended with an exception: {}", call->handler->name(),
                                error.what());
      }
    }
  }
  if (!open_) return;
  if (*call->answer && ((**call->answer).octets.size() + CallHeader::size > limits().max_message ||
                        (**call->answer).descriptors.size() > max_descriptors))
    call->answer = fail(Errc::too_large, "answer", call->handler->name() + " for " + peer().text(),
                        "Large data travels through a descriptor, not in a message.");
  if (*call->answer && !(**call->answer).descriptors.empty() && !peer().is_local())
    call->answer = fail(Errc::unsupported, "answer", call->handler->name() + " for " + peer().text(),
                        "Descriptors cannot leave this machine.");
  if (*call->answer) return send_answer(*call, std::move(**call->answer));
  CallHeader header;
  header.slot = call->identity().slot;
  header.chain = call->identity().chain;
  header.depth = call->identity().depth;
  send_fault(call->identity().call_id, call->context(), header, call->answer->error());
}

void Connection::abandon(const IncomingCall& call) {
  const auto kept = running_.size() == 1 ? std::move(kept_) : nullptr;
  const auto gone = take_out(call);
}

void Connection::on_cancel(std::uint32_t call_id) {
  assembler_.forget({Assembler::Kind::request, call_id});
  if (auto* call = served(call_id)) call->cancel(Errc::canceled);
}

}  // namespace platen::rpc
