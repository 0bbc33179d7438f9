// What one side of a connection answers: handlers by operation. A server has services for its clients' calls; a client
// has one for the callbacks that may come while its own call is outstanding.
//
//   Service service(kMonitor);
//   service.on<CancelDoc>([this](Call& call, CancelDocRequest request) -> Task<Result<CancelDocReply>> { … });
//
// Handlers run on the reactor as coroutines and may take their time: the connection goes on reading meanwhile.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "base/async.hpp"
#include "base/fd.hpp"
#include "rpc/interface.hpp"
#include "rpc/ndr.hpp"

namespace platen::rpc {

class Call;

class Service {
 public:
  explicit Service(const InterfaceId& interface) : interface_(&interface) {}

  // Handler: Task<Result<Op::Reply>>(Call&, Op::Request).
  template <class Op, class Handler>
  void on(Handler handler) {
    static_assert(&Op::interface != nullptr);
    handlers_[Op::number] = [handler = std::move(handler)](Call& call, Message in) -> Task<Result<Message>> {
      auto request = decode<typename Op::Request>(std::move(in));
      if (!request) co_return request.error();
      Result<typename Op::Reply> reply = co_await handler(call, std::move(*request));
      if (!reply) co_return reply.error();
      co_return encode(std::move(*reply));
    };
  }

  using Handler = std::function<Task<Result<Message>>(Call&, Message)>;
  [[nodiscard]] const InterfaceId& interface() const { return *interface_; }
  [[nodiscard]] const Handler* find(std::uint16_t number) const;

 private:
  const InterfaceId* interface_;
  std::map<std::uint16_t, Handler> handlers_;
};

}  // namespace platen::rpc
