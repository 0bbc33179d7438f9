#include "virtual/usbredir/usbredir_session.hpp"

#include <algorithm>
#include <string_view>

namespace platen::vprinter::usb {
namespace {

using redir::Ability;
using redir::BulkPacket;
using redir::ControlPacket;
using redir::Header;
using redir::Type;
using In = Reader<Order::little>;
using Out = Writer<Order::little>;

constexpr std::string_view kWhoWeAre = "platen-vprinter";
constexpr std::uint32_t kMostUsbredirData = 16 << 20;

// USB 2.0, chapter 9.
constexpr std::uint8_t kFromDevice = 0x80, kToDevice = 0x00, kToInterface = 0x01;
constexpr std::uint8_t kGetDescriptor = 6, kGetConfiguration = 8, kSetConfiguration = 9, kSetInterface = 11;
constexpr std::uint8_t kDeviceDescriptor = 1, kConfigurationDescriptor = 2, kInterfaceDescriptor = 4,
                       kEndpointDescriptor = 5;
constexpr std::size_t kDeviceSize = 18, kMostConfiguration = 4096, kInterfaceSize = 9, kEndpointSize = 7;
constexpr std::uint8_t kTransferType = 3, kEndpointNumber = 0x0f;
constexpr std::uint16_t kControlPacketSize = 64;

// The endpoint's place in the protocol's tables.
std::size_t table_place(std::uint8_t endpoint) {
  return (endpoint & kEndpointNumber) + ((endpoint & kIn) ? redir::kTableSize / 2 : 0);
}

}  // namespace

UsbredirSession::UsbredirSession(UsbDevice& device, Send send) : device_(device), send_(std::move(send)) {}

UsbredirSession::~UsbredirSession() {
  device_.unplug();
}

void UsbredirSession::start() {
  device_.plug([this](const UrbCompletion& completion) {
    auto found = waiting_.extract(completion.id);
    if (!found.empty()) found.mapped()(completion);
  });
  Out hello;
  hello.put(Octets(reinterpret_cast<const std::uint8_t*>(kWhoWeAre.data()), kWhoWeAre.size()));
  hello.pad(redir::kVersionSize - kWhoWeAre.size()).put(redir::Abilities::ours().bits());
  send(Type::hello, 0, std::move(hello).bytes());
}

Result<void> UsbredirSession::take(Octets bytes) {
  in_.insert(in_.end(), bytes.begin(), bytes.end());
  std::size_t used = 0;
  for (;;) {
    const Octets rest = Octets(in_).subspan(used);
    const std::size_t size = Header::size(shared_);
    if (rest.size() < size) break;
    const Header header = Header::read(rest, shared_);
    if (header.length > kMostUsbredirData)
      return fail(Errc::too_large, "take", "a usb-redir packet",
                  "It says that it has " + std::to_string(header.length) + " bytes.");
    if (rest.size() < size + header.length) break;
    used += size + header.length;
    if (auto taken = take_packet(header, rest.subspan(size, header.length)); !taken) return taken;
  }
  in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(used));
  return {};
}

Result<void> UsbredirSession::take_packet(const Header& header, Octets body) {
  if (!met_ && header.type != Type::hello)
    return fail(Errc::malformed, "understand", "a usb-redir host", "It does not begin with hello.");
  In in(body);
  switch (header.type) {
    case Type::hello:
      take_hello(body);
      break;
    case Type::reset:
      alternates_.clear();
      device_.reset();
      break;
    case Type::set_configuration:
      set_configuration(header.id, in.get<std::uint8_t>());
      break;
    case Type::get_configuration:
      ask({kFromDevice, kGetConfiguration, 0, 0, 0, 0, 1, 0}, 1,
          [this, id = header.id](const UrbCompletion& c) {
            const std::uint8_t now = c.data.empty() ? 0 : c.data[0];
            const UsbBytes out{static_cast<std::uint8_t>(redir::status_of(c.status)), now};
            send(Type::configuration_status, id, out);
          });
      break;
    case Type::set_alternate: {
      const auto interface = in.get<std::uint8_t>();
      set_alternate(header.id, interface, in.get<std::uint8_t>());
      break;
    }
    case Type::get_alternate: {
      const auto interface = in.get<std::uint8_t>();
      send(Type::alternate_status, header.id, UsbBytes{0, interface, alternates_[interface]});
      break;
    }
    case Type::cancel:
      if (auto found = ours_by_host_.find(header.id); found != ours_by_host_.end())
        device_.cancel(found->second);
      break;
    case Type::control:
      if (body.size() < ControlPacket::size)
        return fail(Errc::malformed, "understand", "a usb-redir control packet", "It is too short.");
      take_control(header.id, body);
      break;
    case Type::bulk:
      if (body.size() < BulkPacket::size(shared_))
        return fail(Errc::malformed, "understand", "a usb-redir bulk packet", "It is too short.");
      take_bulk(header.id, body);
      break;
    default:  // filters and acknowledgements need no answer; the rest was not offered
      break;
  }
  return {};
}

void UsbredirSession::take_hello(Octets body) {
  In in(body);
  in.take(redir::kVersionSize);
  const auto theirs = in.get<std::uint32_t>();
  met_ = true;
  shared_ = redir::Abilities::ours() & redir::Abilities(in.good() ? theirs : 0);
  read_device();
}

// Then read_configuration(), then connect().
void UsbredirSession::read_device() {
  ask({kFromDevice, kGetDescriptor, 0, kDeviceDescriptor, 0, 0, kDeviceSize, 0}, kDeviceSize,
      [this](UrbCompletion completion) {
        device_descriptor_ = std::move(completion.data);
        read_configuration();
      });
}

void UsbredirSession::read_configuration() {
  constexpr std::uint8_t low = kMostConfiguration & 0xff, high = kMostConfiguration >> 8;
  ask({kFromDevice, kGetDescriptor, 0, kConfigurationDescriptor, 0, 0, low, high}, kMostConfiguration,
      [this](UrbCompletion completion) {
        configuration_ = std::move(completion.data);
        tell_endpoints();
        connect();
      });
}

// What the configuration's descriptors say, in the alternate settings that are chosen now.
void UsbredirSession::tell_endpoints() {
  struct Interface {
    std::uint8_t number, kind[3];
  };
  std::vector<Interface> interfaces;
  std::array<std::uint8_t, redir::kTableSize> types, intervals{}, owners{};
  std::array<std::uint16_t, redir::kTableSize> sizes{};
  types.fill(redir::kNoEndpoint);
  for (std::uint8_t control : {std::uint8_t{0}, kIn}) {
    types[table_place(control)] = 0;
    sizes[table_place(control)] = kControlPacketSize;
  }
  bool chosen = false;
  for (Octets rest = configuration_; rest.size() >= 2 && rest[0] >= 2 && rest[0] <= rest.size();
       rest = rest.subspan(rest[0])) {
    if (rest[1] == kInterfaceDescriptor && rest[0] >= kInterfaceSize) {
      chosen = alternates_[rest[2]] == rest[3] && interfaces.size() < redir::kTableSize;
      if (chosen) interfaces.push_back({rest[2], {rest[5], rest[6], rest[7]}});
    } else if (rest[1] == kEndpointDescriptor && rest[0] >= kEndpointSize && chosen) {
      const std::size_t place = table_place(rest[2]);
      types[place] = rest[3] & kTransferType;
      sizes[place] = static_cast<std::uint16_t>(rest[4] | rest[5] << 8);
      intervals[place] = rest[6];
      owners[place] = interfaces.back().number;
    }
  }

  Out info;
  info.put(static_cast<std::uint32_t>(interfaces.size()));
  auto column = [&info, &interfaces](auto value) {
    for (const Interface& each : interfaces) info.put(value(each));
    info.pad(redir::kTableSize - interfaces.size());
  };
  column([](const Interface& each) { return each.number; });
  for (std::size_t i = 0; i < 3; ++i) column([i](const Interface& each) { return each.kind[i]; });
  send(Type::interface_info, 0, std::move(info).bytes());

  Out endpoints;
  endpoints.put(Octets(types)).put(Octets(intervals)).put(Octets(owners));
  if (shared_.has(Ability::packet_sizes))
    for (std::uint16_t size : sizes) endpoints.put(size);
  send(Type::endpoint_info, 0, std::move(endpoints).bytes());
}

void UsbredirSession::connect() {
  In in(device_descriptor_);
  in.take(4);
  Out out;
  out.put(device_.high_speed() ? redir::kHighSpeed : redir::kFullSpeed)
      .put(in.take(3));  // class, subclass, protocol
  in.take(1);
  out.put(in.get<std::uint16_t>()).put(in.get<std::uint16_t>());  // vendor, product
  const auto version = in.get<std::uint16_t>();
  if (shared_.has(Ability::connect_version)) out.put(version);
  send(Type::device_connect, 0, std::move(out).bytes());
}

void UsbredirSession::set_configuration(std::uint64_t id, std::uint8_t configuration) {
  ask({kToDevice, kSetConfiguration, configuration, 0, 0, 0, 0, 0}, 0,
      [this, id, configuration](const UrbCompletion& completion) {
        alternates_.clear();
        tell_endpoints();
        const UsbBytes out{static_cast<std::uint8_t>(redir::status_of(completion.status)), configuration};
        send(Type::configuration_status, id, out);
      });
}

void UsbredirSession::set_alternate(std::uint64_t id, std::uint8_t interface, std::uint8_t alternate) {
  ask({kToInterface, kSetInterface, alternate, 0, interface, 0, 0, 0}, 0,
      [this, id, interface, alternate](const UrbCompletion& completion) {
        if (completion.status == UrbStatus::ok) alternates_[interface] = alternate;
        tell_endpoints();
        const UsbBytes out{static_cast<std::uint8_t>(redir::status_of(completion.status)), interface,
                           alternates_[interface]};
        send(Type::alternate_status, id, out);
      });
}

void UsbredirSession::take_control(std::uint64_t id, Octets body) {
  const ControlPacket packet = ControlPacket::read(body);
  Urb urb{.endpoint = 0, .setup = packet.setup()};
  const bool in = packet.request_type & kIn;
  if (in)
    urb.room = packet.length;
  else
    urb.data.assign(body.begin() + ControlPacket::size, body.end());
  const auto ours = submit(std::move(urb), [this, id, packet](const UrbCompletion& completion) {
    ours_by_host_.erase(id);
    ControlPacket answer = packet;
    answer.status = static_cast<std::uint8_t>(redir::status_of(completion.status));
    answer.length = static_cast<std::uint16_t>(completion.moved);
    send(Type::control, id, answer.write(completion.data));
  });
  if (waiting_.contains(ours)) ours_by_host_[id] = ours;
}

void UsbredirSession::take_bulk(std::uint64_t id, Octets body) {
  const BulkPacket packet = BulkPacket::read(body, shared_);
  Urb urb{.endpoint = packet.endpoint};
  const bool in = packet.endpoint & kIn;
  const Octets data = body.subspan(BulkPacket::size(shared_));
  if (in)
    urb.room = std::min(packet.length, kMostUsbredirData);
  else
    urb.data.assign(data.begin(), data.end());
  const auto ours = submit(std::move(urb), [this, id, packet](const UrbCompletion& completion) {
    ours_by_host_.erase(id);
    BulkPacket answer = packet;
    answer.status = static_cast<std::uint8_t>(redir::status_of(completion.status));
    answer.length = static_cast<std::uint32_t>(completion.moved);
    send(Type::bulk, id, answer.write(completion.data, shared_));
  });
  if (waiting_.contains(ours)) ours_by_host_[id] = ours;
}

std::uint64_t UsbredirSession::submit(Urb urb, Then then) {
  const std::uint64_t id = next_++;
  urb.id = id;
  waiting_.emplace(id, std::move(then));
  device_.submit(std::move(urb));
  return id;
}

void UsbredirSession::ask(const UsbSetup& setup, std::size_t room, Then then) {
  submit({.setup = setup, .room = room}, std::move(then));
}

void UsbredirSession::send(Type type, std::uint64_t id, Octets body) {
  // hello is written before anything is agreed on.
  const redir::Abilities layout = type == Type::hello ? redir::Abilities() : shared_;
  const Header header{.type = type, .length = static_cast<std::uint32_t>(body.size()), .id = id};
  UsbBytes packet = header.write(layout);
  packet.insert(packet.end(), body.begin(), body.end());
  send_(std::move(packet));
}

}  // namespace platen::vprinter::usb
