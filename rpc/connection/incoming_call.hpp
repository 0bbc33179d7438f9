// A call of the peer that a handler of ours serves. Its connection owns it.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/cancellation_signal.hpp>

#include "base/deadline_queue.hpp"
#include "base/recycled.hpp"
#include "rpc/call.hpp"
#include "rpc/connection/connection.hpp"

namespace platen::rpc {

class IncomingCall final : public Call, public DeadlineQueue::Entry, public Due {
 public:
  // `callbacks` answers what the peer may nest in calls that we nest in this one.
  IncomingCall(Switchboard& board, Connection& connection, CallIdentity identity, std::uint16_t context,
               std::optional<Uuid> object, Deadline deadline, const Service* callbacks);
  ~IncomingCall();
  static void* operator new(std::size_t size) { return take_block(size); }
  static void operator delete(void* block, std::size_t size) { give_block(block, size); }

  [[nodiscard]] const Peer& peer() const override { return connection_.peer(); }
  [[nodiscard]] Deadline deadline() const override { return deadline_; }
  [[nodiscard]] int depth() const override { return identity_.depth; }
  [[nodiscard]] bool canceled() const override { return why_.has_value(); }
  [[nodiscard]] const std::optional<Uuid>& object() const override { return object_; }

  [[nodiscard]] Connection& connection() const { return connection_; }
  [[nodiscard]] const CallIdentity& identity() const { return identity_; }
  [[nodiscard]] std::uint16_t context() const { return context_; }
  [[nodiscard]] const Service* callbacks() const { return callbacks_; }
  // Tells the handler to leave; `why` is what the caller gets if it does. The first reason stays.
  void cancel(Errc why);
  [[nodiscard]] std::optional<Errc> why_canceled() const { return why_; }
  // While its handler runs: what stops it.
  void runs_under(boost::asio::cancellation_signal* stop) { stop_ = stop; }

  std::shared_ptr<const Handler> handler;
  Waiter* admitted_by = nullptr;  // the slot that it is nested in; none for a first call
  bool plain = false;             // of a foreign client: there is no call header
  Message request;
  std::optional<Result<Message>> answer;

  void count_undecodable() override;
  [[nodiscard]] ContextHandles& handles() override;

 protected:
  CallWay way_back(const InterfaceId& interface, std::uint16_t number, Deadline deadline) override;

 private:
  void expired() override;
  void go() override { board().run(*this); }
  void gone() override;

  Connection& connection_;  // which lasts while the handler runs
  CallIdentity identity_;
  std::uint16_t context_;
  std::optional<Uuid> object_;
  Deadline deadline_;
  const Service* callbacks_;
  std::optional<Errc> why_;
  boost::asio::cancellation_signal* stop_ = nullptr;
};

}  // namespace platen::rpc
