#include "rpc/security/filter.hpp"

#include <algorithm>

namespace platen::rpc::security {
namespace {

// The DCE status of a caller that may not (C706 appendix E).
constexpr std::uint32_t access_denied = 5;
// A client's number for its only security context.
constexpr std::uint32_t only_context = 1;

void append(std::vector<std::byte>& to, std::span<const std::byte> octets) {
  to.insert(to.end(), octets.begin(), octets.end());
}

// One of those that are changed on their way, without its verifier.
void give_clear(Pdu pdu, std::vector<std::byte>& to) {
  pdu.auth.reset();
  append(to, encode_pdu(pdu));
}

// The verifier takes its room out of every fragment; a peer that takes the least possible one stays at that.
std::uint16_t room_for_stub(std::uint16_t fragment) {
  const auto left = std::max<int>(fragment - static_cast<int>(Guard::overhead), 0);
  return static_cast<std::uint16_t>(fragment >= least_fragment ? std::max<int>(left, least_fragment) : left);
}

}  // namespace

Filter::Filter(ServerSecurity server, Surroundings surroundings)
    : server_(std::move(server)), surroundings_(std::move(surroundings)), audit_(*server_->audit) {
  in_.set_longest(tcp_fragment);
}

Filter::Filter(ClientSecurity client, Surroundings surroundings)
    : client_(std::move(client)), surroundings_(std::move(surroundings)), audit_(unread_) {
  in_.set_longest(tcp_fragment);
}

const std::string& Filter::peer_name() const {
  static const std::string nobody;
  return guard_ && guard_->complete() ? guard_->peer_name() : nobody;
}

void Filter::refuse(Error why) {
  if (!refusal_) refusal_ = std::move(why);
}

Filter::Output Filter::from_network(std::span<std::byte> octets) {
  Output out;
  in_.lend(octets);
  while (auto* item = in_.next()) {
    take(item->pdu, item->octets, out);
    if (out.end) return out;
  }
  if (const auto& wrong = in_.wrong()) {
    ++audit_.malformed;
    refuse(*wrong);
    out.end = true;
  }
  return out;
}

void Filter::take(Pdu& pdu, std::span<std::byte> octets, Output& out) {
  if (std::holds_alternative<Bind>(pdu.body)) return take_bind(pdu, out);
  if (std::holds_alternative<BindAck>(pdu.body)) return take_bind_ack(pdu, out);
  if (std::holds_alternative<BindNak>(pdu.body)) return give_clear(std::move(pdu), out.up);
  const bool leg = std::holds_alternative<Auth3>(pdu.body) ||
                   std::holds_alternative<AlterContext>(pdu.body) ||
                   std::holds_alternative<AlterContextAck>(pdu.body);
  if (leg && guard_ && !guard_->complete() && !refusal_) return take_leg(pdu, out);

  const bool refused = refusal_.has_value() || !guard_ || !guard_->complete();
  const auto* fault = std::get_if<Fault>(&pdu.body);
  if (client_ && fault != nullptr && !pdu.auth && fault->status == access_denied && !believed_) {
    // Our last leg was not liked, of which a server that got it in auth3 can speak only now.
    refuse(fail(Errc::denied, "sign in", "over the network", "Check the user name and the password."));
    out.end = true;
    return;
  }
  if (refused) {
    if (!refusal_) ++audit_.unauthenticated;
    refuse(fail(Errc::denied, "serve a call", "of somebody who has not signed in"));
    if (std::holds_alternative<Request>(pdu.body) || std::holds_alternative<AlterContext>(pdu.body))
      append(out.down, encode_pdu(Pdu{static_cast<std::uint8_t>(whole_message | did_not_execute), pdu.call_id,
                                      ByteOrder::little, Fault{0, 0, 0, access_denied, {}}}));
    out.end = true;
    return;
  }
  // More contexts later may come without a verifier; what they are used for may not.
  const bool unsigned_contexts = !pdu.auth && (std::holds_alternative<AlterContext>(pdu.body) ||
                                               std::holds_alternative<AlterContextAck>(pdu.body));
  if (!unsigned_contexts) {
    if (auto good = guard_->unprotect(pdu, octets); !good) {
      ++audit_.forged;
      refuse(good.error());
      out.end = true;
      return;
    }
    believed_ = true;
  }
  append_without_verifier(out.up, octets, pdu);
}

void Filter::refuse_bind(BindRefusal reason, const Pdu& bind, Output& out) {
  refuse(fail(Errc::denied, "bind", "over the network without the protection that is required"));
  append(out.down, encode_pdu(Pdu{whole_message, bind.call_id, ByteOrder::little, BindNak{reason}}));
  out.end = true;
}

// A server's first leg.
void Filter::take_bind(Pdu& pdu, Output& out) {
  if (!server_ || guard_) {
    ++audit_.malformed;
    out.end = true;
    return;
  }
  const auto type = pdu.auth ? static_cast<AuthType>(pdu.auth->type) : AuthType::none;
  if (type != AuthType::ntlm && type != AuthType::spnego) {
    ++audit_.unauthenticated;
    return refuse_bind(BindRefusal::unknown_authentication, pdu, out);
  }
  const auto level = static_cast<AuthLevel>(pdu.auth->level);
  const bool known =
      level == AuthLevel::connect || level == AuthLevel::integrity || level == AuthLevel::privacy;
  if (!known || level < server_->least) {
    ++audit_.weak;
    return refuse_bind(BindRefusal::unknown_authentication, pdu, out);
  }
  auto context = type == AuthType::ntlm
                     ? ntlm_server(*server_->accounts, server_->name, surroundings_, level)
                     : spnego_server(*server_->accounts, server_->name, surroundings_, level);
  guard_ = std::make_unique<Guard>(std::move(context), type, level, pdu.auth->context);
  auto leg = guard_->step(pdu.auth);
  if (!leg) {
    ++audit_.failed_sign_ins;
    return refuse_bind(BindRefusal::unknown_authentication, pdu, out);
  }
  leg_ = *leg;
  signs_headers_ = (pdu.flags & sign_headers) != 0;
  pdu.flags &= static_cast<std::uint8_t>(~sign_headers);
  auto& bind = std::get<Bind>(pdu.body);
  bind.max_receive = room_for_stub(bind.max_receive);
  give_clear(std::move(pdu), out.up);
}

// A client's second leg, and its third.
void Filter::take_bind_ack(Pdu& pdu, Output& out) {
  if (!client_ || !guard_ || !leg_ || guard_->complete() || !pdu.auth) {
    refuse(fail(Errc::denied, "sign in", "at a server that does not answer to it"));
    out.end = true;
    return;
  }
  leg_.reset();
  const auto auth = std::exchange(pdu.auth, std::nullopt);
  auto leg = guard_->step(auth);
  if (!leg || !*leg) {
    refuse(leg ? fail(Errc::denied, "sign in", "at a server that ends it too early") : leg.error());
    out.end = true;
    return;
  }
  const std::uint32_t call_id = pdu.call_id;
  auto& ack = std::get<BindAck>(pdu.body);
  ack.max_receive = room_for_stub(ack.max_receive);
  pdu.flags &= static_cast<std::uint8_t>(~sign_headers);
  give_clear(std::move(pdu), guard_->complete() ? out.up : held_bind_ack_);
  Pdu next{whole_message, call_id, ByteOrder::little, Auth3{}, *leg};
  if (!guard_->complete()) next.body = AlterContext{bind_};
  append(out.down, encode_pdu(next));
}

// The legs after bind and its answer.
void Filter::take_leg(Pdu& pdu, Output& out) {
  const auto auth = std::exchange(pdu.auth, std::nullopt);
  auto leg = auth ? guard_->step(auth) : fail(Errc::denied, "sign in", "without a verifier");
  if (!leg) {
    ++audit_.failed_sign_ins;
    refuse(leg.error());
    // To auth3 there is no answer: the client hears it when it calls.
    if (std::holds_alternative<Auth3>(pdu.body)) return;
    if (server_)
      append(out.down, encode_pdu(Pdu{static_cast<std::uint8_t>(whole_message | did_not_execute), pdu.call_id,
                                      ByteOrder::little, Fault{0, 0, 0, access_denied, {}}}));
    out.end = true;
    return;
  }
  leg_ = *leg;
  if (std::holds_alternative<AlterContext>(pdu.body)) {
    pdu.flags &= static_cast<std::uint8_t>(~sign_headers);
    return give_clear(std::move(pdu), out.up);
  }
  if (std::holds_alternative<AlterContextAck>(pdu.body) && guard_->complete())
    append(out.up, std::exchange(held_bind_ack_, {}));
}

Filter::Output Filter::from_connection(std::vector<std::byte> octets) {
  Output out;
  out_.lend(octets);
  while (auto* item = out_.next()) give(*item, out);
  out.end = out_.wrong().has_value();
  return out;
}

void Filter::give(PduStream::Item& item, Output& out) {
  Pdu& pdu = item.pdu;
  if (auto* bind = std::get_if<Bind>(&pdu.body); bind && client_) {
    auto context = client_->type == AuthType::ntlm
                       ? ntlm_client(client_->who, surroundings_, client_->level)
                       : spnego_client(client_->who, surroundings_, client_->level);
    guard_ = std::make_unique<Guard>(std::move(context), client_->type, client_->level, only_context);
    auto leg = guard_->step(std::nullopt);
    if (!leg) {
      refuse(leg.error());
      out.end = true;
      return;
    }
    leg_ = *leg;
    bind->max_send = bind->max_receive = tcp_fragment;
    bind_ = *bind;
    pdu.flags |= sign_headers;
    pdu.auth = leg_;
    return append(out.down, encode_pdu(pdu));
  }
  auto* ack = std::get_if<BindAck>(&pdu.body);
  auto* alter = std::get_if<AlterContextAck>(&pdu.body);
  if (ack != nullptr || alter != nullptr) {
    auto& answer = ack != nullptr ? *ack : alter->answer;
    answer.max_send = answer.max_receive = tcp_fragment;
    if (signs_headers_) pdu.flags |= sign_headers;
    pdu.auth = std::exchange(leg_, std::nullopt);
    return append(out.down, encode_pdu(pdu));
  }
  // Foreign clients, impacket and Samba's among them, take the signature of a fault for no part of the
  // sequence. Theirs say nothing but a status; ours carry the error, and are sealed.
  const auto* fault = std::get_if<Fault>(&pdu.body);
  const bool bare = fault != nullptr && fault->stub.empty();
  const bool early = std::holds_alternative<BindNak>(pdu.body) || !guard_ || !guard_->complete();
  if (early || bare) return append(out.down, item.octets);
  guard_->protect(pdu, item.octets, out.down);
}

}  // namespace platen::rpc::security
