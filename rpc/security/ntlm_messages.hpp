// NTLMSSP's three messages (MS-NLMP 2.2.1): octets in, fields out, and back. Pure.
//
//   auto challenge = parse_challenge(token);
//   if (!challenge) return challenge.error();
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "rpc/security/crypto.hpp"

namespace platen::rpc::security {

namespace ntlm_flag {  // MS-NLMP 2.2.2.5
inline constexpr std::uint32_t unicode = 0x00000001;
inline constexpr std::uint32_t request_target = 0x00000004;
inline constexpr std::uint32_t sign = 0x00000010;
inline constexpr std::uint32_t seal = 0x00000020;
inline constexpr std::uint32_t ntlm = 0x00000200;
inline constexpr std::uint32_t anonymous = 0x00000800;
inline constexpr std::uint32_t always_sign = 0x00008000;
inline constexpr std::uint32_t target_is_server = 0x00020000;
inline constexpr std::uint32_t extended_security = 0x00080000;
inline constexpr std::uint32_t target_info = 0x00800000;
inline constexpr std::uint32_t version = 0x02000000;
inline constexpr std::uint32_t key_128 = 0x20000000;
inline constexpr std::uint32_t key_exchange = 0x40000000;
inline constexpr std::uint32_t key_56 = 0x80000000;
}  // namespace ntlm_flag

// What a program says of its system. Ours says nothing but the revision of NTLMSSP, 15.
using NtlmVersion = std::array<std::byte, 8>;
inline constexpr NtlmVersion kNtlmVersion{std::byte{6}, std::byte{1}, {}, {}, {}, {}, {}, std::byte{15}};
using Challenge = std::array<std::byte, 8>;

struct NtlmNegotiate {
  std::uint32_t flags = 0;
};

struct NtlmChallenge {
  std::uint32_t flags = 0;
  std::string target;
  Challenge challenge{};
  std::vector<std::byte> target_info;  // attributes, see below
  NtlmVersion version = kNtlmVersion;
};

struct NtlmAuthenticate {
  std::uint32_t flags = 0;
  std::vector<std::byte> lm_response;
  std::vector<std::byte> nt_response;
  std::string domain;
  std::string user;
  std::string workstation;
  std::vector<std::byte> session_key;  // encrypted
  NtlmVersion version = kNtlmVersion;
  bool with_mic =
      true;  // written; when read, that there is room for one: the NT response says whether it counts
  Digest mic{};
};

// Where in an AUTHENTICATE message the check over all three messages is.
inline constexpr std::size_t mic_place = 72;

[[nodiscard]] std::vector<std::byte> encode(const NtlmNegotiate& message);
[[nodiscard]] std::vector<std::byte> encode(const NtlmChallenge& message);
[[nodiscard]] std::vector<std::byte> encode(const NtlmAuthenticate& message);
[[nodiscard]] Result<NtlmNegotiate> parse_negotiate(Octets token);
[[nodiscard]] Result<NtlmChallenge> parse_challenge(Octets token);
[[nodiscard]] Result<NtlmAuthenticate> parse_authenticate(Octets token);

// --- The attributes in a target info (MS-NLMP 2.2.2.1)

enum class Attribute : std::uint16_t {
  end = 0,
  server = 1,
  domain = 2,
  dns_server = 3,
  dns_domain = 4,
  flags = 6,      // u32; bit 1: the AUTHENTICATE message has a MIC
  timestamp = 7,  // u64, in units of 100 ns since 1601
};
inline constexpr std::uint32_t attribute_flag_mic = 0x2;

void put_attribute(std::vector<std::byte>& info, Attribute id, Octets value);  // in front of end
void end_attributes(std::vector<std::byte>& info);
// Nothing when there is none, or the list is broken before it.
[[nodiscard]] std::optional<Octets> find_attribute(Octets info, Attribute id);
// Whether it is a list with its end.
[[nodiscard]] bool well_formed(Octets info);

}  // namespace platen::rpc::security
