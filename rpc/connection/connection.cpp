// The life of a connection, and what it reads.
#include "rpc/connection/connection.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "rpc/connection/incoming_call.hpp"

namespace platen::rpc {

Connection::Connection(std::shared_ptr<Switchboard> board, std::unique_ptr<Transport> transport, Role role)
    : board_(std::move(board)),
      transport_(std::move(transport)),
      role_(role),
      bind_answered_(board_->executor()),
      assembler_(board_->limits.max_message, board_->limits.max_held),
      outbox_(board_->executor(), board_->limits),
      bind_limit_(*this, &Connection::never_bound),
      drain_limit_(*this, &Connection::takes_nothing) {
  stream_.set_longest(local_fragment);
  board_->join(this);
}

Connection::~Connection() {
  board_->leave(this);
}

void Connection::start(std::function<void()> on_closed) {
  on_closed_ = std::move(on_closed);
  board_->deadlines().add(bind_limit_, board_->clock().now() + limits().bind_time);
  transport_->read(shared_from_this());
}

void Connection::close() {
  end(nullptr);
}

void Connection::shut_down() {
  if (bound_) send(Pdu{whole_message, 0, ByteOrder::little, Shutdown{}});
  close();
}

// `why`: what our own callers are told instead of that the connection is closed.
void Connection::end(const Error* why) {
  if (!open_) return;
  const auto self = shared_from_this();
  board_->ship_to(*this);
  if (!std::exchange(open_, false)) return;  // it failed
  transport_->close();
  outbox_.close();
  assembler_.clear();
  spare_.clear();
  board_->deadlines().remove(bind_limit_);
  board_->deadlines().remove(drain_limit_);
  for (const auto& waiter : waiters_.all())
    waiter->complete(why != nullptr ? *why : fail(Errc::closed, "get an answer to", waiter->what()));
  if (!running_.empty()) kept_ = self;
  std::vector<std::uint32_t> calls;
  for (const auto& call : running_) calls.push_back(call->identity().call_id);
  for (const auto call_id : calls)
    if (auto* call = served(call_id)) call->cancel(Errc::closed);
  if (handles_) handles_->run_down();
  bind_answered_.notify();
  if (auto tell = std::exchange(on_closed_, {})) tell();
  board_->deadlines().rest();
}

ContextHandles& Connection::handles() {
  if (!handles_) handles_ = std::make_unique<ContextHandles>(limits().max_handles);
  return *handles_;
}

void Connection::never_bound() {
  if (bound_ && transport_->knows_peer()) return;
  const auto board = board_;
  const Switchboard::Turn turn(*board);
  ++board->audit.unbound_peers;
  close();
}

// --- Reading

bool Connection::on_octets(std::span<std::byte> octets, Descriptors& descriptors) {
  {
    const Switchboard::Turn turn(*board_);
    if (open_) take(octets, descriptors);
  }
  return open_;
}

// A server that does not take our sign-in may say so only in answer to the first call.
void Connection::on_end(Error why) {
  const auto board = board_;
  const Switchboard::Turn turn(*board);
  end(role_ == Role::client && why.is(Errc::denied) ? &why : nullptr);
}

void Connection::on_reactor_gone() {
  open_ = false;
  if (!running_.empty()) kept_ = shared_from_this();
  while (auto* waiter = waiters_.parked()) const Resume gone = std::move(waiter->resume);
}

void Connection::take(std::span<std::byte> octets, Descriptors& descriptors) {
  received_ += octets.size();
  for (auto& fd : descriptors) spare_.push_back({std::move(fd), received_});
  if (spare_.size() > max_descriptors) return malformed("too many descriptors");
  stream_.lend(octets);
  while (auto* item = stream_.next()) {
    handle(*item);
    if (!open_) return;
  }
  if (stream_.wrong()) return malformed(stream_.wrong()->object);
  // What came with octets that are all used up belongs to no PDU: it is surplus, and is closed.
  forget_spare_before(stream_.place());
}

void Connection::handle(const PduStream::Item& item) {
  const Pdu& pdu = item.pdu;
  if (pdu.auth) return malformed("a verifier, which nobody checks here");
  if (const auto* request = std::get_if<Request>(&pdu.body)) return on_request(item, *request);
  if (const auto* response = std::get_if<Response>(&pdu.body)) return on_response(item, *response);
  if (const auto* fault = std::get_if<Fault>(&pdu.body)) return on_fault(item, *fault);
  if (std::holds_alternative<Cancel>(pdu.body) || std::holds_alternative<Orphaned>(pdu.body))
    return on_cancel(pdu.call_id);
  if (role_ == Role::server) {
    if (const auto* bind = std::get_if<Bind>(&pdu.body)) return on_bind(pdu, *bind);
    if (const auto* alter = std::get_if<AlterContext>(&pdu.body)) return on_alter(pdu, alter->offer);
  } else {
    if (const auto* ack = std::get_if<BindAck>(&pdu.body)) return on_bind_ack(*ack);
    if (const auto* nak = std::get_if<BindNak>(&pdu.body)) return on_bind_nak(*nak);
    if (std::holds_alternative<Shutdown>(pdu.body)) return close();
  }
  malformed("a PDU that this side never gets");
}

void Connection::forget_spare_before(std::uint64_t place) {
  if (!spare_.empty()) std::erase_if(spare_, [place](const SpareFd& spare) { return spare.end <= place; });
}

// A descriptor belongs to a PDU whose first octet came together with it.
bool Connection::claim_some(std::size_t count, std::uint64_t start, Descriptors& into) {
  forget_spare_before(start);
  if (count > spare_.size()) {
    malformed("fewer descriptors than it says");
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) into.push_back(std::move(spare_[i].fd));
  spare_.erase(spare_.begin(), spare_.begin() + static_cast<std::ptrdiff_t>(count));
  return true;
}

void Connection::malformed(const std::string& what) {
  ++board_->audit.malformed_pdus;
  named_log("rpc")->debug("{} sends what is no protocol of ours {}; dropped", peer().text(), what);
  close();
}

}  // namespace platen::rpc
