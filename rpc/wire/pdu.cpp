#include "rpc/wire/pdu.hpp"

#include <algorithm>
#include <array>

namespace platen::rpc {
namespace {

constexpr std::size_t common_header = 16;
constexpr std::size_t length_place = 8;  // in it
constexpr std::size_t auth_length_place = 10;
constexpr std::uint8_t major_version = 5;

// C706 table 12-1.
enum class PduType : std::uint8_t {
  request = 0,
  response = 2,
  fault = 3,
  bind = 11,
  bind_ack = 12,
  bind_nak = 13,
  alter_context = 14,
  alter_context_ack = 15,
  auth3 = 16,
  shutdown = 17,
  co_cancel = 18,
  orphaned = 19,
};

Error malformed(const char* what) {
  return fail(Errc::malformed, "understand the other side's protocol", std::string("(") + what + ")",
              "Something that is not Platen speaks on this connection.");
}

ByteOrder order_of(std::span<const std::byte> octets) {
  return (std::to_integer<unsigned>(octets[4]) >> 4) == 1 ? ByteOrder::little : ByteOrder::big;
}

// Wrong versions and representations show in the first octets: they need not wait for the rest.
const char* look_at(std::span<const std::byte> octets) {
  if (!octets.empty() && octets[0] != std::byte{major_version}) return "its version is not 5";
  if (octets.size() >= 2 && octets[1] > std::byte{1}) return "its minor version is unknown";
  if (octets.size() >= 3 && octets[2] > std::byte{20}) return "its type is unknown";
  if (octets.size() >= 5 && (octets[4] & std::byte{0x0f}) != std::byte{0})
    return "its characters are not ASCII";
  if (octets.size() >= 5 && (octets[4] >> 4) > std::byte{1}) return "its byte order is unknown";
  if (octets.size() >= 6 && octets[5] != std::byte{0}) return "its floating point is not IEEE";
  return nullptr;
}

std::uint16_t fragment_length(std::span<const std::byte> octets) {
  NdrReader in(octets.subspan(8, 2), order_of(octets));
  return in.u16();
}

SyntaxId read_syntax(NdrReader& in) {
  SyntaxId syntax;
  syntax.uuid = in.uuid();
  // One 32-bit number on the wire, the major version in its low half.
  const auto version = in.u32();
  syntax.major = static_cast<std::uint16_t>(version & 0xffffU);
  syntax.minor = static_cast<std::uint16_t>(version >> 16);
  return syntax;
}

// --- Writing the bodies

struct BodyWriter {
  NdrWriter& out;

  PduType operator()(const Bind& bind) {
    out.u16(bind.max_send);
    out.u16(bind.max_receive);
    out.u32(bind.group);
    out.u8(static_cast<std::uint8_t>(bind.contexts.size()));
    out.align(4);
    for (const auto& offer : bind.contexts) {
      out.u16(offer.id);
      out.u8(static_cast<std::uint8_t>(offer.transfer.size()));
      out.align(4);
      syntax(offer.interface);
      for (const auto& transfer : offer.transfer) syntax(transfer);
    }
    return PduType::bind;
  }

  PduType operator()(const BindAck& ack) {
    out.u16(ack.max_send);
    out.u16(ack.max_receive);
    out.u32(ack.group);
    out.u16(static_cast<std::uint16_t>(ack.secondary_address.size() + 1));
    out.bytes(std::as_bytes(std::span(ack.secondary_address)));
    out.u8(0);
    out.align(4);
    out.u8(static_cast<std::uint8_t>(ack.contexts.size()));
    out.align(4);
    for (const auto& answer : ack.contexts) {
      out.u16(static_cast<std::uint16_t>(answer.result));
      out.u16(static_cast<std::uint16_t>(answer.reason));
      syntax(answer.transfer);
    }
    return PduType::bind_ack;
  }

  PduType operator()(const BindNak& nak) {
    out.u16(static_cast<std::uint16_t>(nak.reason));
    out.u8(static_cast<std::uint8_t>(nak.versions.size()));
    for (const auto& version : nak.versions) {
      out.u8(version.major);
      out.u8(version.minor);
    }
    return PduType::bind_nak;
  }

  PduType operator()(const AlterContext& alter) {
    static_cast<void>((*this)(alter.offer));
    return PduType::alter_context;
  }

  PduType operator()(const AlterContextAck& ack) {
    static_cast<void>((*this)(ack.answer));
    return PduType::alter_context_ack;
  }

  PduType operator()(const Auth3&) {
    out.u32(0);  // nothing, of this length (MS-RPCE 2.2.2.5)
    return PduType::auth3;
  }

  PduType operator()(const Request& request) {
    out.u32(request.allocation_hint);
    out.u16(request.context);
    out.u16(request.number);
    if (request.object) out.uuid(*request.object);
    out.bytes(request.stub);
    return PduType::request;
  }

  PduType operator()(const Response& response) {
    out.u32(response.allocation_hint);
    out.u16(response.context);
    out.u8(response.cancel_count);
    out.u8(0);
    out.bytes(response.stub);
    return PduType::response;
  }

  PduType operator()(const Fault& fault) {
    out.u32(fault.allocation_hint);
    out.u16(fault.context);
    out.u8(fault.cancel_count);
    out.u8(0);
    out.u32(fault.status);
    out.u32(0);
    out.bytes(fault.stub);
    return PduType::fault;
  }

  PduType operator()(const Cancel&) { return PduType::co_cancel; }
  PduType operator()(const Orphaned&) { return PduType::orphaned; }
  PduType operator()(const Shutdown&) { return PduType::shutdown; }

 private:
  void syntax(const SyntaxId& id) {
    out.uuid(id.uuid);
    out.u32(static_cast<std::uint32_t>(id.major | (id.minor << 16)));
  }
};

// --- Reading them

Bind read_bind(NdrReader& in) {
  Bind bind;
  bind.max_send = in.u16();
  bind.max_receive = in.u16();
  bind.group = in.u32();
  const auto contexts = in.u8();
  in.align(4);
  for (unsigned i = 0; i < contexts && !in.failed(); ++i) {
    ContextOffer offer;
    offer.id = in.u16();
    const auto transfers = in.u8();
    in.align(4);
    offer.interface = read_syntax(in);
    for (unsigned k = 0; k < transfers && !in.failed(); ++k) offer.transfer.push_back(read_syntax(in));
    bind.contexts.push_back(std::move(offer));
  }
  return bind;
}

BindAck read_bind_ack(NdrReader& in) {
  BindAck ack;
  ack.max_send = in.u16();
  ack.max_receive = in.u16();
  ack.group = in.u32();
  const std::size_t length = in.u16();
  auto address = in.bytes(length);
  if (!address.empty())
    ack.secondary_address.assign(reinterpret_cast<const char*>(address.data()), address.size() - 1);
  in.align(4);
  const auto contexts = in.u8();
  in.align(4);
  for (unsigned i = 0; i < contexts && !in.failed(); ++i) {
    ContextAnswer answer;
    answer.result = static_cast<ContextResult>(in.u16());
    answer.reason = static_cast<ContextReason>(in.u16());
    answer.transfer = read_syntax(in);
    ack.contexts.push_back(answer);
  }
  return ack;
}

BindNak read_bind_nak(NdrReader& in) {
  BindNak nak;
  nak.reason = static_cast<BindRefusal>(in.u16());
  nak.versions.clear();
  if (in.failed() || in.left() == 0) return nak;  // old servers say no more than why
  const auto count = in.u8();
  for (unsigned i = 0; i < count && !in.failed(); ++i) {
    const auto major = in.u8();
    nak.versions.push_back({major, in.u8()});
  }
  return nak;
}

// Where the verifier of a PDU is, given the length of its value; the octets before it are the body.
const char* read_auth(std::span<const std::byte> octets, ByteOrder order, std::size_t length,
                      AuthVerifier& auth) {
  if (octets.size() < common_header + auth_trailer + length) return "its verifier is longer than itself";
  const std::size_t at = octets.size() - length - auth_trailer;
  if (at % 4 != 0) return "its verifier is not aligned";
  NdrReader in(octets.subspan(at, auth_trailer), order);
  auth.type = in.u8();
  auth.level = in.u8();
  auth.padding = in.u8();
  static_cast<void>(in.u8());
  auth.context = in.u32();
  auth.value = octets.last(length);
  if (auth.padding > at - common_header) return "its padding is longer than itself";
  return nullptr;
}

bool has_stub(const PduBody& body) {
  return std::holds_alternative<Request>(body) || std::holds_alternative<Response>(body) ||
         std::holds_alternative<Fault>(body);
}

std::size_t header_of(const PduBody& body) {
  if (const auto* request = std::get_if<Request>(&body))
    return request_header + (request->object ? object_size : 0);
  return std::holds_alternative<Fault>(body) ? fault_header : response_header;
}

// Octets between a PDU of that size and its verifier.
std::size_t auth_padding(const PduBody& body, std::size_t size) {
  const std::size_t from = has_stub(body) ? header_of(body) : 0;
  const std::size_t boundary = has_stub(body) ? auth_alignment : 4;
  return (boundary - (size - from) % boundary) % boundary;
}

// The padding's length stands in the trailer, and the trailer's in nothing: its place follows from the end.
void write_auth(NdrWriter& out, const PduBody& body, const AuthVerifier& auth) {
  const std::size_t padding = auth_padding(body, out.size());
  for (std::size_t i = 0; i < padding; ++i) out.u8(0);
  out.u8(auth.type);
  out.u8(auth.level);
  out.u8(static_cast<std::uint8_t>(padding));
  out.u8(0);
  out.u32(auth.context);
  out.bytes(auth.value);
}

void put_u16(std::span<std::byte> into, std::size_t at, std::size_t value, ByteOrder order) {
  const std::size_t low = order == ByteOrder::little ? at : at + 1;
  into[low] = static_cast<std::byte>(value);
  into[low ^ 1U] = static_cast<std::byte>(value >> 8);
}

Request read_request(NdrReader& in, bool with_object) {
  Request request;
  request.allocation_hint = in.u32();
  request.context = in.u16();
  request.number = in.u16();
  if (with_object) request.object = in.uuid();
  request.stub = in.bytes(in.left());
  return request;
}

Response read_response(NdrReader& in) {
  Response response;
  response.allocation_hint = in.u32();
  response.context = in.u16();
  response.cancel_count = in.u8();
  static_cast<void>(in.u8());
  response.stub = in.bytes(in.left());
  return response;
}

Fault read_fault(NdrReader& in) {
  Fault fault;
  fault.allocation_hint = in.u32();
  fault.context = in.u16();
  fault.cancel_count = in.u8();
  static_cast<void>(in.u8());
  fault.status = in.u32();
  static_cast<void>(in.u32());
  fault.stub = in.bytes(in.left());
  return fault;
}

// A request or response as nearly all are: little-endian, without object and verifier, at fixed places. Not
// so with others, whatever is right or wrong with them.
bool read_plain_call(std::span<const std::byte> octets, Pdu& into) {
  if (octets.size() < request_header) return false;
  const std::byte* at = octets.data();
  const auto u16 = [at](std::size_t place) {
    return get_number<std::uint16_t>(at + place, ByteOrder::little);
  };
  const auto u32 = [at](std::size_t place) {
    return get_number<std::uint32_t>(at + place, ByteOrder::little);
  };
  const auto type = static_cast<PduType>(at[2]);
  const bool request = type == PduType::request;
  if (at[0] != std::byte{major_version} || at[1] > std::byte{1} || (!request && type != PduType::response) ||
      (at[3] & std::byte{has_object}) != std::byte{0} || u16(4) != 0x0010 || u16(8) != octets.size() ||
      u16(10) != 0)
    return false;
  into.flags = static_cast<std::uint8_t>(at[3]);
  into.call_id = u32(12);
  into.order = ByteOrder::little;
  into.auth.reset();
  const auto stub = octets.subspan(request_header);
  const auto put = [&into](auto body) {
    if (auto* same = std::get_if<decltype(body)>(&into.body))
      *same = body;
    else
      into.body = body;
  };
  if (request)
    put(Request{u32(16), u16(20), u16(22), std::nullopt, stub});
  else
    put(Response{u32(16), u16(20), static_cast<std::uint8_t>(at[22]), stub});
  return true;
}

}  // namespace

std::optional<std::uint16_t> asked_features(const SyntaxId& transfer) {
  Uuid stem = transfer.uuid;
  stem.rest = {};
  if (stem != kFeatureQuestion) return std::nullopt;
  return static_cast<std::uint16_t>(transfer.uuid.rest[0] | (transfer.uuid.rest[1] << 8));
}

std::vector<std::byte> encode_pdu(const Pdu& pdu) {
  NdrWriter out(pdu.order);
  std::uint8_t flags = pdu.flags;
  if (const auto* request = std::get_if<Request>(&pdu.body); request && request->object) flags |= has_object;
  out.u8(major_version);
  out.u8(0);
  out.u8(0);  // the type, known below
  out.u8(flags);
  out.u8(pdu.order == ByteOrder::little ? 0x10 : 0x00);
  out.u8(0);
  out.u16(0);
  out.u16(0);  // the length, known below
  out.u16(pdu.auth ? static_cast<std::uint16_t>(pdu.auth->value.size()) : 0);
  out.u32(pdu.call_id);
  const PduType type = std::visit(BodyWriter{out}, pdu.body);
  if (pdu.auth) write_auth(out, pdu.body, *pdu.auth);
  auto octets = out.take_octets();
  put_u16(octets, length_place, octets.size(), pdu.order);
  octets[2] = static_cast<std::byte>(type);
  return {octets.begin(), octets.end()};
}

void append_with_verifier(std::vector<std::byte>& to, std::span<const std::byte> octets, const Pdu& pdu,
                          const AuthVerifier& auth) {
  const std::size_t padding = auth_padding(pdu.body, octets.size());
  const std::size_t start = to.size();
  to.reserve(start + octets.size() + padding + auth_trailer + auth.value.size());
  to.insert(to.end(), octets.begin(), octets.end());
  to.resize(to.size() + padding);
  std::array<std::byte, auth_trailer> trailer{std::byte{auth.type}, std::byte{auth.level},
                                              static_cast<std::byte>(padding)};
  put_u16(trailer, pdu.order == ByteOrder::little ? 4 : 6, auth.context & 0xffffU, pdu.order);
  put_u16(trailer, pdu.order == ByteOrder::little ? 6 : 4, auth.context >> 16, pdu.order);
  to.insert(to.end(), trailer.begin(), trailer.end());
  to.insert(to.end(), auth.value.begin(), auth.value.end());
  const auto made = std::span(to).subspan(start);
  put_u16(made, length_place, made.size(), pdu.order);
  put_u16(made, auth_length_place, auth.value.size(), pdu.order);
}

void append_without_verifier(std::vector<std::byte>& to, std::span<const std::byte> octets, const Pdu& pdu) {
  const std::size_t behind = pdu.auth ? pdu.auth->padding + auth_trailer + pdu.auth->value.size() : 0;
  const auto clear = octets.first(octets.size() - behind);
  const std::size_t start = to.size();
  to.insert(to.end(), clear.begin(), clear.end());
  const auto made = std::span(to).subspan(start);
  put_u16(made, length_place, made.size(), pdu.order);
  put_u16(made, auth_length_place, 0, pdu.order);
}

std::size_t encode_header(const StubHeader& header, std::uint8_t flags, std::size_t stub, std::size_t to_come,
                          std::byte* into) {
  constexpr PduType types[] = {PduType::request, PduType::response, PduType::fault};
  const std::size_t size = header.size();
  into[0] = std::byte{major_version};
  into[1] = std::byte{0};
  into[2] = static_cast<std::byte>(types[static_cast<std::size_t>(header.kind)]);
  into[3] = std::byte{flags};
  if (header.object) {
    into[3] |= std::byte{has_object};
    put_little(into + request_header, *header.object);
  }
  put_little(into + 4, std::uint32_t{0x10});
  put_little(into + 8, static_cast<std::uint16_t>(size + stub));
  put_little(into + 10, std::uint16_t{0});  // no verifier
  put_little(into + 12, header.call_id);
  put_little(into + 16, static_cast<std::uint32_t>(to_come));
  put_little(into + 20, header.context);
  put_little(into + 22, header.number);
  if (header.kind == StubHeader::Kind::fault) {
    put_little(into + 24, header.status);
    put_little(into + 28, std::uint32_t{0});
  }
  return size;
}

Result<Pdu> parse_pdu(std::span<const std::byte> octets) {
  if (const char* what = look_at(octets)) return malformed(what);
  if (octets.size() < common_header) return malformed("it is shorter than a header");
  if (fragment_length(octets) != octets.size()) return malformed("its length is not what it says");

  Pdu pdu;
  pdu.order = order_of(octets);
  NdrReader head(octets.first(common_header), pdu.order);
  static_cast<void>(head.u16());
  const auto type = head.u8();
  pdu.flags = head.u8();
  static_cast<void>(head.bytes(6));
  const std::size_t auth_length = head.u16();
  pdu.call_id = head.u32();
  auto body = octets;
  if (auth_length != 0) {
    if (const char* what = read_auth(octets, pdu.order, auth_length, pdu.auth.emplace()))
      return malformed(what);
    body = octets.first(octets.size() - auth_length - auth_trailer - pdu.auth->padding);
  }
  NdrReader in(body, pdu.order);
  static_cast<void>(in.bytes(common_header));
  switch (static_cast<PduType>(type)) {
    case PduType::request:
      pdu.body = read_request(in, (pdu.flags & has_object) != 0);
      break;
    case PduType::response:
      pdu.body = read_response(in);
      break;
    case PduType::fault:
      pdu.body = read_fault(in);
      break;
    case PduType::bind:
      pdu.body = read_bind(in);
      break;
    case PduType::bind_ack:
      pdu.body = read_bind_ack(in);
      break;
    case PduType::bind_nak:
      pdu.body = read_bind_nak(in);
      break;
    case PduType::alter_context:
      pdu.body = AlterContext{read_bind(in)};
      break;
    case PduType::alter_context_ack:
      pdu.body = AlterContextAck{read_bind_ack(in)};
      break;
    case PduType::auth3:
      pdu.body = Auth3{};
      break;
    case PduType::shutdown:
      pdu.body = Shutdown{};
      break;
    case PduType::co_cancel:
      pdu.body = Cancel{};
      break;
    case PduType::orphaned:
      pdu.body = Orphaned{};
      break;
    default:
      return malformed("its type is not of the connection-oriented protocol");
  }
  if (in.failed()) return malformed(in.error());
  return pdu;
}

// Moves what is lent to behind the part, until that has `size` octets; false when they are not there yet.
bool PduStream::gather(std::size_t size) {
  const std::size_t more = std::min(size - std::min(size, part_.size()), lent_.size());
  part_.insert(part_.end(), lent_.begin(), lent_.begin() + static_cast<std::ptrdiff_t>(more));
  lent_ = lent_.subspan(more);
  return part_.size() >= size;
}

// A plain call that lies whole in what was lent, which is the usual case, needs no other look.
bool PduStream::take_plain_call() {
  if (lent_.size() < request_header) return false;
  const std::size_t length = get_number<std::uint16_t>(lent_.data() + 8, ByteOrder::little);
  if (length > lent_.size() || length > longest_) return false;
  const auto octets = lent_.first(length);
  if (!read_plain_call(octets, item_.pdu)) return false;
  lent_ = lent_.subspan(length);
  item_.octets = octets;
  item_.passing = false;
  item_.start = std::exchange(place_, place_ + length);
  return true;
}

PduStream::Item* PduStream::stop(Error why) {
  wrong_ = std::move(why);
  return nullptr;
}

PduStream::Item* PduStream::next_of_any_kind() {
  if (wrong_) return nullptr;
  if (std::exchange(given_, false)) {
    part_ = {};
    return next();
  }
  std::span<std::byte> octets = lent_;
  std::size_t length = 0;
  const auto measure = [this, &octets, &length]() -> const char* {
    if (const char* what = look_at(octets)) return what;
    if (octets.size() < common_header) return nullptr;
    length = fragment_length(octets);
    if (length < common_header) return "its length is shorter than a header";
    if (length > longest_) return "it is longer than agreed";
    return nullptr;
  };
  if (part_.empty()) {
    if (const char* what = measure()) return stop(malformed(what));
    if (length == 0 || octets.size() < length) {
      static_cast<void>(gather(lent_.size()));
      return nullptr;
    }
    lent_ = lent_.subspan(length);
  } else {
    const bool begun = gather(common_header);
    octets = part_;
    if (const char* what = measure()) return stop(malformed(what));
    if (!begun || !gather(length)) return nullptr;
    octets = part_;
    given_ = true;
  }
  item_.octets = octets.first(length);
  item_.passing = given_;
  item_.start = std::exchange(place_, place_ + length);
  auto pdu = parse_pdu(item_.octets);
  if (!pdu) return stop(std::move(pdu.error()));
  item_.pdu = std::move(*pdu);
  return &item_;
}

}  // namespace platen::rpc
