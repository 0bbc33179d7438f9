// The calling side of a connection.
//
//   auto client = co_await Client::connect(clock, "/run/platen/monitor-1.sock", kMonitor, deadline);
//   auto reply = co_await (*client)->call<CancelDoc>(request, deadline);
//   auto watched = co_await (*client)->call<Watch>(request, deadline, &callbacks);   // serves callbacks
//   meanwhile
//
// Several calls may be outstanding at once. When the connection is lost, all of them end with Errc::closed at
// once. The Client is let go of, or closed, to end the connection.
#pragma once

#include <memory>
#include <string>

#include "base/lock.hpp"
#include "rpc/audit.hpp"
#include "rpc/call.hpp"
#include "rpc/connection/ongoing_call.hpp"
#include "rpc/limits.hpp"
#include "rpc/service.hpp"
#include "rpc/transport/transport.hpp"

namespace platen::rpc {

class Client {
 public:
  virtual ~Client() = default;

  static Task<Result<std::shared_ptr<Client>>> connect(Clock& clock, std::string path,
                                                       const InterfaceId& interface, Deadline deadline);
  // The same on a transport of the caller's choice, such as memory in a test.
  static Task<Result<std::shared_ptr<Client>>> over(Clock& clock, std::unique_ptr<Transport> transport,
                                                    const InterfaceId& interface, Deadline deadline,
                                                    Limits limits = {});

  // `callbacks` must outlive the call. `object`: which one is meant, of an interface that has many.
  template <class Op>
  Task<Result<typename Op::Reply>> call(typename Op::Request request, Deadline deadline,
                                        const Service* callbacks = nullptr,
                                        const std::optional<Uuid>& object = std::nullopt) {
    expect_no_lock("call another process");
    CallWay there = way(Op::number, deadline, callbacks);
    there.target.object = object;
    return answer_of<typename Op::Reply>(std::move(there), encode(std::move(request)));
  }

  [[nodiscard]] virtual bool connected() const = 0;
  [[nodiscard]] virtual const Peer& peer() const = 0;
  [[nodiscard]] virtual const Audit& audit() const = 0;  // of this connection
  virtual void close() = 0;

 protected:
  friend class BlockingClient;
  [[nodiscard]] virtual CallWay way(std::uint16_t number, Deadline deadline, const Service* callbacks) = 0;
};

}  // namespace platen::rpc
