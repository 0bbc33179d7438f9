// MS-NLMP section 4.2's published values, typed in: what is common (4.2.1), the hash of the password
// (4.2.2.1.2), and all of NTLMv2 (4.2.4). Those of NTLMv1 (4.2.2, 4.2.3) are about what this runtime refuses;
// that it does is in ntlm_test.cpp. The hashes' own vectors are of RFC 1320, RFC 1321, RFC 2202 and RFC 6229.
#include <gmock/gmock.h>

#include "hex.hpp"
#include "rpc/security/ntlm_keys.hpp"
#include "rpc/security/text.hpp"

namespace platen::rpc::security {
namespace {

using ::testing::ElementsAreArray;

Octets octets(std::string_view text) {
  return std::as_bytes(std::span(text));
}

template <std::size_t size>
std::array<std::byte, size> array_of(std::string_view hex) {
  const auto value = from_hex(hex);
  EXPECT_EQ(value.size(), size);
  std::array<std::byte, size> out{};
  std::copy_n(value.begin(), size, out.begin());
  return out;
}

const Challenge kServerChallenge = array_of<8>("01 23 45 67 89 ab cd ef");
const Challenge kClientChallenge = array_of<8>("aa aa aa aa aa aa aa aa");
const Key kRandomSessionKey{array_of<16>("55 55 55 55 55 55 55 55 55 55 55 55 55 55 55 55")};

// The target info of 4.2.4: the domain "Domain", the server "Server".
const char* const kTargetInfo =
    "02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00 01 00 0c 00 53 00 65 00 72 00 76 00 65 00 72 00"
    "00 00 00 00";

const char* const kChallengeMessage =
    "4e 54 4c 4d 53 53 50 00 02 00 00 00 0c 00 0c 00 38 00 00 00 33 82 8a e2 01 23 45 67 89 ab cd ef"
    "00 00 00 00 00 00 00 00 24 00 24 00 44 00 00 00 06 00 70 17 00 00 00 0f 53 00 65 00 72 00 76 00"
    "65 00 72 00 02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00 01 00 0c 00 53 00 65 00 72 00 76 00"
    "65 00 72 00 00 00 00 00";

const char* const kAuthenticateMessage =
    "4e 54 4c 4d 53 53 50 00 03 00 00 00 18 00 18 00 6c 00 00 00 54 00 54 00 84 00 00 00 0c 00 0c 00"
    "48 00 00 00 08 00 08 00 54 00 00 00 10 00 10 00 5c 00 00 00 10 00 10 00 d8 00 00 00 35 82 88 e2"
    "05 01 28 0a 00 00 00 0f 44 00 6f 00 6d 00 61 00 69 00 6e 00 55 00 73 00 65 00 72 00 43 00 4f 00"
    "4d 00 50 00 55 00 54 00 45 00 52 00 86 c3 50 97 ac 9c ec 10 25 54 76 4a 57 cc cc 19 aa aa aa aa"
    "aa aa aa aa 68 cd 0a b8 51 e5 1c 96 aa bc 92 7b eb ef 6a 1c 01 01 00 00 00 00 00 00 00 00 00 00"
    "00 00 00 00 aa aa aa aa aa aa aa aa 00 00 00 00 02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00"
    "01 00 0c 00 53 00 65 00 72 00 76 00 65 00 72 00 00 00 00 00 00 00 00 00 c5 da d2 54 4f c9 79 90"
    "94 ce 1c e9 0b c9 d0 3e";

Key response_key() {
  return ntowf_v2(nt_hash("Password"), "User", "Domain");
}

std::vector<std::byte> blob() {
  return client_blob(0, kClientChallenge, from_hex(kTargetInfo));
}

TEST(NtlmVectors, TheBuildingBlocksAreTheStandards) {
  EXPECT_THAT(md4(octets("abc")), ElementsAreArray(from_hex("a448017aaf21d8525fc10ae87aa6729d")));
  EXPECT_THAT(md4({}), ElementsAreArray(from_hex("31d6cfe0d16ae931b73c59d7e0c089c0")));
  EXPECT_THAT(md5({octets("a"), octets("bc")}),
              ElementsAreArray(from_hex("900150983cd24fb0d6963f7d28e17f72")));
  EXPECT_THAT(hmac_md5(octets("Jefe"), {octets("what do ya want "), octets("for nothing?")}),
              ElementsAreArray(from_hex("750c783e6ab0b503eaa86e310a5db738")));
  std::vector<std::byte> stream(16);
  Rc4(Key(array_of<16>("0102030405060708090a0b0c0d0e0f10"))).apply(stream);
  EXPECT_THAT(stream, ElementsAreArray(from_hex("9ac7cc9a609d1ef7b2932899cde41b97")));
}

TEST(NtlmVectors, S4_2_2_1_2_ThePasswordsHash) {
  EXPECT_THAT(nt_hash("Password").octets,
              ElementsAreArray(from_hex("a4 f4 9c 40 65 10 bd ca b6 82 4e e7 c3 0f d8 52")));
}

TEST(NtlmVectors, S4_2_4_1_1_TheResponseKey) {
  EXPECT_THAT(response_key().octets,
              ElementsAreArray(from_hex("0c 86 8a 40 3b fd 7a 93 a3 00 1e f2 2e f0 2e 3f")));
}

TEST(NtlmVectors, S4_2_4_1_2_TheSessionBaseKey) {
  const Digest proof = nt_proof(response_key(), kServerChallenge, blob());
  EXPECT_THAT(session_base_key(response_key(), proof).octets,
              ElementsAreArray(from_hex("8d e4 0c ca db c1 4a 82 f1 5c b0 ad 0d e9 5c a3")));
}

TEST(NtlmVectors, S4_2_4_1_3_TheClientsBlob) {
  EXPECT_THAT(blob(),
              ElementsAreArray(from_hex(
                  "01 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 aa aa aa aa aa aa aa aa 00 00 00 00"
                  "02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00 01 00 0c 00 53 00 65 00 72 00 76 00"
                  "65 00 72 00 00 00 00 00 00 00 00 00")));
}

TEST(NtlmVectors, S4_2_4_2_1_TheLmResponse) {
  EXPECT_THAT(
      lm_v2_response(response_key(), kServerChallenge, kClientChallenge),
      ElementsAreArray(from_hex("86 c3 50 97 ac 9c ec 10 25 54 76 4a 57 cc cc 19 aa aa aa aa aa aa aa aa")));
}

TEST(NtlmVectors, S4_2_4_2_2_TheNtResponse) {
  EXPECT_THAT(nt_proof(response_key(), kServerChallenge, blob()),
              ElementsAreArray(from_hex("68 cd 0a b8 51 e5 1c 96 aa bc 92 7b eb ef 6a 1c")));
}

TEST(NtlmVectors, S4_2_4_2_3_TheEncryptedSessionKey) {
  const Key base = session_base_key(response_key(), nt_proof(response_key(), kServerChallenge, blob()));
  EXPECT_THAT(exchange_key(base, kRandomSessionKey.octets),
              ElementsAreArray(from_hex("c5 da d2 54 4f c9 79 90 94 ce 1c e9 0b c9 d0 3e")));
}

TEST(NtlmVectors, S4_2_4_3_TheMessagesBothWays) {
  const auto challenge = parse_challenge(from_hex(kChallengeMessage));
  ASSERT_TRUE(challenge) << challenge.error().sentence();
  EXPECT_EQ(challenge->flags, 0xe28a8233U);
  EXPECT_EQ(challenge->target, "Server");
  EXPECT_EQ(challenge->challenge, kServerChallenge);
  EXPECT_THAT(challenge->target_info, ElementsAreArray(from_hex(kTargetInfo)));
  EXPECT_THAT(encode(*challenge), ElementsAreArray(from_hex(kChallengeMessage)));

  const auto authenticate = parse_authenticate(from_hex(kAuthenticateMessage));
  ASSERT_TRUE(authenticate) << authenticate.error().sentence();
  EXPECT_EQ(authenticate->user, "User");
  EXPECT_EQ(authenticate->domain, "Domain");
  EXPECT_EQ(authenticate->workstation, "COMPUTER");
  EXPECT_FALSE(authenticate->with_mic);
  EXPECT_THAT(encode(*authenticate), ElementsAreArray(from_hex(kAuthenticateMessage)));
}

TEST(NtlmVectors, S4_2_4_4_SigningAndSealing) {
  EXPECT_THAT(sealing_key(kRandomSessionKey, Sender::client).octets,
              ElementsAreArray(from_hex("59 f6 00 97 3c c4 96 0a 25 48 0a 7c 19 6e 4c 58")));
  EXPECT_THAT(signing_key(kRandomSessionKey, Sender::client).octets,
              ElementsAreArray(from_hex("47 88 dc 86 1b 47 82 f3 5d 43 fd 98 fe 1a 2d 39")));
  auto message = to_utf16("Plaintext");
  const auto clear = message;
  MessageChannel out(kRandomSessionKey, Sender::client);
  const auto signature = out.seal(message, message);
  EXPECT_THAT(message, ElementsAreArray(from_hex("54 e5 01 65 bf 19 36 dc 99 60 20 c1 81 1b 0f 06 fb 5f")));
  EXPECT_THAT(signature, ElementsAreArray(from_hex("01 00 00 00 7f b3 8e c5 c5 5d 49 76 00 00 00 00")));
  MessageChannel in(kRandomSessionKey, Sender::client);
  EXPECT_TRUE(in.unseal(message, message, signature));
  EXPECT_EQ(message, clear);
}

TEST(Text, ComesBackFromUtf16AndIsRefusedWhenItIsNone) {
  for (std::string_view text : {"", "User", "Müller", "Ψηφίο", "мир", "打印", "🖨"})
    EXPECT_EQ(from_utf16(to_utf16(text)), text);
  EXPECT_FALSE(from_utf16(from_hex("41")));
  EXPECT_FALSE(from_utf16(from_hex("3ed8")));
  EXPECT_FALSE(from_utf16(from_hex("3ed84100")));
  EXPECT_FALSE(from_utf16(from_hex("00dc4100")));
  EXPECT_THAT(to_utf16("a\xff"), ElementsAreArray(from_hex("6100fdff")));
}

TEST(Text, NamesAreComparedInCapitals) {
  EXPECT_EQ(to_upper("müller-7 ÿ"), "MÜLLER-7 Ÿ");
  EXPECT_EQ(to_upper("łódź žluť"), "ŁÓDŹ ŽLUŤ");
  EXPECT_EQ(to_upper("мир ёж ψσ"), "МИР ЁЖ ΨΣ");
}

}  // namespace
}  // namespace platen::rpc::security
