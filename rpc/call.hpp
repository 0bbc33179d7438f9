// What a handler knows of the call that it serves, and the way back to the caller while that call is
// outstanding.
#pragma once

#include <cstdint>
#include <optional>

#include "base/async.hpp"
#include "base/lock.hpp"
#include "rpc/connection/ongoing_call.hpp"
#include "rpc/context_handles.hpp"
#include "rpc/interface.hpp"
#include "rpc/ndr/ndr.hpp"
#include "rpc/transport/peer.hpp"

namespace platen::rpc {

class Call {
 public:
  virtual ~Call() = default;
  virtual void count_undecodable() = 0;  // for Service: its request was not what the operation takes
  [[nodiscard]] virtual const Peer& peer() const = 0;
  [[nodiscard]] virtual Deadline deadline() const = 0;  // the caller's; only ever shrinks
  [[nodiscard]] virtual int depth() const = 0;          // 0 for a first call
  [[nodiscard]] virtual bool canceled() const = 0;      // the caller gave up or is gone
  // The object that the caller means, where an interface has many.
  [[nodiscard]] virtual const std::optional<Uuid>& object() const = 0;

  // What its connection holds for it from call to call, until it ends.
  [[nodiscard]] virtual ContextHandles& handles() = 0;

  // Calls the caller back, down this call's own connection, to the slot that waits there. An error at once
  // when the caller no longer waits. `deadline` is cut to this call's own.
  template <class Op>
  Task<Result<typename Op::Reply>> call_back(typename Op::Request request, Deadline deadline) {
    expect_no_lock("call the caller back");
    return answer_of<typename Op::Reply>(way_back(Op::interface, Op::number, deadline),
                                         encode(std::move(request)));
  }

 protected:
  [[nodiscard]] virtual CallWay way_back(const InterfaceId& interface, std::uint16_t number,
                                         Deadline deadline) = 0;
};

}  // namespace platen::rpc
