// The verification trailer (MS-RPCE 2.2.2.13): what Windows' and Samba's clients, when they have signed in,
// put behind a request's stub so that nobody can have turned the parts of a PDU's header that old signatures
// do not cover.
//
//   auto size = check_trailer(stub, {number, context, call_id, interface, kNdr, order});
//   if (!size) refuse(size.error());      // it was sent for another call than the one that came
//   stub = stub.first(*size);             // all of it when there is no trailer
#pragma once

#include <cstdint>
#include <span>

#include "base/error.hpp"
#include "rpc/wire/pdu.hpp"

namespace platen::rpc {

// What the request's PDU says.
struct TrailerFacts {
  std::uint16_t number = 0;
  std::uint16_t context = 0;
  std::uint32_t call_id = 0;
  SyntaxId interface;
  SyntaxId transfer;
  ByteOrder order = ByteOrder::little;
};

// How much of `octets` is the stub.
[[nodiscard]] Result<std::size_t> check_trailer(std::span<const std::byte> octets, const TrailerFacts& facts);

}  // namespace platen::rpc
