// Bytes that come and bytes that go, wherever from and to: the seam at which a file, a pipe, a socket or a
// test's memory is put in.
#pragma once

#include <cstddef>
#include <span>

#include "base/async.hpp"

namespace platen {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Waits for at least one byte; 0 means the end.
  virtual Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // Waits until at least one byte was taken; may take fewer than given.
  virtual Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) = 0;
};

}  // namespace platen
