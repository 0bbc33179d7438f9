// One connection, either end of it: reads always, matches answers to the calls that wait for them, admits the
// calls of the other side, and ends everything when the peer is lost.
//
// Both ends are alike but for this: the client binds, and the server takes first calls. A server's calls to
// its client are nested in one of the client's own, and are admitted only by the slot that waits with it
// (docs/rpc.md).
//
// A state machine that the transport drives. Nothing in it waits: callers and handlers do, as coroutines, and
// are resumed when a turn of the reactor is over (switchboard.hpp). Idle, it holds no buffers. Lives while
// its transport reads or somebody holds it; close() ends it. One reactor thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rpc/connection/assembler.hpp"
#include "rpc/connection/ongoing_call.hpp"
#include "rpc/connection/outbox.hpp"
#include "rpc/connection/switchboard.hpp"
#include "rpc/context_handles.hpp"
#include "rpc/transport/transport.hpp"
#include "rpc/wire/pdu.hpp"

namespace platen::rpc {

class Connection final : public TransportUser, public std::enable_shared_from_this<Connection> {
 public:
  enum class Role { client, server };

  Connection(std::shared_ptr<Switchboard> board, std::unique_ptr<Transport> transport, Role role);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start(std::function<void()> on_closed = {});
  // Client: agrees on the interface with the server.
  Task<Result<void>> bind(const InterfaceId& interface, Deadline deadline);

  void close();
  // A server's way of closing: tells the client to leave.
  void shut_down();
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] const Peer& peer() const { return transport_->peer(); }
  [[nodiscard]] bool knows_peer() const { return transport_->knows_peer(); }
  [[nodiscard]] const Limits& limits() const { return board_->limits; }

  // A handler has ended, with its answer in the call or without one.
  void finish(IncomingCall& call, const std::exception_ptr& thrown);
  // The reactor is taken down, and its handler with it.
  void abandon(const IncomingCall& call);
  // Whether a caller on this context can be called back: not one that knows no call header.
  [[nodiscard]] bool can_call_back(std::uint16_t id) const {
    const auto* agreed = context(id);
    return agreed != nullptr && !agreed->plain;
  }
  // What it sent in a turn leaves (parcel.hpp).
  void ship(std::span<const std::byte> whole);
  [[nodiscard]] ContextHandles& handles();
  [[nodiscard]] Audit& audit() { return board_->audit; }

  [[nodiscard]] bool on_octets(std::span<std::byte> octets, Descriptors& descriptors) override;
  void on_end(Error why) override;
  void on_room() override;
  void on_reactor_gone() override;

 private:
  friend class OngoingCall;
  struct Context {
    std::uint16_t id = 0;
    SyntaxId interface;
    const Service* service = nullptr;  // of ours, that answers it
    bool nested = false;               // carries calls that are nested in others
    bool plain = false;                // NDR without a call header: a foreign client's
  };
  struct Admission {
    std::shared_ptr<const Handler> handler;
    const Service* callbacks = nullptr;
    Waiter* waiter = nullptr;  // the slot that admitted it; none for a first call
    bool plain = false;        // as the context that it came on
  };
  struct SpareFd {
    Fd fd;
    std::uint64_t end = 0;  // of the octets that it came with, in the stream
  };
  class Limit final : public DeadlineQueue::Entry {
   public:
    Limit(Connection& connection, void (Connection::*late)()) : connection_(connection), late_(late) {}

   private:
    void expired() override { (connection_.*late_)(); }
    Connection& connection_;
    void (Connection::*late_)();
  };

  void end(const Error* why);

  // Reading.
  void take(std::span<std::byte> octets, Descriptors& descriptors);
  void handle(const PduStream::Item& item);
  void on_request(const PduStream::Item& item, const Request& request);
  void on_response(const PduStream::Item& item, const Response& response);
  void on_fault(const PduStream::Item& item, const Fault& fault);
  void on_cancel(std::uint32_t call_id);
  bool claim(std::size_t count, std::uint64_t start, Descriptors& into) {
    return (count == 0 && spare_.empty()) || claim_some(count, start, into);
  }
  bool claim_some(std::size_t count, std::uint64_t start, Descriptors& into);
  void forget_spare_before(std::uint64_t place);
  void malformed(const std::string& what);
  void never_bound();

  // Agreeing on contexts.
  void on_bind(const Pdu& pdu, const Bind& bind);
  void on_alter(const Pdu& pdu, const Bind& offer);
  [[nodiscard]] BindAck answer_offers(const Bind& bind);
  void on_bind_ack(const BindAck& ack);
  void on_bind_nak(const BindNak& nak);
  [[nodiscard]] const Context* context(std::uint16_t id) const;

  // Calls of the peer.
  // The reason to refuse it, or nothing. `agreed`: the context that it names, if there is one.
  [[nodiscard]] std::optional<Error> admit(const Incoming& incoming, const Context* agreed, Admission& into);
  [[nodiscard]] std::optional<Error> admit_nested(const Incoming& incoming, Admission& into);
  [[nodiscard]] IncomingCall* served(std::uint32_t call_id) const;
  [[nodiscard]] std::unique_ptr<IncomingCall> take_out(const IncomingCall& call);
  void serve(Incoming&& incoming, Admission&& admission);
  // Checks and takes off what a foreign client put behind its stub; the reason to refuse it, or nothing.
  [[nodiscard]] std::optional<Error> drop_trailer(Incoming& incoming) const;

  // Our own calls, and their answers.
  [[nodiscard]] std::optional<Error> unfit(const CallTarget& target, const Message& request, bool late) const;
  void send_request(const Waiter& waiter, const CallTarget& target, Message&& request, Deadline deadline);
  [[nodiscard]] Waiter* expected(std::uint32_t call_id, const CallHeader& header) const;
  void refuse_answer(std::uint32_t call_id, const CallHeader& header);

  // Writing.
  void send(const Pdu& pdu);
  void send_answer(const IncomingCall& call, Message&& message);
  void send_fault(std::uint32_t call_id, std::uint16_t context, CallHeader header, const Error& error);
  void send(const StubHeader& front, const CallHeader* header, Message&& message);
  void send(Outgoing message);
  void write_failed(const Error& why);
  void takes_nothing();

  std::shared_ptr<Switchboard> board_;
  std::unique_ptr<Transport> transport_;
  Role role_;
  bool open_ = true;
  std::function<void()> on_closed_;

  bool bound_ = false;
  std::vector<Context> contexts_;  // agreed in bind and alter_context
  std::optional<Result<void>> bind_answer_;
  Event bind_answered_;
  std::uint16_t fragment_ = least_fragment;  // the longest that the peer takes

  PduStream stream_;
  std::uint64_t received_ = 0;
  std::vector<SpareFd> spare_;  // descriptors that no PDU has claimed yet
  Assembler assembler_;
  Outbox outbox_;
  Limit bind_limit_;
  Limit drain_limit_;

  std::unique_ptr<ContextHandles> handles_;  // made when the first is opened
  WaiterTable waiters_;
  std::vector<std::unique_ptr<IncomingCall>> running_;
  std::shared_ptr<Connection> kept_;  // itself, from its end until those are done
};

}  // namespace platen::rpc
