#include "rpc/connection.hpp"

#include <algorithm>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "base/log.hpp"
#include "rpc/incoming_call.hpp"

namespace platen::rpc {
namespace {

// An idle read has to end some time, since every wait does; it only looks around and goes on.
constexpr Duration read_round = std::chrono::hours(1);
constexpr std::size_t read_size = 64 * 1024;

constexpr std::uint16_t first_calls = 0;  // presentation contexts
constexpr std::uint16_t nested_calls = 1;

SyntaxId syntax_of(const InterfaceId& interface) {
  return {interface.uuid, interface.major, interface.minor};
}

}  // namespace

Connection::Connection(Clock& clock, boost::asio::any_io_executor executor,
                       std::shared_ptr<Switchboard> switchboard, std::unique_ptr<Transport> transport,
                       Role role)
    : clock_(clock),
      executor_(std::move(executor)),
      switchboard_(std::move(switchboard)),
      transport_(std::move(transport)),
      role_(role),
      bind_answered_(executor_),
      assembler_(switchboard_->limits.max_message, switchboard_->limits.max_held),
      outbox_(executor_, switchboard_->limits) {}

void Connection::start(std::function<void()> on_closed) {
  on_closed_ = std::move(on_closed);
  auto report = [self = shared_from_this()](const std::exception_ptr& thrown) {
    if (thrown) self->close();  // cancelled from outside: the reactor is being taken down
  };
  boost::asio::co_spawn(executor_, read(shared_from_this()), report);
  boost::asio::co_spawn(executor_, drain(shared_from_this()), report);
}

// --- Reading

Task<void> Connection::read(std::shared_ptr<Connection> self) {
  std::vector<std::byte> buffer(read_size);
  const Deadline bind_deadline = Deadline::in(self->clock_, self->limits().bind_time);
  while (self->open_) {
    std::vector<Fd> descriptors;
    const Deadline deadline = self->bound_ ? Deadline::in(self->clock_, read_round) : bind_deadline;
    auto got = co_await self->transport_->read_some(buffer, descriptors, deadline);
    if (!got && got.error().is(Errc::timed_out) && self->bound_) continue;
    if (!got || *got == 0) break;
    self->take(std::span<const std::byte>(buffer).first(*got), std::move(descriptors));
  }
  self->close();
}

Task<void> Connection::drain(std::shared_ptr<Connection> self) {
  auto ended = co_await self->outbox_.drain(self->clock_, *self->transport_);
  if (!ended && ended.error().is(Errc::timed_out) && self->open_) {
    ++self->switchboard_->audit.dropped_peers;
    named_log("rpc")->warn("{} takes nothing of what is sent to it; dropped", self->peer().text());
  }
  // A server that refuses us hangs up after saying why: that is still to be read.
  const bool refused = self->role_ == Role::client && !self->bind_answer_ && ended.has_error() &&
                       ended.error().is(Errc::closed);
  if (!refused) self->close();
}

void Connection::take(std::span<const std::byte> octets, std::vector<Fd> descriptors) {
  received_ += octets.size();
  for (auto& fd : descriptors) spare_.push_back({std::move(fd), received_});
  if (spare_.size() > max_descriptors) return malformed("too many descriptors");
  stream_.feed(octets);
  while (open_) {
    auto next = stream_.next();
    if (!next) return malformed(next.error().object);
    if (!*next) break;
    handle((*next)->pdu, (*next)->start);
  }
  // What came with octets that are all used up belongs to no PDU: it is surplus, and is closed.
  forget_spare_before(stream_.place());
}

void Connection::handle(const Pdu& pdu, std::uint64_t start) {
  if (pdu.auth) return malformed("it is authenticated, which this end does not offer");
  if (const auto* request = std::get_if<Request>(&pdu.body)) return on_request(pdu, *request, start);
  if (const auto* response = std::get_if<Response>(&pdu.body)) return on_response(pdu, *response, start);
  if (const auto* fault = std::get_if<Fault>(&pdu.body)) return on_fault(pdu, *fault, start);
  if (std::holds_alternative<Cancel>(pdu.body) || std::holds_alternative<Orphaned>(pdu.body))
    return on_cancel(pdu.call_id);
  if (role_ == Role::server) {
    if (const auto* bind = std::get_if<Bind>(&pdu.body)) return on_bind(pdu, *bind);
  } else {
    if (const auto* ack = std::get_if<BindAck>(&pdu.body)) return on_bind_ack(*ack);
    if (const auto* nak = std::get_if<BindNak>(&pdu.body)) return on_bind_nak(*nak);
    if (std::holds_alternative<Shutdown>(pdu.body)) return close();
  }
  malformed("a PDU that this side never gets");
}

void Connection::forget_spare_before(std::uint64_t place) {
  std::erase_if(spare_, [place](const SpareFd& spare) { return spare.end <= place; });
}

// A descriptor belongs to a PDU whose first octet came together with it.
std::optional<std::vector<Fd>> Connection::claim(std::size_t count, std::uint64_t start) {
  forget_spare_before(start);
  if (count > spare_.size()) {
    malformed("fewer descriptors than it says");
    return std::nullopt;
  }
  std::vector<Fd> claimed;
  for (std::size_t i = 0; i < count; ++i) claimed.push_back(std::move(spare_[i].fd));
  spare_.erase(spare_.begin(), spare_.begin() + static_cast<std::ptrdiff_t>(count));
  return claimed;
}

void Connection::malformed(const std::string& what) {
  ++switchboard_->audit.malformed_pdus;
  named_log("rpc")->debug("{} sends what is no protocol of ours {}; dropped", peer().text(), what);
  close();
}

// --- Bind

Task<Result<void>> Connection::bind(const InterfaceId& interface, Deadline deadline) {
  auto self = shared_from_this();
  Bind bind;
  bind.max_send = bind.max_receive = local_fragment;
  bind.contexts = {{first_calls, syntax_of(interface), {kCallHeaderNdr}},
                   {nested_calls, syntax_of(kNestedCalls), {kCallHeaderNdr}}};
  contexts_ = {{first_calls, syntax_of(interface)}, {nested_calls, syntax_of(kNestedCalls)}};
  send(Pdu{whole_message | concurrent_multiplex, random_number(), ByteOrder::little, std::move(bind)});
  while (!bind_answer_ && open_) {
    auto woken = co_await bind_answered_.wait(clock_, deadline);
    if (!woken) co_return fail(woken.error().code, "bind to the interface", std::string(interface.name));
  }
  if (!bind_answer_)
    co_return fail(Errc::closed, "bind to the interface",
                   std::string(interface.name) + " (" + peer().text() + ")",
                   "The program there ended or is of another kind.");
  if (!*bind_answer_) {
    Error error = bind_answer_->error();
    error.object = std::string(interface.name) + " (" + peer().text() + ")";
    co_return error;
  }
  co_return Result<void>();
}

void Connection::on_bind(const Pdu& pdu, const Bind& bind) {
  if (bound_) return malformed("a second bind");
  fragment_ = std::min(bind.max_receive, local_fragment);
  if (fragment_ < least_fragment)
    return send(Pdu{whole_message, pdu.call_id, ByteOrder::little, BindNak{BindRefusal::local_limit}});

  BindAck ack;
  ack.max_send = fragment_;
  ack.max_receive = local_fragment;
  ack.group = bind.group != 0 ? bind.group : random_number();
  for (const auto& offer : bind.contexts) {
    ContextAnswer answer;
    if (!switchboard_->find(offer.interface) && !serves(kNestedCalls, offer.interface)) {
      answer.result = ContextResult::provider_rejected;
      answer.reason = ContextReason::unknown_interface;
    } else if (std::ranges::find(offer.transfer, kCallHeaderNdr) == offer.transfer.end()) {
      answer.result = ContextResult::provider_rejected;
      answer.reason = ContextReason::unknown_transfer;
    } else {
      answer.transfer = kCallHeaderNdr;
      contexts_[offer.id] = offer.interface;
      bound_ = bound_ || !serves(kNestedCalls, offer.interface);
    }
    ack.contexts.push_back(answer);
  }
  send(Pdu{whole_message | concurrent_multiplex, pdu.call_id, ByteOrder::little, std::move(ack)});
}

void Connection::on_bind_ack(const BindAck& ack) {
  if (bind_answer_) return malformed("a second answer to bind");
  const bool accepted =
      ack.contexts.size() == contexts_.size() && ack.max_receive >= least_fragment &&
      std::ranges::all_of(ack.contexts, [](const ContextAnswer& answer) {
        return answer.result == ContextResult::accepted && answer.transfer == kCallHeaderNdr;
      });
  if (accepted) {
    fragment_ = std::min(ack.max_receive, local_fragment);
    bound_ = true;
    bind_answer_ = Result<void>();
  } else {
    bind_answer_ =
        fail(Errc::unsupported, "bind to the interface", "",
             "The program there does not know it, or not in this version; install one version of Platen "
             "throughout.");
  }
  bind_answered_.notify();
}

void Connection::on_bind_nak(const BindNak& nak) {
  if (bind_answer_) return malformed("a second answer to bind");
  switch (nak.reason) {
    case BindRefusal::not_specified:
      bind_answer_ = fail(Errc::denied, "bind to the interface", "", "Only its own user may connect there.");
      break;
    case BindRefusal::congestion:
    case BindRefusal::local_limit:
      bind_answer_ =
          fail(Errc::busy, "bind to the interface", "", "It serves as many as it can; try again later.");
      break;
    default:
      bind_answer_ =
          fail(Errc::unsupported, "bind to the interface", "", "It speaks another version of RPC.");
  }
  bind_answered_.notify();
}

// --- Calls of the peer

void Connection::on_request(const Pdu& pdu, const Request& request, std::uint64_t start) {
  if (!bound_) return malformed("a request before bind");
  const Assembler::Key key{Assembler::Kind::request, pdu.call_id};
  const bool last = (pdu.flags & last_fragment) != 0;
  if ((pdu.flags & first_fragment) == 0) {
    auto added = assembler_.add(key, request.stub);
    if (!added) return send_fault(*assembler_.take(key), added.error());
    if (!*added || !last) return;  // not held: the rest of a message that was refused
    auto whole = assembler_.take(key);
    auto admission = admit(*whole);
    if (!admission) return send_fault(*whole, admission.error());
    return serve(std::move(*whole), std::move(*admission));
  }

  auto header = parse_call_header(request.stub, pdu.order);
  if (!header) return malformed(header.error().object);
  auto descriptors = claim(header->descriptors, start);
  if (!descriptors) return;
  Incoming incoming;
  incoming.call_id = pdu.call_id;
  incoming.context = request.context;
  incoming.number = request.number;
  incoming.header = *header;
  if (running_.contains(pdu.call_id)) return malformed("a call id that is in use");
  auto admission = admit(incoming);
  if (!admission) return send_fault(incoming, admission.error());
  const auto body = request.stub.subspan(CallHeader::size);
  incoming.message = Message{{body.begin(), body.end()}, std::move(*descriptors), pdu.order};
  if (last) return serve(std::move(incoming), std::move(*admission));
  Incoming refused;
  refused.call_id = incoming.call_id;
  refused.context = incoming.context;
  refused.header = incoming.header;
  auto begun = assembler_.begin(key, std::move(incoming));
  if (begun) return;
  if (begun.error().is(Errc::conflict)) return malformed("a call id that is in use");
  send_fault(refused, begun.error());
}

Result<Connection::Admission> Connection::admit(const Incoming& incoming) {
  const auto& header = incoming.header;
  const auto refuse = [this, &incoming](Errc errc, std::string advice) {
    return fail(errc, "serve operation", std::to_string(incoming.number) + " for " + peer().text(),
                std::move(advice));
  };
  auto context = contexts_.find(incoming.context);
  if (context == contexts_.end())
    return refuse(Errc::conflict, "Its presentation context was not agreed on.");
  if (header.depth > limits().max_depth)
    return refuse(Errc::loop, "The programs call each other back in a circle.");
  if (header.left_us == 0) {
    ++switchboard_->audit.late_calls;
    return refuse(Errc::timed_out, "Its caller has given up already.");
  }
  if (serves(kNestedCalls, context->second)) return admit_nested(incoming);
  if (role_ == Role::client || header.depth != 0) {
    ++switchboard_->audit.stray_callbacks;
    return refuse(Errc::conflict, "No call of this side waits for it.");
  }
  if (running_.size() >= limits().max_running)
    return refuse(Errc::busy, "Too many calls of this connection are being served; try again later.");
  const auto* service = header.interface == context->second ? switchboard_->find(header.interface) : nullptr;
  if (service == nullptr) return refuse(Errc::unsupported, "The interface is not served here.");
  auto handler = service->find(incoming.number);
  if (!handler) return refuse(Errc::unsupported, "The interface has no such operation.");
  return Admission{std::move(handler), nullptr, nullptr};
}

Result<Connection::Admission> Connection::admit_nested(const Incoming& incoming) {
  const auto& header = incoming.header;
  auto slot = std::ranges::find_if(waiters_, [&header](const auto& entry) {
    const CallIdentity& who = entry.second->identity;
    return who.slot == header.target_slot && who.chain == header.chain && who.depth + 1 == header.depth;
  });
  if (slot == waiters_.end() || slot->second->answer) {
    ++switchboard_->audit.stray_callbacks;
    return fail(Errc::conflict, "call back", peer().text() + " at a slot where nobody waits",
                "The caller has given up, or never called.");
  }
  const auto& waiter = slot->second;
  if (waiter->nested_running >= limits().max_nested)
    return fail(Errc::busy, "call back", peer().text(), "Too many callbacks into one call run already.");
  const bool own = waiter->callbacks != nullptr && serves(waiter->callbacks->interface(), header.interface);
  const Service* service = own ? waiter->callbacks : switchboard_->find(header.interface);
  auto handler = service != nullptr ? service->find(incoming.number) : nullptr;
  if (!handler)
    return fail(Errc::unsupported, "serve the callback",
                std::to_string(incoming.number) + " of " + peer().text(),
                "The caller does not offer it in this call.");
  return Admission{std::move(handler), waiter->callbacks, waiter};
}

void Connection::serve(Incoming incoming, Admission admission) {
  const auto& header = incoming.header;
  const auto longest = std::chrono::duration_cast<std::chrono::microseconds>(limits().longest_call);
  const auto left = std::min<std::uint64_t>(header.left_us, static_cast<std::uint64_t>(longest.count()));
  Deadline deadline = Deadline::in(clock_, std::chrono::microseconds(left));
  auto call = std::make_shared<IncomingCall>(
      shared_from_this(), CallIdentity{incoming.call_id, header.slot, header.chain, header.depth},
      incoming.context, deadline, admission.callbacks);
  call->alarm = clock_.set(deadline.when(), [weak = std::weak_ptr(call), board = switchboard_] {
    auto late = weak.lock();
    if (!late) return;
    ++board->audit.late_calls;
    late->cancel(Errc::timed_out);
  });
  running_[incoming.call_id] = call;
  ++switchboard_->running;
  if (admission.waiter) {
    ++admission.waiter->nested_running;
    admission.waiter->nested.push_back(call);
  }
  boost::asio::co_spawn(executor_, run(call, std::move(admission.handler), std::move(incoming.message)),
                        boost::asio::bind_cancellation_slot(
                            call->cancellation(),
                            [self = shared_from_this(), call, waiter = admission.waiter](
                                const std::exception_ptr& thrown) { self->finish(call, waiter, thrown); }));
}

Task<void> Connection::run(std::shared_ptr<IncomingCall> call,
                           std::shared_ptr<const Service::Handler> handler, Message request) {
  // In a turn of its own: the reader has more to read.
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
  call->answer = co_await (*handler)(*call, std::move(request));
}

void Connection::finish(const std::shared_ptr<IncomingCall>& call, const std::shared_ptr<Waiter>& waiter,
                        const std::exception_ptr& thrown) {
  call->alarm.reset();
  const CallIdentity& who = call->identity();
  if (auto at = running_.find(who.call_id); at != running_.end() && at->second == call) running_.erase(at);
  --switchboard_->running;
  switchboard_->idle.notify();
  if (waiter) {
    --waiter->nested_running;
    std::erase_if(waiter->nested, [&call](const auto& weak) { return weak.lock() == call; });
    waiter->changed.notify();
  }
  if (!call->answer) {
    const Errc why = call->why_canceled().value_or(Errc::failed);
    call->answer = fail(why, "serve a call of", peer().text(),
                        why == Errc::failed ? "The program's log says more." : "");
    if (why == Errc::failed && thrown) {
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& error) {
        named_log("rpc")->error("a handler ended with an exception: {}", error.what());
      }
    }
  }
  if (!open_) return;
  if (*call->answer && ((**call->answer).octets.size() + CallHeader::size > limits().max_message ||
                        (**call->answer).descriptors.size() > max_descriptors))
    call->answer = fail(Errc::too_large, "answer a call of", peer().text(),
                        "Large data travels through a descriptor, not in a message.");
  if (*call->answer) {
    CallHeader header;
    header.slot = who.slot;
    header.chain = who.chain;
    header.depth = who.depth;
    Response response;
    response.context = call->context();
    return send_message(who.call_id, response, header, std::move(**call->answer));
  }
  Incoming to;
  to.call_id = who.call_id;
  to.context = call->context();
  to.header.slot = who.slot;
  to.header.chain = who.chain;
  to.header.depth = who.depth;
  send_fault(to, call->answer->error());
}

void Connection::on_cancel(std::uint32_t call_id) {
  assembler_.forget({Assembler::Kind::request, call_id});
  if (auto at = running_.find(call_id); at != running_.end()) {
    auto call = at->second;
    call->cancel(Errc::canceled);
  }
}

// --- Closing

void Connection::close() {
  if (!std::exchange(open_, false)) return;
  auto self = shared_from_this();
  transport_->close();
  outbox_.close();
  assembler_.clear();
  spare_.clear();
  for (const auto& [id, waiter] : std::map(waiters_))
    waiter->complete(fail(Errc::closed, "get an answer to", waiter->call));
  for (const auto& [id, call] : std::map(running_)) call->cancel(Errc::closed);
  bind_answered_.notify();
  if (auto tell = std::exchange(on_closed_, {})) tell();
}

}  // namespace platen::rpc
