// Octets of a peer: the first says in how large pieces they arrive. What is understood must survive being
// said again.
#include <cstdint>
#include <cstdlib>

#include "rpc/wire/call_header.hpp"
#include "rpc/wire/fault.hpp"
#include "rpc/wire/pdu.hpp"

using namespace platen::rpc;

namespace {

void look_into(const Pdu& pdu) {
  if (const auto* request = std::get_if<Request>(&pdu.body)) {
    CallHeader header;
    static_cast<void>(parse_call_header(request->stub, pdu.order, header));
  }
  if (const auto* fault = std::get_if<Fault>(&pdu.body))
    static_cast<void>(decode_error(fault->stub, pdu.order, fault->status));
  const auto again = encode_pdu(pdu);
  // Padding that was chosen otherwise can make it too long for the length field.
  if (again.size() > 0xffff) return;
  if (auto parsed = parse_pdu(again); !parsed || parsed->body.index() != pdu.body.index()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::size_t piece = 1 + data[0];
  const auto octets = std::as_bytes(std::span(data + 1, size - 1));
  std::vector<std::byte> whole(octets.begin(), octets.end());
  std::span rest(whole);
  PduStream stream;
  while (!rest.empty()) {
    const auto part = rest.first(std::min(piece, rest.size()));
    rest = rest.subspan(part.size());
    stream.lend(part);
    while (auto* item = stream.next()) look_into(item->pdu);
    if (stream.wrong()) return 0;
  }
  return 0;
}
