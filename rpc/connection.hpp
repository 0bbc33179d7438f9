// One connection, either end of it: reads always, matches answers to the calls that wait for them, admits the
// calls of the other side, and ends everything when the peer is lost.
//
// Both ends are alike but for this: the client binds, and the server takes first calls. A server's calls to
// its client are nested in one of the client's own, and are admitted only by the slot that waits with it
// (docs/rpc.md).
//
// Lives as long as its two coroutines run (read, drain) or somebody holds it; close() ends both. One reactor
// thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "rpc/assembler.hpp"
#include "rpc/outbox.hpp"
#include "rpc/pdu.hpp"
#include "rpc/switchboard.hpp"
#include "rpc/transport.hpp"

namespace platen::rpc {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  enum class Role { client, server };

  Connection(Clock& clock, boost::asio::any_io_executor executor, std::shared_ptr<Switchboard> switchboard,
             std::unique_ptr<Transport> transport, Role role);

  void start(std::function<void()> on_closed = {});
  // Client: agrees on the interface with the server.
  Task<Result<void>> bind(const InterfaceId& interface, Deadline deadline);

  struct Target {
    const InterfaceId* interface = nullptr;
    std::uint16_t number = 0;
    Uuid chain;
    std::uint16_t depth = 0;                          // above 0: nested in the call that waits at…
    std::uint32_t target_slot = CallHeader::no_slot;  // …this slot of the peer
    const Service* callbacks = nullptr;
  };
  Task<Result<Message>> call(Target target, Message request, Deadline deadline);

  void close();
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] const Peer& peer() const { return transport_->peer(); }
  [[nodiscard]] const Limits& limits() const { return switchboard_->limits; }

 private:
  class Enrolled;
  struct Admission {
    std::shared_ptr<const Service::Handler> handler;
    const Service* callbacks = nullptr;
    std::shared_ptr<Waiter> waiter;  // the slot that admitted it; none for a first call
  };
  struct SpareFd {
    Fd fd;
    std::uint64_t end = 0;  // of the octets that it came with, in the stream
  };

  // Reading.
  static Task<void> read(std::shared_ptr<Connection> self);
  static Task<void> drain(std::shared_ptr<Connection> self);
  void take(std::span<const std::byte> octets, std::vector<Fd> descriptors);
  void handle(const Pdu& pdu, std::uint64_t start);
  void on_bind(const Pdu& pdu, const Bind& bind);
  void on_bind_ack(const BindAck& ack);
  void on_bind_nak(const BindNak& nak);
  void on_request(const Pdu& pdu, const Request& request, std::uint64_t start);
  void on_response(const Pdu& pdu, const Response& response, std::uint64_t start);
  void on_fault(const Pdu& pdu, const Fault& fault, std::uint64_t start);
  void on_cancel(std::uint32_t call_id);
  std::optional<std::vector<Fd>> claim(std::size_t count, std::uint64_t start);
  void forget_spare_before(std::uint64_t place);
  void malformed(const std::string& what);

  // Calls of the peer.
  [[nodiscard]] Result<Admission> admit(const Incoming& incoming);
  [[nodiscard]] Result<Admission> admit_nested(const Incoming& incoming);
  void serve(Incoming incoming, Admission admission);
  static Task<void> run(std::shared_ptr<IncomingCall> call, std::shared_ptr<const Service::Handler> handler,
                        Message request);
  void finish(const std::shared_ptr<IncomingCall>& call, const std::shared_ptr<Waiter>& waiter,
              const std::exception_ptr& thrown);
  void send_fault(const Incoming& to, const Error& error);

  // Answers to our own.
  [[nodiscard]] std::shared_ptr<Waiter> expected(std::uint32_t call_id, const CallHeader& header) const;
  void refuse_answer(std::uint32_t call_id, const CallHeader& header);

  // Writing.
  void send(const Pdu& pdu);
  void send_message(std::uint32_t call_id, const PduBody& kind, CallHeader header, Message message);
  void put(std::vector<std::byte> octets, std::vector<Fd> descriptors = {});
  [[nodiscard]] std::string describe(const Target& target) const;

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<Switchboard> switchboard_;
  std::unique_ptr<Transport> transport_;
  Role role_;
  bool open_ = true;
  std::function<void()> on_closed_;

  bool bound_ = false;
  std::map<std::uint16_t, SyntaxId> contexts_;  // agreed in bind
  std::optional<Result<void>> bind_answer_;
  Event bind_answered_;
  std::uint16_t fragment_ = least_fragment;  // the longest that the peer takes

  PduStream stream_;
  std::uint64_t received_ = 0;
  std::vector<SpareFd> spare_;  // descriptors that no PDU has claimed yet
  Assembler assembler_;
  Outbox outbox_;

  std::map<std::uint32_t, std::shared_ptr<Waiter>> waiters_;        // by call id
  std::map<std::uint32_t, std::shared_ptr<IncomingCall>> running_;  // by the peer's call id
  std::uint32_t next_slot_ = 1;  // never used again, so that a late answer cannot name a newer call
};

}  // namespace platen::rpc
