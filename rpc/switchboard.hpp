// What all connections of one server, or of one client, share: the services, the bounds, the audit, and who
// waits for which answer, so that an answer that comes down the wrong connection is recognised for what it
// is.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/event.hpp"
#include "rpc/audit.hpp"
#include "rpc/identity.hpp"
#include "rpc/limits.hpp"
#include "rpc/ndr.hpp"
#include "rpc/pdu.hpp"
#include "rpc/peer.hpp"
#include "rpc/service.hpp"

namespace platen::rpc {

class IncomingCall;

// One outstanding call of ours: the place where its answer is put, once.
struct Waiter {
  Waiter(const boost::asio::any_io_executor& executor, CallIdentity who, Peer at, std::string what)
      : identity(who), peer(at), call(std::move(what)), changed(executor) {}

  void complete(Result<Message> with) {
    if (!answer) answer = std::move(with);
    changed.notify();
  }

  CallIdentity identity;
  Peer peer;         // who owes the answer
  std::string call;  // for errors: "operation 3 of platen-monitor (uid 0, pid 4711)"
  const Service* callbacks = nullptr;
  std::vector<std::weak_ptr<IncomingCall>> nested;  // calls of the peer that this slot admitted
  std::size_t nested_running = 0;
  std::optional<Result<Message>> answer;
  Event changed;
};

class Switchboard {
 public:
  explicit Switchboard(const boost::asio::any_io_executor& executor) : idle(executor) {}

  // nullptr when no service has that interface in a version that serves `wanted`.
  [[nodiscard]] const Service* find(const SyntaxId& wanted) const;

  std::map<Uuid, Service> services;
  Limits limits;
  Audit audit;
  std::multimap<Uuid, std::weak_ptr<Waiter>> waiting;  // by chain
  std::size_t running = 0;                             // handlers
  Event idle;                                          // when a handler ends
};

// Whether a service of interface `offered` can answer who asks for `wanted`.
[[nodiscard]] bool serves(const InterfaceId& offered, const SyntaxId& wanted);

}  // namespace platen::rpc
