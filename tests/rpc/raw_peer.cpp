#include "raw_peer.hpp"

namespace platen::rpc::testing {
namespace {

std::span<const std::byte> stub_of(const Pdu& pdu) {
  if (const auto* request = std::get_if<Request>(&pdu.body)) return request->stub;
  if (const auto* response = std::get_if<Response>(&pdu.body)) return response->stub;
  if (const auto* fault = std::get_if<Fault>(&pdu.body)) return fault->stub;
  return {};
}

}  // namespace

CallHeader Received::header() const {
  CallHeader header;
  return parse_call_header(stub_of(pdu), pdu.order, header) == nullptr ? header : CallHeader{};
}

Octets Received::body() const {
  const auto rest = stub_of(pdu).subspan(CallHeader::size);
  return {rest.begin(), rest.end()};
}

Error Received::error() const {
  const auto* fault = as<Fault>();
  if (fault == nullptr) return fail(Errc::failed, "find", "a fault");
  return decode_error(fault->stub.subspan(CallHeader::size), pdu.order, fault->status);
}

Task<Result<void>> RawPeer::send(Pdu pdu, Descriptors descriptors) {
  return send_octets(encode_pdu(pdu), std::move(descriptors));
}

bool RawPeer::Inbox::on_octets(std::span<std::byte> came, Descriptors&) {
  octets.insert(octets.end(), came.begin(), came.end());
  reading = false;
  changed.notify();
  return false;
}

void RawPeer::Inbox::on_end(Error why) {
  end = std::move(why);
  reading = false;
  changed.notify();
}

void RawPeer::Inbox::on_room() {
  waits_for_room = false;
  changed.notify();
}

Task<Result<void>> RawPeer::send_octets(std::vector<std::byte> octets, Descriptors descriptors) {
  const Deadline deadline = Deadline::in(clock_, long_enough);
  for (std::size_t sent = 0; sent < octets.size();) {
    const auto rest = std::span<const std::byte>(octets).subspan(sent);
    auto took = transport_->write(std::span(&rest, 1), descriptors);
    if (!took) co_return took.error();
    sent += *took;
    if (*took != 0) continue;
    inbox_->waits_for_room = true;
    transport_->await_room(inbox_);
    while (inbox_->waits_for_room)
      if (auto woken = co_await inbox_->changed.wait(clock_, deadline); !woken) co_return woken.error();
  }
  co_return Result<void>();
}

Task<Result<Received>> RawPeer::receive(Duration within) {
  const Deadline deadline = Deadline::in(clock_, within);
  auto& octets = inbox_->octets;
  for (;;) {
    if (octets.size() >= 16) {
      const std::size_t length =
          std::to_integer<std::size_t>(octets[8]) | std::to_integer<std::size_t>(octets[9]) << 8;
      if (octets.size() >= length) {
        const auto end = octets.begin() + static_cast<std::ptrdiff_t>(length);
        Received received{{octets.begin(), end}, {}};
        octets.erase(octets.begin(), end);
        auto pdu = parse_pdu(received.octets);
        if (!pdu) co_return pdu.error();
        received.pdu = std::move(*pdu);
        co_return received;
      }
    }
    if (inbox_->end) co_return *inbox_->end;
    if (!std::exchange(inbox_->reading, true)) transport_->read(inbox_);
    if (auto woken = co_await inbox_->changed.wait(clock_, deadline); !woken) co_return woken.error();
  }
}

Task<bool> RawPeer::hung_up(Duration within) {
  auto received = co_await receive(within);
  co_return !received && received.error().is(Errc::closed);
}

Task<Result<void>> RawPeer::bind(std::uint16_t max_receive) {
  Bind bind;
  bind.max_send = bind.max_receive = max_receive;
  bind.contexts = {{0, interface, {kNdr, kCallHeaderNdr}}, {1, {kNestedCalls.uuid, 1, 0}, {kCallHeaderNdr}}};
  Pdu pdu{whole_message, 1, ByteOrder::little, std::move(bind)};
  auto sent = co_await send(std::move(pdu));
  if (!sent) co_return sent.error();
  auto ack = co_await receive();
  if (!ack) co_return ack.error();
  if (ack->as<BindAck>() == nullptr) co_return fail(Errc::refused, "bind", "");
  co_return Result<void>();
}

Task<Result<void>> RawPeer::accept_bind() {
  auto bind = co_await receive();
  if (!bind) co_return bind.error();
  BindAck ack;
  ack.max_send = ack.max_receive = local_fragment;
  ack.contexts.assign(2, ContextAnswer{ContextResult::accepted, ContextReason::none, kCallHeaderNdr});
  Pdu pdu{whole_message, bind->pdu.call_id, ByteOrder::little, std::move(ack)};
  co_return co_await send(std::move(pdu));
}

Task<Result<void>> RawPeer::call(std::uint16_t number, Message message, Duration left) {
  chain = random_uuid();
  slot = random_number();
  call_id = random_number();
  CallHeader header;
  header.chain = chain;
  header.slot = slot;
  header.left_us =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(left).count());
  header.interface = interface;
  header.descriptors = static_cast<std::uint16_t>(message.descriptors.size());
  auto stub = encode_call_header(header);
  stub.insert(stub.end(), message.octets.begin(), message.octets.end());
  Request request;
  request.number = number;
  request.stub = stub;
  Pdu pdu{whole_message, call_id, ByteOrder::little, request};
  auto octets = encode_pdu(pdu);
  co_return co_await send_octets(std::move(octets), std::move(message.descriptors));
}

Task<Result<void>> RawPeer::respond(std::uint32_t to_call_id, CallHeader header, Message message) {
  header.descriptors = 0;
  auto stub = encode_call_header(header);
  stub.insert(stub.end(), message.octets.begin(), message.octets.end());
  Response response;
  response.stub = stub;
  Pdu pdu{whole_message, to_call_id, ByteOrder::little, response};
  auto octets = encode_pdu(pdu);
  co_return co_await send_octets(std::move(octets));
}

}  // namespace platen::rpc::testing
