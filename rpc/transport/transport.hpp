// What carries a connection's octets and descriptors: a Unix socket (unix.hpp), TCP (tcp.hpp), or memory in a
// test (memory.hpp). Nothing here waits: a user is told when there is something to read or room to write, and
// keeps the time itself.
//
// Owned by one user and used from its reactor's thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "rpc/ndr/descriptors.hpp"
#include "rpc/transport/peer.hpp"

namespace platen::rpc {

// Descriptors that may travel with one message. The kernel takes 253; nothing of ours needs more than a few.
inline constexpr std::size_t max_descriptors = 16;

class TransportUser {
 public:
  // Octets that came, to be used or copied before returning; they may be changed in place. With them the
  // descriptors that came along, to be moved out or else closed. Says whether to read on.
  [[nodiscard]] virtual bool on_octets(std::span<std::byte> octets, Descriptors& descriptors) = 0;
  // Nothing more will come. Errc::closed when the other side ended it, Errc::denied when that was for want of
  // a sign-in that it takes.
  virtual void on_end(Error why) = 0;
  virtual void on_room() = 0;
  // The reactor is taken down under it. Nobody may be resumed any more; who waits is to be taken down too.
  virtual void on_reactor_gone() = 0;

 protected:
  ~TransportUser() = default;
};

class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual const Peer& peer() const = 0;
  // Whether it is known who the peer is: over a network only after it has signed in.
  [[nodiscard]] virtual bool knows_peer() const { return true; }
  // From now on descriptors are wanted. Until then the kernel may close those that come.
  virtual void take_descriptors() {}
  // on_octets(), from the reactor, for all that comes, until that says no or on_end(). Keeps the user alive
  // until then.
  virtual void read(std::shared_ptr<TransportUser> user) = 0;
  // Takes at once what it can, in order, and says how much. `descriptors` leave with the first octet, and are
  // then closed here. 0: no room now.
  [[nodiscard]] virtual Result<std::size_t> write(std::span<const std::span<const std::byte>> parts,
                                                  Descriptors& descriptors) = 0;
  // One on_room(), from the reactor, once there is room again (or an error to be met by the next write()).
  // Keeps the user alive until then.
  virtual void await_room(std::shared_ptr<TransportUser> user) = 0;
  // Ends what was asked for, with on_end() and on_room() at most.
  virtual void close() = 0;
};

}  // namespace platen::rpc
