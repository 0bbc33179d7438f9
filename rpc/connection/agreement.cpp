// The part of a connection that agrees on interfaces: bind and alter_context.
#include <algorithm>

#include "rpc/connection/connection.hpp"

namespace platen::rpc {
namespace {

constexpr std::uint16_t first_calls = 0;  // presentation contexts of our own clients
constexpr std::uint16_t nested_calls = 1;
// More is no client of any use, and each costs memory.
constexpr std::size_t most_contexts = 64;

SyntaxId syntax_of(const InterfaceId& interface) {
  return {interface.uuid, interface.major, interface.minor};
}

bool offers(const ContextOffer& offer, const SyntaxId& transfer) {
  return std::ranges::find(offer.transfer, transfer) != offer.transfer.end();
}

}  // namespace

const Connection::Context* Connection::context(std::uint16_t id) const {
  const auto at = std::ranges::find(contexts_, id, &Context::id);
  return at == contexts_.end() ? nullptr : &*at;
}

// --- Client

Task<Result<void>> Connection::bind(const InterfaceId& interface, Deadline deadline) {
  const auto self = shared_from_this();
  Bind bind;
  bind.max_send = bind.max_receive = local_fragment;
  bind.contexts = {{first_calls, syntax_of(interface), {kCallHeaderNdr}},
                   {nested_calls, syntax_of(kNestedCalls), {kCallHeaderNdr}}};
  contexts_ = {{first_calls, syntax_of(interface), nullptr, false, false},
               {nested_calls, syntax_of(kNestedCalls), nullptr, true, false}};
  send(Pdu{whole_message | concurrent_multiplex, random_number(), ByteOrder::little, std::move(bind)});
  while (!bind_answer_ && open_) {
    auto woken = co_await bind_answered_.wait(board_->clock(), deadline);
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
    board_->deadlines().remove(bind_limit_);
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

// --- Server

void Connection::on_bind(const Pdu& pdu, const Bind& bind) {
  if (bound_ || !contexts_.empty()) return malformed("a second bind");
  fragment_ = std::min(bind.max_receive, local_fragment);
  if (fragment_ < least_fragment)
    return send(Pdu{whole_message, pdu.call_id, ByteOrder::little, BindNak{BindRefusal::local_limit}});
  BindAck ack = answer_offers(bind);
  ack.group = bind.group != 0 ? bind.group : random_number();
  if (bound_ && transport_->knows_peer()) board_->deadlines().remove(bind_limit_);
  send(Pdu{whole_message | concurrent_multiplex, pdu.call_id, ByteOrder::little, std::move(ack)});
}

void Connection::on_alter(const Pdu& pdu, const Bind& offer) {
  if (!bound_) return malformed("alter_context before bind");
  AlterContextAck ack{answer_offers(offer)};
  ack.answer.group = offer.group;
  send(Pdu{whole_message, pdu.call_id, ByteOrder::little, std::move(ack)});
}

BindAck Connection::answer_offers(const Bind& bind) {
  BindAck ack;
  ack.max_send = fragment_;
  ack.max_receive = local_fragment;
  for (const auto& offer : bind.contexts) {
    ContextAnswer answer;
    const auto* service = board_->find(offer.interface);
    const bool nested = serves(kNestedCalls, offer.interface);
    const bool plain = service != nullptr && service->takes_plain_ndr() && offers(offer, kNdr);
    const auto features = offer.transfer.empty() ? std::nullopt : asked_features(offer.transfer.front());
    if (features) {
      answer.result = ContextResult::negotiate_ack;
      answer.reason = static_cast<ContextReason>(*features & keeps_connection_on_orphan);
    } else if (!service && !nested) {
      answer.result = ContextResult::provider_rejected;
      answer.reason = ContextReason::unknown_interface;
    } else if (!offers(offer, kCallHeaderNdr) && !plain) {
      answer.result = ContextResult::provider_rejected;
      answer.reason = ContextReason::unknown_transfer;
    } else if (contexts_.size() >= most_contexts) {
      answer.result = ContextResult::provider_rejected;
      answer.reason = ContextReason::local_limit;
    } else {
      const bool ours = offers(offer, kCallHeaderNdr);
      answer.transfer = ours ? kCallHeaderNdr : kNdr;
      std::erase_if(contexts_, [&offer](const Context& old) { return old.id == offer.id; });
      contexts_.push_back({offer.id, offer.interface, service, nested, !ours});
      // A nested call may be for any service here.
      const bool descriptors =
          nested ? board_->takes_descriptors() : service != nullptr && service->takes_descriptors();
      if (descriptors) transport_->take_descriptors();
      bound_ = bound_ || !nested;
    }
    ack.contexts.push_back(answer);
  }
  return ack;
}

}  // namespace platen::rpc
