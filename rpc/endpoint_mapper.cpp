#include "rpc/endpoint_mapper.hpp"

#include <algorithm>

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

enum OperationNumber : std::uint16_t { lookup = 2, map = 3, lookup_handle_free = 4 };

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

// --- What the operations share

// The handle of a lookup that is not finished says where it goes on; nothing is held for it. All zero: at the
// beginning.
struct Bookmark {
  static constexpr Uuid mark{0, 0x506c, 0x6174, {'e', 'n', 0, 'e', 'p', 't', 0, 0}};

  static std::optional<std::uint32_t> read(NdrReader& in) {
    const auto attributes = in.u32();
    Uuid uuid = in.uuid();
    if (uuid == Uuid{} && attributes == 0) return 0;
    const auto at = std::exchange(uuid.time_low, 0);
    return uuid == mark && attributes == 0 ? std::optional(at) : std::nullopt;
  }
  static void write(NdrWriter& out, std::uint32_t at) {
    out.u32(0);
    Uuid uuid = at == 0 ? Uuid{} : mark;
    uuid.time_low = at;
    out.uuid(uuid);
  }
};

void write_tower(NdrWriter& out, const Endpoint& endpoint) {
  const auto tower = encode_tower({endpoint.interface, kNdr, endpoint.port, endpoint.address});
  out.u32(static_cast<std::uint32_t>(tower.size()));
  out.u32(static_cast<std::uint32_t>(tower.size()));
  out.bytes(tower);
}

std::span<const std::byte> read_tower(NdrReader& in) {
  const auto size = in.count(1);
  if (in.u32() != size) in.wrong("a tower's two lengths differ");
  return in.bytes(size);
}

void write_array_sizes(NdrWriter& out, std::uint32_t most, std::size_t count) {
  out.u32(static_cast<std::uint32_t>(count));  // as a parameter of its own
  out.u32(most);
  out.u32(0);
  out.u32(static_cast<std::uint32_t>(count));
}

Message message_of(NdrWriter out) {
  return Message{out.take_octets(), {}};
}

// --- Operations

Result<Message> answer_map(const EndpointMap& map, const Message& request) {
  NdrReader in(request.octets, request.order);
  if (in.referent()) static_cast<void>(in.uuid());  // objects are not told apart here
  std::optional<Tower> wanted;
  if (in.referent()) wanted = parse_tower(read_tower(in));
  in.align(4);
  const auto from = Bookmark::read(in);
  const std::uint32_t most = std::min(in.u32(), most_answers);
  in.end(request.padding);
  if (in.failed()) return undecodable(in);

  std::vector<const Endpoint*> found;
  if (wanted && from)
    for (const auto& endpoint : map.all())
      if (found.size() < most && endpoint.interface.uuid == wanted->interface.uuid &&
          endpoint.interface.major == wanted->interface.major &&
          endpoint.interface.minor >= wanted->interface.minor && wanted->transfer == kNdr)
        found.push_back(&endpoint);
  NdrWriter out;
  Bookmark::write(out, 0);
  write_array_sizes(out, most, found.size());
  for (std::size_t i = 0; i < found.size(); ++i) out.referent(true);
  for (const auto* endpoint : found) write_tower(out, *endpoint);
  out.u32(found.empty() ? not_registered : done);
  return message_of(std::move(out));
}

struct Inquiry {
  enum Kind : std::uint32_t { all = 0, by_interface = 1, by_object = 2, by_both = 3 };
  enum Versions : std::uint32_t { any = 1, compatible = 2, exact = 3, major_only = 4, up_to = 5 };

  std::uint32_t kind = all;
  std::uint32_t versions = any;
  std::optional<SyntaxId> interface;
  bool object = false;

  [[nodiscard]] bool known() const {
    const bool needs_interface = kind == by_interface || kind == by_both;
    return kind <= by_both && (!needs_interface || (interface && versions >= any && versions <= up_to));
  }
  [[nodiscard]] bool takes(const Endpoint& endpoint) const {
    if (kind == by_object || kind == by_both) return false;  // nothing here belongs to an object
    if (kind == all) return true;
    const auto& is = endpoint.interface;
    if (is.uuid != interface->uuid) return false;
    switch (versions) {
      case any:
        return true;
      case compatible:
        return is.major == interface->major && is.minor >= interface->minor;
      case exact:
        return is.major == interface->major && is.minor == interface->minor;
      case major_only:
        return is.major == interface->major;
      default:
        return std::pair(is.major, is.minor) <= std::pair(interface->major, interface->minor);
    }
  }
};

Result<Message> answer_lookup(const EndpointMap& map, const Message& request) {
  NdrReader in(request.octets, request.order);
  Inquiry inquiry;
  inquiry.kind = in.u32();
  inquiry.object = in.referent();
  if (inquiry.object) static_cast<void>(in.uuid());
  if (in.referent()) {
    SyntaxId interface;
    interface.uuid = in.uuid();
    interface.major = in.u16();
    interface.minor = in.u16();
    inquiry.interface = interface;
  }
  inquiry.versions = in.u32();
  const auto from = Bookmark::read(in);
  const std::uint32_t most = std::min(in.u32(), most_answers);
  in.end(request.padding);
  if (in.failed()) return undecodable(in);

  const bool good = from && inquiry.known();
  std::vector<const Endpoint*> found;
  std::uint32_t at = good ? *from : 0;
  const auto& all = map.all();
  for (; good && at < all.size() && found.size() < most; ++at)
    if (inquiry.takes(all[at])) found.push_back(&all[at]);
  NdrWriter out;
  Bookmark::write(out, !good || at >= all.size() ? 0 : at);
  write_array_sizes(out, most, found.size());
  for (const auto* endpoint : found) {
    out.uuid({});
    out.referent(true);
    const auto note = endpoint->annotation.substr(0, longest_annotation);
    out.u32(0);
    out.u32(static_cast<std::uint32_t>(note.size() + 1));
    out.bytes(std::as_bytes(std::span(note.c_str(), note.size() + 1)));
  }
  for (const auto* endpoint : found) write_tower(out, *endpoint);
  out.u32(!good ? cannot_perform : found.empty() ? not_registered : done);
  return message_of(std::move(out));
}

Result<Message> answer_free(const Message& request) {
  NdrReader in(request.octets, request.order);
  const auto handle = Bookmark::read(in);
  in.end(request.padding);
  if (in.failed()) return undecodable(in);
  NdrWriter out;
  Bookmark::write(out, 0);
  out.u32(handle ? done : cannot_perform);
  return message_of(std::move(out));
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
  service.on_message(OperationNumber::map, [&map](Call&, Message request) -> Task<Result<Message>> {
    co_return answer_map(map, request);
  });
  service.on_message(OperationNumber::lookup, [&map](Call&, Message request) -> Task<Result<Message>> {
    co_return answer_lookup(map, request);
  });
  service.on_message(OperationNumber::lookup_handle_free,
                     [](Call&, Message request) -> Task<Result<Message>> { co_return answer_free(request); });
  return service;
}

}  // namespace platen::rpc
