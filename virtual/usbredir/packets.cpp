#include "virtual/usbredir/packets.hpp"

namespace platen::vprinter::usb::redir {
namespace {

using In = Reader<Order::little>;
using Out = Writer<Order::little>;

constexpr std::uint32_t bit(Ability ability) {
  return 1U << static_cast<unsigned>(ability);
}

}  // namespace

Status status_of(UrbStatus status) {
  switch (status) {
    case UrbStatus::ok:
      return Status::success;
    case UrbStatus::stalled:
      return Status::stall;
    case UrbStatus::canceled:
      return Status::canceled;
    case UrbStatus::overflowed:
      return Status::babble;
    case UrbStatus::gone:
      return Status::io_error;
  }
  return Status::io_error;
}

Abilities Abilities::ours() {
  using enum Ability;
  return Abilities(bit(connect_version) | bit(filter) | bit(disconnect_acknowledged) | bit(packet_sizes) |
                   bit(long_ids) | bit(long_bulk));
}

Header Header::read(std::span<const std::uint8_t> bytes, Abilities shared) {
  In in(bytes);
  Header header{.type = static_cast<Type>(in.get<std::uint32_t>()), .length = in.get<std::uint32_t>()};
  header.id = shared.has(Ability::long_ids) ? in.get<std::uint64_t>() : in.get<std::uint32_t>();
  return header;
}

UsbBytes Header::write(Abilities shared) const {
  Out out;
  out.put(static_cast<std::uint32_t>(type)).put(length);
  if (shared.has(Ability::long_ids))
    out.put(id);
  else
    out.put(static_cast<std::uint32_t>(id));
  return std::move(out).bytes();
}

ControlPacket ControlPacket::read(std::span<const std::uint8_t> bytes) {
  In in(bytes);
  ControlPacket packet;
  packet.endpoint = in.get<std::uint8_t>();
  packet.request = in.get<std::uint8_t>();
  packet.request_type = in.get<std::uint8_t>();
  packet.status = in.get<std::uint8_t>();
  packet.value = in.get<std::uint16_t>();
  packet.index = in.get<std::uint16_t>();
  packet.length = in.get<std::uint16_t>();
  return packet;
}

UsbBytes ControlPacket::write(std::span<const std::uint8_t> data) const {
  Out out;
  out.put(endpoint).put(request).put(request_type).put(status).put(value).put(index).put(length).put(data);
  return std::move(out).bytes();
}

UsbSetup ControlPacket::setup() const {
  Out out;
  out.put(request_type).put(request).put(value).put(index).put(length);
  const UsbBytes bytes = std::move(out).bytes();
  UsbSetup setup{};
  std::copy(bytes.begin(), bytes.end(), setup.begin());
  return setup;
}

BulkPacket BulkPacket::read(std::span<const std::uint8_t> bytes, Abilities shared) {
  In in(bytes);
  BulkPacket packet;
  packet.endpoint = in.get<std::uint8_t>();
  packet.status = in.get<std::uint8_t>();
  packet.length = in.get<std::uint16_t>();
  packet.stream = in.get<std::uint32_t>();
  if (shared.has(Ability::long_bulk)) packet.length |= std::uint32_t{in.get<std::uint16_t>()} << 16;
  return packet;
}

UsbBytes BulkPacket::write(std::span<const std::uint8_t> data, Abilities shared) const {
  Out out;
  out.put(endpoint).put(status).put(static_cast<std::uint16_t>(length)).put(stream);
  if (shared.has(Ability::long_bulk)) out.put(static_cast<std::uint16_t>(length >> 16));
  out.put(data);
  return std::move(out).bytes();
}

}  // namespace platen::vprinter::usb::redir
