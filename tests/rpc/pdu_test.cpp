#include "rpc/wire/pdu.hpp"

#include <random>

#include <gmock/gmock.h>

#include "rpc/connection/assembler.hpp"

namespace platen::rpc {
namespace {

using ::testing::ElementsAreArray;

std::vector<std::byte> octets_of(std::string_view hex) {
  std::vector<std::byte> out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

// C706 figure 12-1 and MS-RPCE 4.1: a bind of the endpoint mapper with NDR, as Windows sends it.
constexpr std::string_view windows_bind =
    "05000b0310000000"
    "4800000001000000"
    "d016d01600000000"
    "0100000000000100"
    "0883afe11f5dc911"
    "91a408002b14a0fa"
    "03000000"
    "045d888aeb1cc911"
    "9fe808002b104860"
    "02000000";

TEST(Pdu, ABindOfWindowsIsUnderstood) {
  const auto octets = octets_of(windows_bind);
  auto pdu = parse_pdu(octets);
  ASSERT_TRUE(pdu) << pdu.error().sentence();
  const auto& bind = std::get<Bind>(pdu->body);
  EXPECT_EQ(bind.max_receive, 5840);
  ASSERT_EQ(bind.contexts.size(), 1U);
  EXPECT_EQ(bind.contexts[0].interface.uuid.time_low, 0xe1af8308U);
  EXPECT_EQ(bind.contexts[0].interface.major, 3);
  ASSERT_EQ(bind.contexts[0].transfer.size(), 1U);
  EXPECT_EQ(bind.contexts[0].transfer[0], kNdr);
  EXPECT_THAT(encode_pdu(*pdu), ElementsAreArray(octets));
}

// smbtorture 4.17 to ncacn_ip_tcp:127.0.0.1[…,seal]: two contexts, the second of which asks for features, and
// NTLMSSP's first message in SPNEGO. Recorded on loopback, as is the same of a big-endian client below.
constexpr std::string_view samba_bind =
    "05000b0710000000c6004a0001000000d016d016000000000200000000000100c55ea160e84dd711a637005056a201820100"
    "0000045d888aeb1cc9119fe808002b1048600200000001000100c55ea160e84dd711a637005056a20182010000002c1cb76c"
    "129840450300000000000000010000000906000001000000604806062b0601050502a03e303ca00e300c060a2b0601040182"
    "3702020aa22a04284e544c4d53535000010000003582086200000000280000000000000028000000060100000000000f";

constexpr std::string_view big_endian_samba_bind =
    "05000b070000000000c6004a0000000116d016d000000000020000000000010060a15ec54de811d7a637005056a201820000"
    "00018a885d041ceb11c99fe808002b104860000000020001010060a15ec54de811d7a637005056a20182000000016cb71c2c"
    "981245400300000000000000000000010906000000000001604806062b0601050502a03e303ca00e300c060a2b0601040182"
    "3702020aa22a04284e544c4d53535000010000003582086200000000280000000000000028000000060100000000000f";

TEST(Pdu, AnAuthenticatedBindOfSambaIsUnderstoodInBothByteOrders) {
  for (auto text : {samba_bind, big_endian_samba_bind}) {
    const auto octets = octets_of(text);
    auto pdu = parse_pdu(octets);
    ASSERT_TRUE(pdu) << pdu.error().sentence();
    EXPECT_EQ(pdu->flags, whole_message | sign_headers);
    const auto& bind = std::get<Bind>(pdu->body);
    ASSERT_EQ(bind.contexts.size(), 2U);
    EXPECT_EQ(bind.contexts[0].interface.uuid.time_low, 0x60a15ec5U);
    EXPECT_EQ(asked_features(bind.contexts[1].transfer[0]), 3);
    ASSERT_TRUE(pdu->auth);
    EXPECT_EQ(pdu->auth->type, 9);
    EXPECT_EQ(pdu->auth->level, 6);
    EXPECT_EQ(pdu->auth->context, 1U);
    EXPECT_EQ(pdu->auth->value.size(), 0x4aU);
    EXPECT_THAT(encode_pdu(*pdu), ElementsAreArray(octets));
  }
}

std::vector<Pdu> one_of_each(std::span<const std::byte> stub) {
  Bind bind{5840, 4280, 7, {{0, {kNdr.uuid, 1, 2}, {kNdr}}, {3, kNdr, {kNdr, kNdr}}}};
  BindAck ack{5840,
              4280,
              7,
              "\\pipe\\spoolss",
              {{ContextResult::provider_rejected, ContextReason::unknown_interface, {}}}};
  Request request{9, 1, 2, kNdr.uuid, stub};
  Request plain{9, 1, 2, std::nullopt, stub};
  std::vector<PduBody> bodies{bind,
                              ack,
                              BindNak{BindRefusal::local_limit},
                              request,
                              plain,
                              Response{9, 1, 0, stub},
                              Fault{9, 1, 0, 0x1c010003, stub},
                              Cancel{},
                              Orphaned{},
                              Shutdown{},
                              AlterContext{bind},
                              AlterContextAck{ack},
                              Auth3{}};
  static constexpr std::array<std::byte, 16> value{std::byte{1}, std::byte{2}, std::byte{3}};
  std::vector<Pdu> out;
  for (auto order : {ByteOrder::little, ByteOrder::big}) {
    for (const auto& body : bodies) {
      out.push_back(Pdu{whole_message, 0x12345678, order, body, std::nullopt});
      out.push_back(Pdu{whole_message, 0x12345678, order, body, AuthVerifier{10, 6, 0, 99, value}});
    }
  }
  return out;
}

TEST(Pdu, EveryKindComesBackAsItWentInBothByteOrdersAndInPieces) {
  const auto stub = octets_of("0102030405060708");
  PduStream stream;
  std::vector<std::byte> all;
  for (const auto& pdu : one_of_each(stub)) {
    auto octets = encode_pdu(pdu);
    all.insert(all.end(), octets.begin(), octets.end());
  }
  auto expected = one_of_each(stub);
  std::size_t seen = 0;
  for (auto octet : all) {
    stream.lend(std::span(&octet, 1));
    auto* item = stream.next();
    ASSERT_FALSE(stream.wrong()) << stream.wrong()->sentence();
    if (item == nullptr) continue;
    ASSERT_LT(seen, expected.size());
    EXPECT_EQ(item->pdu.body.index(), expected[seen].body.index());
    EXPECT_EQ(item->pdu.order, expected[seen].order);
    EXPECT_THAT(encode_pdu(item->pdu), ElementsAreArray(encode_pdu(expected[seen])));
    ++seen;
  }
  EXPECT_EQ(seen, expected.size());
  EXPECT_EQ(stream.place(), all.size());
}

TEST(Pdu, WhatIsNotTheProtocolIsRefusedAtItsFirstOctets) {
  for (std::string_view hex : {"47", "0502", "050063", "0500001f20", "0500000030", "050000001001"}) {
    PduStream stream;
    auto octets = octets_of(hex);
    stream.lend(octets);
    EXPECT_EQ(stream.next(), nullptr) << hex;
    EXPECT_TRUE(stream.wrong()) << hex;
  }
  PduStream shorter;
  auto octets = octets_of("05000b03100000000800000001000000");  // says that it has 8 octets
  shorter.lend(octets);
  EXPECT_EQ(shorter.next(), nullptr);
  EXPECT_TRUE(shorter.wrong());
}

TEST(Pdu, EveryTruncationOfEveryKindIsAnErrorAndNoMore) {
  for (const auto& pdu : one_of_each({})) {
    const auto whole = encode_pdu(pdu);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      auto cut = std::vector(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(parse_pdu(cut));
      // A verifier is found from the end, so that a shorter one may look well: the signature tells.
      if (size < 16 || pdu.auth) continue;
      if (std::holds_alternative<Auth3>(pdu.body)) continue;  // its four octets mean nothing
      if (std::holds_alternative<BindNak>(pdu.body) && size == 18)
        continue;  // the versions behind the reason may be absent
      cut[pdu.order == ByteOrder::little ? 8 : 9] = static_cast<std::byte>(size);  // and its length says so
      EXPECT_FALSE(parse_pdu(cut)) << "kind " << pdu.body.index() << " cut to " << size;
    }
  }
}

TEST(Pdu, NoiseNeverYieldsMoreThanErrors) {
  std::mt19937 random(310703);
  const auto kinds = one_of_each({});
  for (int round = 0; round < 20'000; ++round) {
    auto octets = encode_pdu(kinds[random() % kinds.size()]);
    for (unsigned i = 0; i < 1 + random() % 4; ++i)
      octets[random() % octets.size()] = static_cast<std::byte>(random());
    PduStream stream;
    stream.lend(octets);
    for (int i = 0; i < 100; ++i)
      if (stream.next() == nullptr) break;
  }
}

TEST(Pdu, AVerifierIsFoundBehindThePaddingAndKeepsOutOfTheStub) {
  const auto stub = octets_of("0102030405");
  const auto value = octets_of("000102030405060708090a0b0c0d0e0f");
  for (const PduBody& body :
       {PduBody(Request{5, 0, 1, std::nullopt, stub}), PduBody(Request{5, 0, 1, kNdr.uuid, stub}),
        PduBody(Response{5, 0, 0, stub}), PduBody(Fault{5, 0, 0, 5, stub})}) {
    const auto octets =
        encode_pdu(Pdu{whole_message, 1, ByteOrder::little, body, AuthVerifier{9, 5, 0, 79231, value}});
    const auto pdu = parse_pdu(octets);
    ASSERT_TRUE(pdu) << pdu.error().sentence();
    ASSERT_TRUE(pdu->auth);
    EXPECT_EQ(pdu->auth->type, 9);
    EXPECT_EQ(pdu->auth->level, 5);
    EXPECT_EQ(pdu->auth->padding, 11);
    EXPECT_EQ(pdu->auth->context, 79231U);
    EXPECT_THAT(pdu->auth->value, ElementsAreArray(value));
    const auto got = std::visit(
        [](const auto& kind) -> std::span<const std::byte> {
          if constexpr (requires { kind.stub; }) return kind.stub;
          return {};
        },
        pdu->body);
    EXPECT_THAT(got, ElementsAreArray(stub));
  }
}

TEST(Pdu, AVerifierPutBehindAndTakenOffAgainIsTheSameAsEncodingAnew) {
  const std::vector<std::byte> stub(21, std::byte{0x5a});
  const std::vector<std::byte> value(16, std::byte{0xa5});
  const AuthVerifier verifier{10, 6, 0, 0x01020304, value};
  for (const auto order : {ByteOrder::little, ByteOrder::big}) {
    for (const PduBody& body :
         {PduBody(Request{9, 1, 2, std::nullopt, stub}), PduBody(Request{9, 1, 2, Uuid{1, 2, 3, {}}, stub}),
          PduBody(Response{9, 1, 0, stub}), PduBody(Fault{9, 1, 0, 5, stub}), PduBody(Cancel{})}) {
      Pdu pdu{whole_message, 7, order, body};
      const auto clear = encode_pdu(pdu);
      std::vector<std::byte> made{std::byte{1}};  // something that is there already
      append_with_verifier(made, clear, pdu, verifier);
      made.erase(made.begin());
      pdu.auth = verifier;
      EXPECT_EQ(made, encode_pdu(pdu));
      const auto parsed = parse_pdu(made);
      ASSERT_TRUE(parsed);
      std::vector<std::byte> again;
      append_without_verifier(again, made, *parsed);
      EXPECT_EQ(again, clear);
    }
  }
}

TEST(Pdu, AVerifierThatDoesNotFitIsRefused) {
  const auto value = octets_of("000102030405060708090a0b0c0d0e0f");
  auto octets =
      encode_pdu(Pdu{whole_message, 1, ByteOrder::little, Response{}, AuthVerifier{10, 6, 0, 0, value}});
  const auto refused = [&octets](std::size_t at, unsigned octet) {
    auto changed = octets;
    changed[at] = static_cast<std::byte>(octet);
    return !parse_pdu(changed);
  };
  EXPECT_FALSE(refused(10, 16));
  EXPECT_TRUE(refused(10, 33));  // a value longer than the PDU
  EXPECT_TRUE(refused(10, 15));  // one that does not begin at a multiple of 4
  EXPECT_TRUE(refused(26, 1));   // padding that would be header
  EXPECT_TRUE(refused(26, 255));
}

TEST(Pdu, AHeaderWrittenAloneIsTheWholePdusBeginning) {
  const auto stub = octets_of("0102030405");
  const std::pair<StubHeader, PduBody> same[] = {
      {{StubHeader::Kind::request, 0x12345678, 7, 1}, Request{5, 7, 1, std::nullopt, stub}},
      {{StubHeader::Kind::response, 0x12345678, 7}, Response{5, 7, 0, stub}},
      {{StubHeader::Kind::fault, 0x12345678, 7, 0, 0x1c010003}, Fault{5, 7, 0, 0x1c010003, stub}},
  };
  for (const auto& [header, body] : same) {
    std::array<std::byte, longest_header> written{};
    const std::size_t used = encode_header(header, first_fragment, stub.size(), 5, written.data());
    EXPECT_EQ(used, header.size());
    auto whole = encode_pdu(Pdu{first_fragment, 0x12345678, ByteOrder::little, body});
    ASSERT_EQ(used + stub.size(), whole.size());
    whole.resize(used);
    EXPECT_THAT(std::span(written).first(used), ElementsAreArray(whole));
  }
}

TEST(Pdu, TheQuestionForFeaturesIsKnownAmongTransferSyntaxes) {
  SyntaxId question{kFeatureQuestion, 1, 0};
  question.uuid.rest[0] = 3;
  EXPECT_EQ(asked_features(question), 3);
  EXPECT_EQ(asked_features(kNdr), std::nullopt);
}

TEST(Pdu, AFragmentLongerThanAgreedIsRefusedBeforeItHasArrived) {
  const std::vector<std::byte> stub(2000);
  auto octets = encode_pdu(Pdu{whole_message, 1, ByteOrder::little, Request{0, 0, 0, std::nullopt, stub}});
  PduStream stream;
  stream.set_longest(least_fragment);
  stream.lend(std::span(octets).first(16));
  EXPECT_EQ(stream.next(), nullptr);
  EXPECT_TRUE(stream.wrong());
}

Incoming first_part(std::uint32_t call_id, std::size_t size) {
  Incoming incoming;
  incoming.call_id = call_id;
  incoming.message.octets.resize(size);
  return incoming;
}

TEST(Assembler, HoldsOnlySoManyMessagesThatDoNotEnd) {
  Assembler assembler(1000, 1000);
  std::uint32_t begun = 0;
  while (begun < 10'000 && assembler.begin({Assembler::Kind::request, begun}, first_part(begun, 0))) ++begun;
  EXPECT_EQ(begun, 64U);
  assembler.clear();
  EXPECT_FALSE(assembler.begin({Assembler::Kind::request, 1}, first_part(1, 1001)));
}

TEST(Assembler, JoinsInterleavedMessagesAndKeepsToItsBounds) {
  using Kind = Assembler::Kind;
  Assembler assembler(100, 150);
  const std::vector<std::byte> more(50);
  ASSERT_TRUE(assembler.begin({Kind::request, 1}, first_part(1, 50)));
  EXPECT_FALSE(assembler.begin({Kind::request, 1}, first_part(1, 50)));
  ASSERT_TRUE(assembler.begin({Kind::response, 1}, first_part(1, 10)));
  EXPECT_FALSE(*assembler.add({Kind::request, 2}, more));
  EXPECT_TRUE(*assembler.add({Kind::request, 1}, more));
  EXPECT_EQ(assembler.held(), 110U);
  EXPECT_FALSE(assembler.add({Kind::request, 1}, more));   // over one message's bound
  EXPECT_FALSE(assembler.add({Kind::response, 1}, more));  // over that of all
  auto whole = assembler.take({Kind::request, 1});
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->message.octets.size(), 100U);
  EXPECT_TRUE(*assembler.add({Kind::response, 1}, more));
  assembler.forget({Kind::response, 1});
  EXPECT_EQ(assembler.held(), 0U);
}

}  // namespace
}  // namespace platen::rpc
