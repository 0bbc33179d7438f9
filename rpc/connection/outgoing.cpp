// The part of a connection that sends our own calls, takes their answers, and all else that goes out.
#include <algorithm>
#include <cstring>

#include "base/log.hpp"
#include "rpc/connection/connection.hpp"
#include "rpc/connection/incoming_call.hpp"
#include "rpc/wire/fault.hpp"

namespace platen::rpc {

std::optional<Error> Connection::unfit(const CallTarget& target, const Message& request, bool late) const {
  const auto refuse = [this, &target](Errc errc, std::string advice = {}) {
    return fail(errc, "call", operation_name(*target.interface, target.number) + " (" + peer().text() + ")",
                std::move(advice));
  };
  if (target.depth > limits().max_depth)
    return refuse(Errc::loop, "The programs call each other back in a circle.");
  if (request.octets.size() + CallHeader::size > limits().max_message ||
      request.descriptors.size() > max_descriptors)
    return refuse(Errc::too_large, "Large data travels through a descriptor, not in a message.");
  if (!request.descriptors.empty() && !peer().is_local())
    return refuse(Errc::unsupported, "Descriptors cannot leave this machine.");
  if (!open_) return refuse(Errc::closed);
  if (late) return refuse(Errc::timed_out);
  if (waiters_.size() >= std::min(limits().max_waiting, WaiterTable::most))
    return refuse(Errc::busy, "Too many calls wait for an answer there.");
  return std::nullopt;
}

void Connection::send_request(const Waiter& waiter, const CallTarget& target, Message&& request,
                              Deadline deadline) {
  CallHeader header;
  header.slot = waiter.identity.slot;
  header.target_slot = target.target_slot;
  header.chain = waiter.identity.chain;
  header.depth = waiter.identity.depth;
  header.descriptors = static_cast<std::uint16_t>(request.descriptors.size());
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(deadline.when() - waiter.since);
  header.left_us = static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 1));
  header.interface = {target.interface->uuid, target.interface->major, target.interface->minor};
  StubHeader front{StubHeader::Kind::request, waiter.identity.call_id,
                   static_cast<std::uint16_t>(target.depth == 0 ? 0 : 1), target.number};
  front.object = target.object;
  send(front, &header, std::move(request));
}

// --- Answers

Waiter* Connection::expected(std::uint32_t call_id, const CallHeader& header) const {
  auto* waiter = waiters_.at(header.slot);
  return waiter != nullptr && matches(header, call_id, waiter->identity) ? waiter : nullptr;
}

// Rule 2. On its own connection an answer that is wrong in any part ends the wait that it names: nobody but
// the peer that owes the answer can have sent it, and no better one will follow. From another connection it
// never answers anything; only when it is right in every part, and the kernel says that it comes from the
// very process that owes the answer, is the waiter told that its peer has answered in the wrong place
// (Q310703).
void Connection::refuse_answer(std::uint32_t call_id, const CallHeader& header) {
  ++board_->audit.stray_replies;
  auto* own = waiters_.at(header.slot);
  if (own == nullptr) own = waiters_.called(call_id);
  if (own != nullptr)
    return own->complete(fail(Errc::refused, "accept the answer to", own->what(),
                              "It names another call than the one that waits; the program there is faulty."));
  for (auto* other : board_->connections()) {
    if (other == this || !peer().is_local() || other->peer() != peer()) continue;
    auto* waiter = other->expected(call_id, header);
    if (waiter == nullptr) continue;
    named_log("rpc")->warn("{} answers a call on another connection than the call's; refused", peer().text());
    return waiter->complete(
        fail(Errc::refused, "accept the answer to", waiter->what(),
             "It came on another connection than the call; the program there is faulty."));
  }
  named_log("rpc")->debug("{} sends an answer that nobody waits for; dropped", peer().text());
}

void Connection::on_response(const PduStream::Item& item, const Response& response) {
  const Pdu& pdu = item.pdu;
  const Assembler::Key key{Assembler::Kind::response, pdu.call_id};
  const bool last = (pdu.flags & last_fragment) != 0;
  if ((pdu.flags & first_fragment) == 0) {
    auto added = assembler_.add(key, response.stub);
    if (added && (!*added || !last)) return;
    auto whole = assembler_.take(key);
    auto* waiter = waiters_.called(pdu.call_id);
    if (waiter == nullptr) return;
    return added ? waiter->complete(std::move(whole->message)) : waiter->complete(added.error());
  }

  CallHeader header;
  if (parse_call_header(response.stub, pdu.order, header) != nullptr)
    return refuse_answer(pdu.call_id, CallHeader{});
  Message message;
  message.order = pdu.order;
  if (!claim(header.descriptors, item.start, message.descriptors)) return;
  auto* waiter = expected(pdu.call_id, header);
  if (waiter == nullptr) return refuse_answer(pdu.call_id, header);
  message.lent = response.stub.subspan(CallHeader::size);
  if (item.passing) message.keep();
  if (last) return waiter->complete(std::move(message));
  Incoming first;
  first.call_id = pdu.call_id;
  first.header = header;
  first.message = std::move(message);
  auto begun = assembler_.begin(key, std::move(first), response.allocation_hint);
  if (!begun) waiter->complete(begun.error());
}

void Connection::on_fault(const PduStream::Item& item, const Fault& fault) {
  const Pdu& pdu = item.pdu;
  CallHeader header;
  if (parse_call_header(fault.stub, pdu.order, header) != nullptr) {
    // Of a peer that knows no call header: the random call id is all there is to go by.
    auto* waiter = waiters_.called(pdu.call_id);
    if (waiter == nullptr) return refuse_answer(pdu.call_id, CallHeader{});
    return waiter->complete(decode_error({}, pdu.order, fault.status));
  }
  Descriptors surplus;
  if (!claim(header.descriptors, item.start, surplus)) return;
  auto* waiter = expected(pdu.call_id, header);
  if (waiter == nullptr) return refuse_answer(pdu.call_id, header);
  waiter->complete(decode_error(fault.stub.subspan(CallHeader::size), pdu.order, fault.status));
}

// --- Writing

void Connection::send(Outgoing message) {
  board_->ship_to(*this);
  if (!open_) return;
  auto put = outbox_.put(*transport_, std::move(message));
  if (!put) return write_failed(put.error());
  if (*put == Outbox::Put::sent) return;
  if (*put == Outbox::Put::too_much) {
    ++board_->audit.dropped_peers;
    named_log("rpc")->warn("{} lets too much pile up; dropped", peer().text());
    return close();
  }
  if (drain_limit_.queued()) return;  // the transport tells already when there is room
  board_->deadlines().add(drain_limit_, board_->clock().now() + limits().drain_time);
  transport_->await_room(shared_from_this());
}

void Connection::on_room() {
  const auto self = shared_from_this();
  const Switchboard::Turn turn(*board_);  // which goes before the connection does
  if (!open_) return;
  board_->deadlines().remove(drain_limit_);
  auto sent = outbox_.send_on(*transport_);
  if (!sent) return write_failed(sent.error());
  if (*sent) return;
  board_->deadlines().add(drain_limit_, board_->clock().now() + limits().drain_time);
  transport_->await_room(self);
}

void Connection::takes_nothing() {
  const auto board = board_;
  const Switchboard::Turn turn(*board);
  ++board_->audit.dropped_peers;
  named_log("rpc")->warn("{} takes nothing of what is sent to it; dropped", peer().text());
  close();
}

void Connection::write_failed(const Error& why) {
  // A server that refuses us hangs up after saying why: that is still to be read.
  const bool refused = role_ == Role::client && !bind_answer_ && why.is(Errc::closed);
  if (!refused) close();
}

void Connection::send(const Pdu& pdu) {
  const auto octets = encode_pdu(pdu);
  send(Outgoing(octets_of(octets)));
}

void Connection::send_answer(const IncomingCall& call, Message&& message) {
  const StubHeader front{StubHeader::Kind::response, call.identity().call_id, call.context()};
  if (call.plain) {
    message.descriptors.clear();  // which mean nothing there
    return send(front, nullptr, std::move(message));
  }
  CallHeader header;
  header.slot = call.identity().slot;
  header.chain = call.identity().chain;
  header.depth = call.identity().depth;
  header.descriptors = static_cast<std::uint16_t>(message.descriptors.size());
  send(front, &header, std::move(message));
}

void Connection::send_fault(std::uint32_t call_id, std::uint16_t in_context, CallHeader header,
                            const Error& error) {
  const auto* agreed = context(in_context);
  const bool plain = agreed != nullptr && agreed->plain;
  header.descriptors = 0;
  StubHeader front{StubHeader::Kind::fault, call_id, in_context};
  front.status = fault_status(error);
  Message body;
  if (!plain) append(body.octets, encode_error(error));
  send(front, plain ? nullptr : &header, std::move(body));
}

// A small message leaves in one piece, as nearly all do, if nothing waits before it: with the turn's others,
// or at once where there is no turn.
void Connection::send(const StubHeader& front, const CallHeader* header, Message&& message) {
  const std::size_t stub = (header != nullptr ? CallHeader::size : 0) + message.octets.size();
  const std::size_t size = front.size() + stub;
  Parcel alone;
  Parcel* const turns = board_->parcel_for(*this, size);  // after which something may wait
  if (size > Parcel::most || size > fragment_ || !outbox_.empty() || !message.descriptors.empty() || !open_)
    return send(
        Outgoing(front, header, std::move(message.octets), std::move(message.descriptors), fragment_));
  std::byte* at = (turns != nullptr ? *turns : alone).add(*this, size);
  at += encode_header(front, whole_message, stub, stub, at);
  if (header != nullptr) {
    encode_call_header(*header, std::span<std::byte, CallHeader::size>(at, CallHeader::size));
    at += CallHeader::size;
  }
  if (!message.octets.empty()) std::memcpy(at, message.octets.data(), message.octets.size());
  if (turns == nullptr) ship(alone.take());
}

void Connection::ship(std::span<const std::byte> whole) {
  Descriptors none;
  auto took = transport_->write(std::span(&whole, 1), none);
  if (!took) return write_failed(took.error());
  if (*took < whole.size()) send(Outgoing(octets_of(whole.subspan(*took))));
}

}  // namespace platen::rpc
