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

#include <memory>
#include <vector>

#include "base/async.hpp"
#include "rpc/call.hpp"
#include "rpc/connection/worker.hpp"
#include "rpc/interface.hpp"
#include "rpc/ndr/ndr.hpp"

namespace platen::rpc {

class Service {
 public:
  explicit Service(const InterfaceId& interface) : interface_(&interface) {}

  // `function` is a Task<Result<Op::Reply>>(Call&, Op::Request).
  template <class Op, class Function>
  void on(Function function) {
    descriptors_ = descriptors_ || ndr::carries_descriptors<typename Op::Request>();
    put(Op::number, std::make_shared<const Served<Op, Function>>(std::move(function)));
  }

  // Also for foreign clients, whose calls have no call header: plain NDR, no descriptors, no callbacks.
  void take_plain_ndr() { plain_ = true; }
  [[nodiscard]] bool takes_plain_ndr() const { return plain_; }

  // Whether any of its operations does.
  [[nodiscard]] bool takes_descriptors() const { return descriptors_; }

  [[nodiscard]] const InterfaceId& interface() const { return *interface_; }
  // Shared, because a call that runs keeps its handler, whatever becomes of the service.
  [[nodiscard]] std::shared_ptr<const Handler> find(std::uint16_t number) const {
    return number < handlers_.size() ? handlers_[number] : nullptr;
  }

 private:
  template <class Op, class Function>
  class Served final : public Handler {
   public:
    explicit Served(Function function) : function_(std::move(function)) {}

    [[nodiscard]] std::string name() const override { return operation_name(Op::interface, Op::number); }

    Task<void> live(std::unique_ptr<Worker> worker) const override {
      for (;;) {
        std::exception_ptr thrown;
        if (worker->begin()) {
          try {
            auto request = decode<typename Op::Request>(std::move(worker->request()));
            if (request) {
              Result<typename Op::Reply> reply = co_await function_(worker->call(), std::move(*request));
              if (reply)
                worker->answer(encode(std::move(*reply)));
              else
                worker->answer(reply.error());
            } else {
              worker->call().count_undecodable();
              worker->answer(request.error());
            }
          } catch (...) {
            thrown = std::current_exception();
          }
        }
        if (worker->stopped()) {
          const auto anew =
              boost::asio::this_coro::reset_cancellation_state(boost::asio::enable_terminal_cancellation());
          co_await anew;
        }
        if (!worker->finish(thrown)) co_return;
        co_await worker->next();
      }
    }

   private:
    Function function_;
  };

  void put(std::uint16_t number, std::shared_ptr<const Handler> handler);

  const InterfaceId* interface_;
  bool plain_ = false;
  bool descriptors_ = false;
  std::vector<std::shared_ptr<const Handler>> handlers_;  // by number
};

}  // namespace platen::rpc
