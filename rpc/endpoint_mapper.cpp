#include "rpc/endpoint_mapper.hpp"

#include <algorithm>

#include "rpc/context_handles.hpp"

namespace platen::rpc {
namespace {

// Protocol identifiers of floors (C706 appendix I).
constexpr std::uint8_t floor_uuid = 0x0d;
constexpr std::uint8_t floor_connection = 0x0b;
constexpr std::uint8_t floor_tcp = 0x07;
constexpr std::uint8_t floor_ip = 0x09;

constexpr std::uint16_t floors = 5;
// Sizes of a floor's two halves, where they identify an interface.
constexpr std::uint16_t uuid_left = 1 + 16 + 2;
constexpr std::uint16_t uuid_right = 2;

// Statuses (C706 appendix E).
constexpr std::uint32_t done = 0;
constexpr std::uint32_t not_registered = 0x16c9a0d6;
constexpr std::uint32_t cannot_perform = 0x16c9a0cd;

// More in one answer nobody can want.
constexpr std::uint32_t most_answers = 500;
constexpr std::size_t longest_annotation = 63;

// The interface. A handle that is not zero is a lookup that goes on.
struct TowerOctets {
  std::uint32_t length = 0;
  Tail<std::byte> octets;
  [[nodiscard]] bool consistent() const { return length == octets.elements.size(); }
};
struct Entry {
  Uuid object;
  std::optional<TowerOctets> tower;
  UpTo<char, longest_annotation + 1> annotation;
};
struct LookupRequest {
  std::uint32_t inquiry = 0;
  std::optional<Uuid> object;
  std::optional<SyntaxId> interface;
  std::uint32_t versions = 0;
  ContextHandle handle;
  std::uint32_t most = 0;
};
struct LookupReply {
  ContextHandle handle;
  std::uint32_t count = 0;
  Varying<Entry> entries;
  std::uint32_t status = done;
};
struct MapRequest {
  std::optional<Uuid> object;
  std::optional<TowerOctets> tower;
  ContextHandle handle;
  std::uint32_t most = 0;
};
struct MapReply {
  ContextHandle handle;
  std::uint32_t count = 0;
  Varying<std::optional<TowerOctets>> towers;
  std::uint32_t status = done;
};
struct FreeRequest {
  ContextHandle handle;
};
struct FreeReply {
  ContextHandle handle;
  std::uint32_t status = done;
};
using Lookup = Operation<kEndpointMapper, 2, LookupRequest, LookupReply>;
using Map = Operation<kEndpointMapper, 3, MapRequest, MapReply>;
using FreeHandle = Operation<kEndpointMapper, 4, FreeRequest, FreeReply>;

std::uint16_t big(std::uint16_t value) {
  return in_order(value, ByteOrder::big);
}

// --- Towers

void put_syntax_floor(NdrWriter& out, const SyntaxId& syntax) {
  out.u16(uuid_left);
  out.u8(floor_uuid);
  NdrWriter uuid;  // whose alignment is its own: nothing in a tower is aligned
  uuid.uuid(syntax.uuid);
  out.bytes(uuid.as_vector());
  std::array<std::byte, 6> rest{};
  put_little(rest.data(), syntax.major);
  put_little(rest.data() + 2, uuid_right);
  put_little(rest.data() + 4, syntax.minor);
  out.bytes(rest);
}

class TowerReader {
 public:
  explicit TowerReader(std::span<const std::byte> octets) : rest_(octets) {}

  std::uint16_t number() {
    const auto octets = take(2);
    return octets.empty() ? std::uint16_t{0} : get_number<std::uint16_t>(octets.data(), ByteOrder::little);
  }
  // One half of a floor.
  std::span<const std::byte> half() { return take(number()); }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::span<const std::byte> take(std::size_t size) {
    good_ = good_ && size <= rest_.size();
    if (!good_) return {};
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  std::span<const std::byte> rest_;
  bool good_ = true;
};

std::optional<SyntaxId> syntax_floor(TowerReader& in) {
  const auto left = in.half();
  const auto right = in.half();
  if (left.size() != uuid_left || right.size() != uuid_right || left[0] != std::byte{floor_uuid})
    return std::nullopt;
  NdrReader uuid(left.subspan(1, 16));
  return SyntaxId{uuid.uuid(), get_number<std::uint16_t>(left.data() + 17, ByteOrder::little),
                  get_number<std::uint16_t>(right.data(), ByteOrder::little)};
}

bool is_floor(std::span<const std::byte> left, std::uint8_t protocol) {
  return left.size() == 1 && left[0] == std::byte{protocol};
}

TowerOctets tower_of(const Endpoint& endpoint) {
  auto octets = encode_tower({endpoint.interface, kNdr, endpoint.port, endpoint.address});
  const auto length = static_cast<std::uint32_t>(octets.size());
  return {length, {std::move(octets)}};
}

// --- Operations

// The handle of a lookup says where it goes on; nothing is held for it. Zero: at the beginning.
constexpr Uuid bookmark{0, 0x506c, 0x6174, {'e', 'n', 0, 'e', 'p', 't', 0, 0}};

std::optional<std::uint32_t> place_of(const ContextHandle& handle) {
  if (!handle) return 0;
  Uuid uuid = handle.uuid;
  const auto place = std::exchange(uuid.time_low, 0);
  return uuid == bookmark && handle.attributes == 0 ? std::optional(place) : std::nullopt;
}

ContextHandle handle_of(std::uint32_t place) {
  ContextHandle handle;
  if (place == 0) return handle;
  handle.uuid = bookmark;
  handle.uuid.time_low = place;
  return handle;
}

MapReply answer_map(const EndpointMap& map, const MapRequest& request) {
  MapReply reply;
  reply.towers.room = std::min(request.most, most_answers);
  const auto wanted = request.tower ? parse_tower(request.tower->octets.elements) : std::nullopt;
  if (wanted && wanted->transfer == kNdr)
    for (const auto& endpoint : map.all())
      if (reply.count < reply.towers.room && endpoint.interface.uuid == wanted->interface.uuid &&
          endpoint.interface.major == wanted->interface.major &&
          endpoint.interface.minor >= wanted->interface.minor) {
        reply.towers.elements.emplace_back(tower_of(endpoint));
        ++reply.count;
      }
  if (reply.count == 0) reply.status = not_registered;
  return reply;
}

enum Inquiry : std::uint32_t { all_entries = 0, by_interface = 1, by_object = 2, by_both = 3 };
enum Versions : std::uint32_t { any = 1, compatible = 2, exact = 3, major_only = 4, up_to = 5 };

bool understood(const LookupRequest& request) {
  if (request.inquiry != by_interface && request.inquiry != by_both) return request.inquiry <= by_both;
  return request.interface && request.versions >= any && request.versions <= up_to;
}

bool wants(const LookupRequest& request, const Endpoint& endpoint) {
  if (request.inquiry == all_entries) return true;
  if (request.inquiry != by_interface) return false;  // nothing here belongs to an object
  const auto& is = endpoint.interface;
  const auto& wanted = *request.interface;
  if (is.uuid != wanted.uuid) return false;
  switch (request.versions) {
    case any:
      return true;
    case compatible:
      return is.major == wanted.major && is.minor >= wanted.minor;
    case exact:
      return is == wanted;
    case major_only:
      return is.major == wanted.major;
    default:
      return std::pair(is.major, is.minor) <= std::pair(wanted.major, wanted.minor);
  }
}

LookupReply answer_lookup(const EndpointMap& map, const LookupRequest& request) {
  LookupReply reply;
  reply.entries.room = std::min(request.most, most_answers);
  const auto from = place_of(request.handle);
  if (!from || !understood(request)) {
    reply.status = cannot_perform;
    return reply;
  }
  const auto& all = map.all();
  std::uint32_t at = *from;
  for (; at < all.size() && reply.count < reply.entries.room; ++at) {
    if (!wants(request, all[at])) continue;
    Entry entry;
    entry.tower = tower_of(all[at]);
    const auto note = all[at].annotation.substr(0, longest_annotation);
    entry.annotation.elements.assign(note.c_str(), note.c_str() + note.size() + 1);
    reply.entries.elements.push_back(std::move(entry));
    ++reply.count;
  }
  if (at < all.size()) reply.handle = handle_of(at);
  if (reply.count == 0) reply.status = not_registered;
  return reply;
}

}  // namespace

std::vector<std::byte> encode_tower(const Tower& tower) {
  NdrWriter out;
  out.u16(floors);
  put_syntax_floor(out, tower.interface);
  NdrWriter second;
  put_syntax_floor(second, tower.transfer);
  out.bytes(second.as_vector());
  std::array<std::byte, 7 + 7 + 9> rest{};
  auto* at = rest.data();
  const auto half = [&at](std::uint16_t size) {
    put_little(at, size);
    at += 2;
  };
  const auto protocol = [&at, &half](std::uint8_t id, std::uint16_t size) {
    half(1);
    *at++ = std::byte{id};
    half(size);
  };
  protocol(floor_connection, 2);
  put_little(at, std::uint16_t{0});  // version 5.0's minor
  at += 2;
  protocol(floor_tcp, 2);
  put_little(at, big(tower.port));
  at += 2;
  protocol(floor_ip, 4);
  std::ranges::transform(tower.address, at, [](std::uint8_t octet) { return std::byte{octet}; });
  out.bytes(rest);
  return out.as_vector();
}

std::optional<Tower> parse_tower(std::span<const std::byte> octets) {
  TowerReader in(octets);
  if (in.number() != floors) return std::nullopt;
  const auto interface = syntax_floor(in);
  const auto transfer = syntax_floor(in);
  if (!interface || !transfer) return std::nullopt;
  Tower tower{*interface, *transfer};
  auto left = in.half();
  auto right = in.half();
  if (!is_floor(left, floor_connection)) return std::nullopt;
  left = in.half();
  right = in.half();
  if (!is_floor(left, floor_tcp) || right.size() != 2) return std::nullopt;
  tower.port = get_number<std::uint16_t>(right.data(), ByteOrder::big);
  left = in.half();
  right = in.half();
  if (!is_floor(left, floor_ip) || right.size() != tower.address.size()) return std::nullopt;
  std::ranges::transform(right, tower.address.begin(),
                         [](std::byte octet) { return static_cast<std::uint8_t>(octet); });
  return in.good() ? std::optional(tower) : std::nullopt;
}

Service endpoint_mapper(const EndpointMap& map) {
  Service service(kEndpointMapper);
  service.take_plain_ndr();
  service.on<Map>(
      [&map](Call&, MapRequest request) -> Task<Result<MapReply>> { co_return answer_map(map, request); });
  service.on<Lookup>([&map](Call&, LookupRequest request) -> Task<Result<LookupReply>> {
    co_return answer_lookup(map, request);
  });
  service.on<FreeHandle>([](Call&, FreeRequest request) -> Task<Result<FreeReply>> {
    FreeReply reply;
    if (!place_of(request.handle)) reply.status = cannot_perform;
    co_return reply;
  });
  return service;
}

}  // namespace platen::rpc
