#include "rpc/wire/verification_trailer.hpp"

#include <gmock/gmock.h>

#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

const TrailerFacts kFacts{7, 1, 42, {kTest.uuid, 1, 0}, kNdr};

void put_signature(NdrWriter& out) {
  for (const int octet : {0x8a, 0xe3, 0x13, 0x71, 0x02, 0xf4, 0x36, 0x71})
    out.u8(static_cast<std::uint8_t>(octet));
}
void put_syntax(NdrWriter& out, const SyntaxId& syntax) {
  out.uuid(syntax.uuid);
  out.u16(syntax.major);
  out.u16(syntax.minor);
}

// A stub of twelve octets, and behind it a trailer as Samba's clients write it, for a call with these facts.
std::vector<std::byte> with_trailer(const TrailerFacts& facts, std::uint16_t unknown = 0) {
  NdrWriter out;
  for (std::uint8_t i = 0; i < 12; ++i) out.u8(i);
  put_signature(out);
  out.u16(1);
  out.u16(4);
  out.u32(1);
  out.u16(2);
  out.u16(40);
  put_syntax(out, facts.interface);
  put_syntax(out, facts.transfer);
  if (unknown != 0) {
    out.u16(unknown);
    out.u16(4);
    out.u32(0);
  }
  out.u16(0x4003);
  out.u16(16);
  out.u32(0);
  out.u32(0x10);
  out.u32(facts.call_id);
  out.u16(facts.context);
  out.u16(facts.number);
  return out.as_vector();
}

TEST(VerificationTrailer, OneThatIsRightIsTakenOff) {
  auto size = check_trailer(with_trailer(kFacts), kFacts);
  ASSERT_TRUE(size) << size.error().sentence();
  EXPECT_EQ(*size, 12U);
}

TEST(VerificationTrailer, OneOfAnotherCallIsRefused) {
  auto facts = std::vector(5, kFacts);
  facts[0].number = 8;
  facts[1].context = 2;
  facts[2].call_id = 43;
  facts[3].interface = {kOther.uuid, 1, 0};
  facts[4].transfer.major = 3;
  for (const auto& meant : facts) {
    auto size = check_trailer(with_trailer(meant), kFacts);
    ASSERT_FALSE(size);
    EXPECT_TRUE(size.error().is(Errc::denied));
  }
}

TEST(VerificationTrailer, AnUnknownCommandIsSkippedUnlessItMustNotBe) {
  EXPECT_TRUE(check_trailer(with_trailer(kFacts, 9), kFacts));
  EXPECT_FALSE(check_trailer(with_trailer(kFacts, 9 | 0x8000), kFacts));
}

TEST(VerificationTrailer, AStubWithoutOneStaysWhole) {
  for (std::size_t size : {0U, 3U, 8U, 11U, 1000U}) {
    const std::vector<std::byte> stub(size, std::byte{0x5a});
    auto left = check_trailer(stub, kFacts);
    ASSERT_TRUE(left);
    EXPECT_EQ(*left, size);
  }
}

TEST(VerificationTrailer, ASignatureByChanceIsPartOfTheStub) {
  auto octets = with_trailer(kFacts);
  octets.resize(octets.size() + 4);  // more behind its last command: no trailer
  auto size = check_trailer(octets, kFacts);
  ASSERT_TRUE(size);
  EXPECT_EQ(*size, octets.size());
  for (std::size_t cut = 12; cut + 4 < octets.size(); ++cut) {
    auto left = check_trailer(std::span(octets).first(cut), kFacts);
    if (left) {
      EXPECT_EQ(*left, cut);  // what is cut inside a command is data, or refused
    }
  }
}

}  // namespace
}  // namespace platen::rpc::testing
