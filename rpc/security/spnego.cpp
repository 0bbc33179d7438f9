#include "rpc/security/spnego.hpp"

#include <algorithm>
#include <array>

namespace platen::rpc::security {
namespace {

// Tags of DER: universal, and [n] of the protocol's own.
constexpr std::uint8_t octet_string = 0x04;
constexpr std::uint8_t object_id = 0x06;
constexpr std::uint8_t enumerated = 0x0a;
constexpr std::uint8_t sequence = 0x30;
constexpr std::uint8_t gss_token = 0x60;
constexpr std::uint8_t numbered(unsigned n) {
  return static_cast<std::uint8_t>(0xa0 + n);
}

constexpr std::array kSpnego{0x2b, 0x06, 0x01, 0x05, 0x05, 0x02};  // 1.3.6.1.5.5.2
constexpr std::array kNtlm{0x2b, 0x06, 0x01, 0x04, 0x01,
                           0x82, 0x37, 0x02, 0x02, 0x0a};  // 1.3.6.1.4.1.311.2.2.10

template <std::size_t size>
std::vector<std::byte> octets_of(const std::array<int, size>& numbers) {
  std::vector<std::byte> out;
  for (int number : numbers) out.push_back(static_cast<std::byte>(number));
  return out;
}

template <std::size_t size>
bool is(Octets octets, const std::array<int, size>& numbers) {
  return std::ranges::equal(octets, octets_of(numbers));
}

// --- Writing: from the inside out

std::vector<std::byte> wrap(std::uint8_t tag, Octets content) {
  std::vector<std::byte> out{std::byte{tag}};
  const std::size_t size = content.size();
  if (size >= 0x80) {
    const int length_octets = size > 0xffff ? 3 : size > 0xff ? 2 : 1;
    out.push_back(static_cast<std::byte>(0x80 | length_octets));
    for (int i = length_octets; i-- > 0;) out.push_back(static_cast<std::byte>(size >> (8 * i)));
  } else {
    out.push_back(static_cast<std::byte>(size));
  }
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

void append(std::vector<std::byte>& to, const std::vector<std::byte>& octets) {
  to.insert(to.end(), octets.begin(), octets.end());
}

// --- Reading

// Elements one behind the other. What is not DER fails the whole.
class DerReader {
 public:
  explicit DerReader(Octets octets) : octets_(octets) {}

  // The content of the next element when it has this tag.
  std::optional<Octets> take(std::uint8_t tag) {
    if (octets_.empty() || octets_[0] != std::byte{tag}) return std::nullopt;
    std::size_t at = 1;
    const auto next = [this, &at]() -> std::size_t {
      if (at >= octets_.size()) broken_ = true;
      return broken_ ? 0 : std::to_integer<std::size_t>(octets_[at++]);
    };
    std::size_t length = next();
    if (length >= 0x80) {
      // Two octets of length are a whole verifier's; indefinite lengths are not DER.
      const std::size_t count = length & 0x7fU;
      if (count == 0 || count > 3) broken_ = true;
      length = 0;
      for (std::size_t i = 0; i < count && !broken_; ++i) length = length << 8 | next();
    }
    if (broken_ || length > octets_.size() - at) {
      broken_ = true;
      octets_ = {};
      return std::nullopt;
    }
    auto content = octets_.subspan(at, length);
    whole_ = octets_.first(at + length);
    octets_ = octets_.subspan(at + length);
    return content;
  }
  [[nodiscard]] Octets whole() const { return whole_; }  // of what was taken last, with its tag
  [[nodiscard]] bool empty() const { return octets_.empty(); }
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  Octets octets_;
  Octets whole_;
  bool broken_ = false;
};

Error bad_token(const char* what) {
  return fail(Errc::malformed, "understand a token of SPNEGO", std::string("(") + what + ")");
}

// [n] OCTET STRING
std::optional<std::vector<std::byte>> take_octets(DerReader& in, unsigned number) {
  const auto outer = in.take(numbered(number));
  if (!outer) return std::nullopt;
  const auto inner = DerReader(*outer).take(octet_string);
  if (!inner) return std::nullopt;
  return copy_of(*inner);
}

}  // namespace

std::vector<std::byte> ntlm_only() {
  return wrap(sequence, wrap(object_id, octets_of(kNtlm)));
}

std::vector<std::byte> encode(const SpnegoInit& init) {
  auto fields = wrap(numbered(0), init.mechanisms);
  if (init.token) append(fields, wrap(numbered(2), wrap(octet_string, *init.token)));
  auto token = wrap(object_id, octets_of(kSpnego));
  append(token, wrap(numbered(0), wrap(sequence, fields)));
  return wrap(gss_token, token);
}

std::vector<std::byte> encode(const SpnegoResponse& response) {
  std::vector<std::byte> fields;
  if (response.state) {
    const std::array state{static_cast<std::byte>(*response.state)};
    append(fields, wrap(numbered(0), wrap(enumerated, state)));
  }
  if (response.chosen) append(fields, wrap(numbered(1), wrap(object_id, octets_of(kNtlm))));
  if (response.token) append(fields, wrap(numbered(2), wrap(octet_string, *response.token)));
  if (response.mic) append(fields, wrap(numbered(3), wrap(octet_string, *response.mic)));
  return wrap(numbered(1), wrap(sequence, fields));
}

Result<SpnegoInit> parse_spnego_init(Octets octets) {
  const auto token = DerReader(octets).take(gss_token);
  if (!token) return bad_token("it is none");
  DerReader parts(*token);
  const auto mechanism = parts.take(object_id);
  if (!mechanism || !is(*mechanism, kSpnego)) return bad_token("it is of another mechanism");
  const auto choice = parts.take(numbered(0));
  const auto fields = choice ? DerReader(*choice).take(sequence) : std::nullopt;
  if (!fields) return bad_token("it does not begin a negotiation");

  DerReader in(*fields);
  SpnegoInit init;
  const auto list = in.take(numbered(0));
  if (!list) return bad_token("it offers no mechanisms");
  DerReader outer(*list);
  const auto entries = outer.take(sequence);
  if (!entries) return bad_token("it offers no mechanisms");
  init.mechanisms = copy_of(outer.whole());
  DerReader names(*entries);
  for (bool first = true; auto name = names.take(object_id); first = false) {
    const bool ntlm = is(*name, kNtlm);
    init.ntlm_offered = init.ntlm_offered || ntlm;
    init.ntlm_first = init.ntlm_first || (first && ntlm);
  }
  if (names.broken() || !names.empty()) return bad_token("its list of mechanisms is none");
  static_cast<void>(in.take(numbered(1)));  // flags, of no meaning any more
  init.token = take_octets(in, 2);
  if (in.broken()) return bad_token("its lengths are wrong");
  return init;
}

Result<SpnegoResponse> parse_spnego_response(Octets octets) {
  const auto choice = DerReader(octets).take(numbered(1));
  const auto fields = choice ? DerReader(*choice).take(sequence) : std::nullopt;
  if (!fields) return bad_token("it does not go on with a negotiation");
  DerReader in(*fields);
  SpnegoResponse response;
  if (auto outer = in.take(numbered(0))) {
    const auto state = DerReader(*outer).take(enumerated);
    if (!state || state->size() != 1 || (*state)[0] > std::byte{3}) return bad_token("its state is unknown");
    response.state = static_cast<SpnegoState>((*state)[0]);
  }
  if (auto outer = in.take(numbered(1))) {
    const auto name = DerReader(*outer).take(object_id);
    if (!name) return bad_token("its mechanism is none");
    response.chosen = true;
    response.ntlm = is(*name, kNtlm);
  }
  response.token = take_octets(in, 2);
  response.mic = take_octets(in, 3);
  if (in.broken() || !in.empty()) return bad_token("its lengths are wrong");
  return response;
}

}  // namespace platen::rpc::security
