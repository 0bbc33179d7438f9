// The part of a connection that calls and waits: our own calls, their answers, and what goes out.
#include <algorithm>

#include "base/log.hpp"
#include "rpc/connection.hpp"
#include "rpc/incoming_call.hpp"

namespace platen::rpc {

// A call's place among those that wait. Leaving it without an answer tells the peer to stop working on it.
class Connection::Enrolled {
 public:
  Enrolled(std::shared_ptr<Connection> connection, std::shared_ptr<Waiter> waiter)
      : connection_(std::move(connection)), waiter_(std::move(waiter)) {
    connection_->waiters_[waiter_->identity.call_id] = waiter_;
    connection_->switchboard_->waiting.emplace(waiter_->identity.chain, waiter_);
  }
  Enrolled(const Enrolled&) = delete;
  Enrolled& operator=(const Enrolled&) = delete;
  ~Enrolled() { leave(); }

  void leave() {
    if (std::exchange(left_, true)) return;
    const std::uint32_t call_id = waiter_->identity.call_id;
    connection_->waiters_.erase(call_id);
    connection_->assembler_.forget({Assembler::Kind::response, call_id});
    std::erase_if(connection_->switchboard_->waiting,
                  [this](const auto& entry) { return entry.second.lock() == waiter_; });
    if (!waiter_->answer && connection_->open_)
      connection_->send(Pdu{whole_message, call_id, ByteOrder::little, Cancel{}});
    // What the caller lent to this call may be gone before the cancelled handlers below are.
    for (const auto& [id, deeper] : connection_->waiters_)
      if (deeper->identity.chain == waiter_->identity.chain &&
          deeper->identity.depth > waiter_->identity.depth)
        deeper->callbacks = nullptr;
    for (const auto& weak : std::vector(waiter_->nested))
      if (auto call = weak.lock()) call->cancel(Errc::canceled);
  }

 private:
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<Waiter> waiter_;
  bool left_ = false;
};

Task<Result<Message>> Connection::call(Target target, Message request, Deadline deadline) {
  auto self = shared_from_this();
  const std::string what = describe(target);
  if (target.depth > limits().max_depth)
    co_return fail(Errc::loop, "call", what, "The programs call each other back in a circle.");
  if (request.octets.size() + CallHeader::size > limits().max_message ||
      request.descriptors.size() > max_descriptors)
    co_return fail(Errc::too_large, "call", what,
                   "Large data travels through a descriptor, not in a message.");
  if (target.depth == 0) {
    auto room = co_await outbox_.wait_for_room(clock_, deadline);
    if (!room) co_return fail(room.error().code, "call", what, "It does not take what is sent to it.");
  }
  if (!open_) co_return fail(Errc::closed, "call", what);
  if (deadline.passed(clock_)) co_return fail(Errc::timed_out, "call", what);
  if (waiters_.size() >= limits().max_waiting)
    co_return fail(Errc::busy, "call", what, "Too many calls wait for an answer there.");

  CallIdentity identity{random_number(), next_slot_++, target.chain, target.depth};
  while (waiters_.contains(identity.call_id)) identity.call_id = random_number();
  auto waiter = std::make_shared<Waiter>(executor_, identity, peer(), what);
  waiter->callbacks = target.callbacks;
  Enrolled enrolled(self, waiter);

  CallHeader header;
  header.slot = identity.slot;
  header.target_slot = target.target_slot;
  header.chain = identity.chain;
  header.depth = identity.depth;
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(deadline.left(clock_));
  header.left_us = static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 1));
  header.interface = {target.interface->uuid, target.interface->major, target.interface->minor};
  Request kind;
  kind.context = target.depth == 0 ? 0 : 1;
  kind.number = target.number;
  send_message(identity.call_id, kind, header, std::move(request));

  while (!waiter->answer) {
    auto woken = co_await waiter->changed.wait(clock_, deadline);
    if (woken || waiter->answer) continue;
    const Error error = fail(woken.error().code, "get an answer to", what);
    enrolled.leave();
    if (error.is(Errc::canceled)) co_return error;
    waiter->answer = error;
  }
  enrolled.leave();
  // The callbacks' handlers use what the caller lends to this call, so they leave first.
  const Deadline rundown = Deadline::in(clock_, limits().rundown_time);
  while (waiter->nested_running > 0)
    if (auto woken = co_await waiter->changed.wait(clock_, rundown); !woken) break;
  co_return std::move(*waiter->answer);
}

// --- Answers

std::shared_ptr<Waiter> Connection::expected(std::uint32_t call_id, const CallHeader& header) const {
  auto at = waiters_.find(call_id);
  if (at == waiters_.end() || !matches(header, call_id, at->second->identity)) return nullptr;
  return at->second;
}

// Rule 2. On its own connection an answer that is wrong in any part ends the wait that it names: nobody but
// the peer that owes the answer can have sent it, and no better one will follow. From another connection it
// never answers anything; only when it is right in every part, and the kernel says that it comes from the
// very process that owes the answer, is the waiter told that its peer has answered in the wrong place
// (Q310703).
void Connection::refuse_answer(std::uint32_t call_id, const CallHeader& header) {
  ++switchboard_->audit.stray_replies;
  auto own = std::ranges::find_if(waiters_, [call_id, &header](const auto& entry) {
    return entry.first == call_id || entry.second->identity.slot == header.slot;
  });
  if (own != waiters_.end()) {
    auto waiter = own->second;
    return waiter->complete(
        fail(Errc::refused, "accept the answer to", waiter->call,
             "It names another call than the one that waits; the program there is faulty."));
  }
  auto [from, to] = switchboard_->waiting.equal_range(header.chain);
  for (auto at = from; at != to; ++at) {
    auto waiter = at->second.lock();
    if (!waiter || waiter->peer != peer() || !matches(header, call_id, waiter->identity)) continue;
    named_log("rpc")->warn("{} answers a call on another connection than the call's; refused", peer().text());
    return waiter->complete(
        fail(Errc::refused, "accept the answer to", waiter->call,
             "It came on another connection than the call; the program there is faulty."));
  }
  named_log("rpc")->debug("{} sends an answer that nobody waits for; dropped", peer().text());
}

void Connection::on_response(const Pdu& pdu, const Response& response, std::uint64_t start) {
  const Assembler::Key key{Assembler::Kind::response, pdu.call_id};
  const bool last = (pdu.flags & last_fragment) != 0;
  if ((pdu.flags & first_fragment) == 0) {
    auto added = assembler_.add(key, response.stub);
    auto waiter = waiters_.find(pdu.call_id);
    if (!added) {
      assembler_.forget(key);
      if (waiter != waiters_.end()) waiter->second->complete(added.error());
      return;
    }
    if (!*added || !last) return;
    auto whole = assembler_.take(key);
    if (waiter != waiters_.end()) waiter->second->complete(std::move(whole->message));
    return;
  }

  auto header = parse_call_header(response.stub, pdu.order);
  if (!header) return refuse_answer(pdu.call_id, CallHeader{});
  auto descriptors = claim(header->descriptors, start);
  if (!descriptors) return;
  auto waiter = expected(pdu.call_id, *header);
  if (!waiter) return refuse_answer(pdu.call_id, *header);
  const auto body = response.stub.subspan(CallHeader::size);
  Message message{{body.begin(), body.end()}, std::move(*descriptors), pdu.order};
  if (last) return waiter->complete(std::move(message));
  Incoming first;
  first.call_id = pdu.call_id;
  first.header = *header;
  first.message = std::move(message);
  if (auto begun = assembler_.begin(key, std::move(first)); !begun) waiter->complete(begun.error());
}

void Connection::on_fault(const Pdu& pdu, const Fault& fault, std::uint64_t start) {
  auto header = parse_call_header(fault.stub, pdu.order);
  if (!header) {
    // Of a peer that knows no call header: the random call id is all there is to go by.
    auto waiter = waiters_.find(pdu.call_id);
    if (waiter == waiters_.end()) return refuse_answer(pdu.call_id, CallHeader{});
    return waiter->second->complete(decode_error({}, pdu.order, fault.status));
  }
  if (!claim(header->descriptors, start)) return;
  auto waiter = expected(pdu.call_id, *header);
  if (!waiter) return refuse_answer(pdu.call_id, *header);
  waiter->complete(decode_error(fault.stub.subspan(CallHeader::size), pdu.order, fault.status));
}

// --- Writing

void Connection::put(std::vector<std::byte> octets, std::vector<Fd> descriptors) {
  if (!open_ || outbox_.put(std::move(octets), std::move(descriptors))) return;
  ++switchboard_->audit.dropped_peers;
  named_log("rpc")->warn("{} lets too much pile up; dropped", peer().text());
  close();
}

void Connection::send(const Pdu& pdu) {
  put(encode_pdu(pdu));
}

void Connection::send_message(std::uint32_t call_id, const PduBody& kind, CallHeader header,
                              Message message) {
  header.descriptors = static_cast<std::uint16_t>(message.descriptors.size());
  auto stub = encode_call_header(header);
  stub.insert(stub.end(), message.octets.begin(), message.octets.end());
  const std::size_t room = (fragment_ - request_header) / 8U * 8U;
  for (std::size_t at = 0; at < stub.size(); at += room) {
    const auto part = std::span<const std::byte>(stub).subspan(at, std::min(room, stub.size() - at));
    Pdu pdu{0, call_id, ByteOrder::little, kind};
    if (at == 0) pdu.flags |= first_fragment;
    if (at + part.size() == stub.size()) pdu.flags |= last_fragment;
    const auto hint = static_cast<std::uint32_t>(stub.size() - at);
    if (auto* request = std::get_if<Request>(&pdu.body)) {
      request->allocation_hint = hint;
      request->stub = part;
    } else if (auto* response = std::get_if<Response>(&pdu.body)) {
      response->allocation_hint = hint;
      response->stub = part;
    }
    put(encode_pdu(pdu), std::exchange(message.descriptors, {}));
  }
}

void Connection::send_fault(const Incoming& to, const Error& error) {
  CallHeader header = to.header;
  header.descriptors = 0;
  auto stub = encode_call_header(header);
  const auto body = encode_error(error);
  stub.insert(stub.end(), body.begin(), body.end());
  Fault fault;
  fault.allocation_hint = static_cast<std::uint32_t>(stub.size());
  fault.context = to.context;
  fault.status = fault_status(error);
  fault.stub = stub;
  send(Pdu{whole_message, to.call_id, ByteOrder::little, fault});
}

std::string Connection::describe(const Target& target) const {
  return "operation " + std::to_string(target.number) + " of " + std::string(target.interface->name) + " (" +
         peer().text() + ")";
}

}  // namespace platen::rpc
