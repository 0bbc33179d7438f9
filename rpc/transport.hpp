// What carries a connection's octets and descriptors: a Unix socket (unix_transport.hpp), or memory in a test
// (memory_transport.hpp).
//
// Owned by one connection and used from its reactor's thread. One read and one write may be under way at
// once.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/async.hpp"
#include "base/fd.hpp"
#include "rpc/peer.hpp"

namespace platen::rpc {

// Descriptors that may travel with one message. The kernel takes 253; nothing of ours needs more than a few.
inline constexpr std::size_t max_descriptors = 16;

class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual const Peer& peer() const = 0;
  // Waits for at least one octet; 0 means the end. Descriptors that came with these octets are added to
  // `descriptors`.
  virtual Task<Result<std::size_t>> read_some(std::span<std::byte> into, std::vector<Fd>& descriptors,
                                              Deadline deadline) = 0;
  // Waits until at least one octet was taken. `descriptors` leave with the first of them, and are then closed
  // here.
  virtual Task<Result<std::size_t>> write_some(std::span<const std::byte> from, std::vector<Fd>& descriptors,
                                               Deadline deadline) = 0;
  virtual void close() = 0;  // ends reads and writes that wait
};

}  // namespace platen::rpc
