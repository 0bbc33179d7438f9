#include "rpc/wire/call_header.hpp"

namespace platen::rpc {
std::vector<std::byte> encode_call_header(const CallHeader& header) {
  std::vector<std::byte> octets(CallHeader::size);
  encode_call_header(header, std::span<std::byte, CallHeader::size>(octets));
  return octets;
}

bool matches(const CallHeader& answer, std::uint32_t call_id, const CallIdentity& expected) {
  return call_id == expected.call_id && answer.slot == expected.slot && answer.chain == expected.chain &&
         answer.depth == expected.depth;
}

}  // namespace platen::rpc
