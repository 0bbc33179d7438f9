#include "rpc/wire/verification_trailer.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace platen::rpc {
namespace {

constexpr std::array<std::byte, 8> signature{std::byte{0x8a}, std::byte{0xe3}, std::byte{0x13},
                                             std::byte{0x71}, std::byte{0x02}, std::byte{0xf4},
                                             std::byte{0x36}, std::byte{0x71}};
// Longer than all commands there are, once each.
constexpr std::size_t longest_trailer = 128;

enum Command : std::uint16_t { bitmask = 1, presentation = 2, header = 3 };
constexpr std::uint16_t command_mask = 0x3fff;
constexpr std::uint16_t last_command = 0x4000;
constexpr std::uint16_t must_process = 0x8000;

constexpr std::uint8_t request_type = 0;

// Where the trailer begins: the last place that a signature can be found at.
std::optional<std::size_t> find_trailer(std::span<const std::byte> octets) {
  if (octets.size() < signature.size()) return std::nullopt;
  const std::size_t least = octets.size() > longest_trailer ? octets.size() - longest_trailer : 0;
  for (std::size_t at = (octets.size() - signature.size()) / 4 * 4;; at -= 4) {
    if (std::ranges::equal(octets.subspan(at, signature.size()), signature)) return at;
    if (at < least + 4) return std::nullopt;
  }
}

SyntaxId claimed_syntax(NdrReader& in) {
  SyntaxId syntax;
  syntax.uuid = in.uuid();
  syntax.major = in.u16();
  syntax.minor = in.u16();
  return syntax;
}

enum class Finding { right, wrong, none };

Finding check_commands(std::span<const std::byte> octets, const TrailerFacts& facts) {
  NdrReader in(octets);  // little-endian, whatever the stub is
  for (bool last = false; !last;) {
    const auto command = in.u16();
    const auto size = in.u16();
    NdrReader body(in.bytes(size));
    if (in.failed()) return Finding::none;
    last = (command & last_command) != 0;
    bool right = true;
    switch (command & command_mask) {
      case bitmask:
        static_cast<void>(body.u32());
        break;
      case presentation:
        right = claimed_syntax(body) == facts.interface;
        right = claimed_syntax(body) == facts.transfer && right;
        break;
      case header: {
        right = body.u8() == request_type;
        static_cast<void>(body.bytes(3));
        static_cast<void>(body.u32());  // the data representation
        right = body.u32() == facts.call_id && right;
        right = body.u16() == facts.context && right;
        right = body.u16() == facts.number && right;
        break;
      }
      default:
        right = (command & must_process) == 0;
        static_cast<void>(body.bytes(body.left()));
    }
    body.end();
    if (!right || body.failed()) return Finding::wrong;
  }
  return in.left() == 0 ? Finding::right : Finding::none;
}

}  // namespace

Result<std::size_t> check_trailer(std::span<const std::byte> octets, const TrailerFacts& facts) {
  const auto at = find_trailer(octets);
  if (!at) return octets.size();
  switch (check_commands(octets.subspan(*at + signature.size()), facts)) {
    case Finding::right:
      return *at;
    case Finding::none:  // a signature by chance, in the middle of the stub
      return octets.size();
    case Finding::wrong:
      break;
  }
  return fail(Errc::denied, "serve", "operation " + std::to_string(facts.number),
              "Its caller meant another call: somebody has changed the request on its way.");
}

}  // namespace platen::rpc
