// What one side of a connection answers: handlers by operation. A server has services for its clients' calls;
// a client has one for the callbacks that may come while its own call is outstanding.
//
//   Service service(kMonitor);
//   service.on<CancelDoc>([this](Call& call, CancelDocRequest request) -> Task<Result<CancelDocReply>> { …
//   });
//
// Handlers run on the reactor as coroutines and may take their time: the connection goes on reading
// meanwhile. A handler is cancelled when its caller gives up or is lost, and when the call's deadline passes:
// its wait ends with Errc::canceled, and its next co_await unwinds it. What it refers to must live until then
// (Server::ended() tells).
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "base/async.hpp"
#include "rpc/call.hpp"
#include "rpc/interface.hpp"
#include "rpc/ndr/ndr.hpp"

namespace platen::rpc {

class Service {
 public:
  explicit Service(const InterfaceId& interface) : interface_(&interface) {}

  using Handler = std::function<Task<Result<Message>>(Call&, Message&&)>;  // both outlive it

  // `function` is a Task<Result<Op::Reply>>(Call&, Op::Request).
  template <class Op, class Function>
  void on(Function function) {
    handlers_[Op::number] = std::make_shared<const Handler>(
        [function = std::move(function)](Call& call, Message&& in) -> Task<Result<Message>> {
          auto request = decode<typename Op::Request>(std::move(in));
          if (!request) {
            call.count_undecodable();
            co_return request.error();
          }
          Result<typename Op::Reply> reply = co_await function(call, std::move(*request));
          if (!reply) co_return reply.error();
          co_return encode(std::move(*reply));
        });
  }

  // Also for foreign clients, whose calls have no call header: plain NDR, no descriptors, no callbacks.
  void take_plain_ndr() { plain_ = true; }
  [[nodiscard]] bool takes_plain_ndr() const { return plain_; }

  [[nodiscard]] const InterfaceId& interface() const { return *interface_; }
  // Shared, because a call that runs keeps its handler, whatever becomes of the service.
  [[nodiscard]] std::shared_ptr<const Handler> find(std::uint16_t number) const;

 private:
  const InterfaceId* interface_;
  bool plain_ = false;
  std::map<std::uint16_t, std::shared_ptr<const Handler>> handlers_;
};

}  // namespace platen::rpc
