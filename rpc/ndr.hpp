// Marshalling, derived from the types: any aggregate of the members that rpc/interface.hpp lists to NDR and back.
#pragma once

#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace platen::rpc {

// One marshalled request or reply: NDR octets, and the descriptors that travel beside them in order.
struct Message {
  std::vector<std::byte> octets;
  std::vector<Fd> descriptors;
};

template <class T>
[[nodiscard]] Message encode(T value);

template <class T>
[[nodiscard]] Result<T> decode(Message message);

}  // namespace platen::rpc
