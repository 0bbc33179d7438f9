// How an Error travels as a fault, so that the caller gets the very Error that the handler returned, and what
// a fault of somebody who knows nothing of our errors means.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "rpc/ndr/cursor.hpp"

namespace platen::rpc {

// The DCE/RPC status nearest to an error, for peers that know no call header.
[[nodiscard]] std::uint32_t fault_status(const Error& error);
// The error as a fault's stub, behind the call header. Long texts are cut, so that it fits in the smallest
// fragment.
[[nodiscard]] std::vector<std::byte> encode_error(const Error& error);
// The error that the other side meant; `status` decides when the stub says nothing that can be read.
[[nodiscard]] Error decode_error(std::span<const std::byte> stub, ByteOrder order, std::uint32_t status);

}  // namespace platen::rpc
