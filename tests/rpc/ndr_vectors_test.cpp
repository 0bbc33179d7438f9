// What Samba and impacket encode, against what we do (tests/rpc/vectors/README.md).
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "foreign_interfaces.hpp"
#include "rpc/endpoint_mapper.hpp"

namespace platen::rpc::testing {
namespace {

using namespace foreign;

const std::filesystem::path kFolder = PLATEN_SOURCE "/tests/rpc/vectors";
constexpr Uuid kUuid{0x12345678, 0x9abc, 0xdef0, {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}};

Message load(const std::string& name) {
  std::ifstream file(kFolder / (name + ".hex"));
  EXPECT_TRUE(file) << name;
  std::string order;
  std::getline(file, order);
  Message message;
  message.order = order == "big" ? ByteOrder::big : ByteOrder::little;
  for (std::string line; std::getline(file, line);)
    for (std::size_t at = 0; at + 1 < line.size(); at += 2)
      message.octets.push_back(static_cast<std::byte>(std::stoi(line.substr(at, 2), nullptr, 16)));
  EXPECT_FALSE(message.octets.empty()) << name;
  return message;
}

Message copy(const Message& message) {
  return Message{message.octets, {}, message.order, message.padding};
}

template <class T>
Octets encoded(const Message& as, NdrFreedom freedom) {
  auto value = decode<T>(copy(as));
  return encode(std::move(*value), NdrWriter(as.order, freedom)).octets;
}

// Decodes the vector, and encodes it again. Octets that change with our writer's freedom are free to others
// too; a referent's number must still be zero where ours is.
template <class T, class Check>
void judge(const std::string& name, Check check) {
  SCOPED_TRACE(name);
  Message vector = load(name);
  vector.padding = 3;
  auto value = decode<T>(copy(vector));
  ASSERT_TRUE(value) << value.error().sentence();
  check(*value);
  const auto ours = encoded<T>(vector, {std::byte{0}, 0x00020000});
  const auto other = encoded<T>(vector, {std::byte{0xff}, 0x71fd3501});
  ASSERT_EQ(ours.size(), other.size());
  ASSERT_LE(ours.size(), vector.octets.size());
  EXPECT_LE(vector.octets.size(), ours.size() + vector.padding);
  for (std::size_t at = 0; at < ours.size(); ++at) {
    if (ours[at] == other[at]) {
      EXPECT_EQ(ours[at], vector.octets[at]) << "octet " << at;
    }
  }
}

template <class T, class Check>
void judge_both_orders(const std::string& name, Check check) {
  judge<T>(name, check);
  judge<T>(name + "_big", check);
}

TEST(NdrVectors, EveryFileIsJudged) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    files += entry.path().extension() == ".hex" ? 1 : 0;
  EXPECT_EQ(files, 2U * 21 + 6) << "a vector was added: judge it here";
}

TEST(NdrVectors, WideStringsAndPointersToThem) {
  judge_both_orders<TestCallIn>("samba_echo_test_call_in",
                                [](const auto& in) { EXPECT_EQ(in.text, u"Grüße"); });
  judge_both_orders<TestCallOut>("samba_echo_test_call_out",
                                 [](const auto& out) { EXPECT_EQ(out.text, u"Grüße"); });
}

TEST(NdrVectors, UnionsOfEveryArm) {
  const auto arm = [](int number, auto check) {
    judge_both_orders<TestCall2Out>("samba_echo_test_call2_out_" + std::to_string(number),
                                    [number, check](const TestCall2Out& out) {
                                      ASSERT_EQ(out.info.index(), static_cast<std::size_t>(number - 1));
                                      check(out.info);
                                    });
  };
  arm(1, [](const Info& info) { EXPECT_EQ(std::get<Info1>(info).value, 7); });
  arm(2, [](const Info& info) { EXPECT_EQ(std::get<Info2>(info).value, 700); });
  arm(3, [](const Info& info) { EXPECT_EQ(std::get<Info3>(info).value, 70000U); });
  arm(4, [](const Info& info) { EXPECT_EQ(std::get<Info4>(info).value.value, 1ULL << 40); });
  arm(5, [](const Info& info) { EXPECT_EQ(std::get<Info5>(info).large, 0x1122334455667788U); });
  arm(6, [](const Info& info) { EXPECT_EQ(std::get<Info6>(info).inner.value, 9); });
  arm(7, [](const Info& info) { EXPECT_EQ(std::get<Info7>(info).inner.value, 1ULL << 40); });
}

TEST(NdrVectors, EnumsOfTwoWidthsAndAUnionOfThem) {
  judge_both_orders<EnumValues>("samba_echo_test_enum_in", [](const auto& in) {
    EXPECT_EQ(in.first, Enum16::one);
    EXPECT_EQ(in.second.narrow, 2);
    EXPECT_EQ(in.second.wide, Enum32::one);
    EXPECT_EQ(std::get<EnumArm1>(in.third).value, Enum16::one);
  });
}

TEST(NdrVectors, AConformantStructure) {
  judge_both_orders<Surrounded>("samba_echo_test_surrounding_in", [](const auto& in) {
    EXPECT_EQ(in.data.surrounding.elements, (std::vector<std::uint16_t>{1, 2, 3}));
  });
}

void expect_tower(const TowerOctets& tower) {
  const auto parsed = parse_tower(std::as_bytes(std::span(tower.octets.elements)));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->port, 49200);
  EXPECT_EQ(parsed->interface.major, 1);
  const auto again = encode_tower(*parsed);
  EXPECT_TRUE(std::ranges::equal(again, std::as_bytes(std::span(tower.octets.elements))));
}

TEST(NdrVectors, TheEndpointMappersTowersPointersAndVaryingArrays) {
  judge_both_orders<MapIn>("samba_ept_map_in", [](const auto& in) {
    EXPECT_EQ(in.object, kUuid);
    EXPECT_EQ(in.handle, (ContextHandle{0, kUuid}));
    EXPECT_EQ(in.most, 4U);
    expect_tower(*in.tower);
  });
  judge_both_orders<MapOut>("samba_ept_map_out", [](const auto& out) {
    EXPECT_EQ(out.towers.room, 4U);
    ASSERT_EQ(out.towers.elements.size(), 1U);
    expect_tower(*out.towers.elements[0]);
  });
  judge_both_orders<LookupOut>("samba_ept_lookup_out", [](const auto& out) {
    ASSERT_EQ(out.entries.elements.size(), 1U);
    const auto& entry = out.entries.elements[0];
    EXPECT_EQ(entry.object, kUuid);
    EXPECT_STREQ(entry.annotation.elements.data(), "Platen");
    expect_tower(*entry.tower);
  });
  judge<MapIn>("impacket_ept_map_in", [](const auto& in) {
    EXPECT_FALSE(in.object);
    EXPECT_EQ(in.tower->octets.elements, (std::vector<std::uint8_t>{'a', 'b', 'c', 'd', 'e'}));
    EXPECT_FALSE(in.handle);
  });
}

TEST(NdrVectors, ArraysOfStructuresWithPointersInAUnion) {
  judge_both_orders<ShareEnumOut>("samba_net_share_enum_out", [](const auto& out) {
    const auto& shares = std::get<SharesLevel1>(out.container.shares).shares;
    ASSERT_TRUE(shares && shares->shares);
    ASSERT_EQ(shares->shares->size(), 2U);
    EXPECT_EQ(shares->shares->at(0).name, u"print$");
    EXPECT_EQ(shares->shares->at(0).comment, u"Drivers");
    EXPECT_EQ(shares->shares->at(1).name, u"lex");
    EXPECT_FALSE(shares->shares->at(1).comment);
    EXPECT_EQ(out.resume, 5U);
  });
  const auto asked = [](const ShareEnumIn& in) {
    EXPECT_EQ(in.server, u"\\\\srv");
    EXPECT_FALSE(std::get<SharesLevel1>(in.container.shares).shares->shares);
    EXPECT_EQ(in.most, 0xffffffffU);
  };
  judge_both_orders<ShareEnumIn>("samba_net_share_enum_in", asked);
  judge<ShareEnumIn>("impacket_net_share_enum_in", asked);
}

TEST(NdrVectors, AUnionsDefaultArmForTagsThatNoOtherHas) {
  judge_both_orders<ShareEnumIn>("samba_net_share_enum_in_unknown", [](const auto& in) {
    EXPECT_EQ(std::get<NoSuchLevel>(in.container.shares).tag, 77U);
    EXPECT_EQ(in.most, 0xffffffffU);
  });
  judge_both_orders<ForestTrustIn>("samba_forest_trust_in", [](const auto& in) {
    ASSERT_EQ(in.trusts.entries->size(), 2U);
    EXPECT_EQ(std::get<TrustName>(in.trusts.entries->at(0)->data).name.length, 22);
    const auto& other = std::get<OtherTrust>(in.trusts.entries->at(1)->data);
    EXPECT_EQ(static_cast<int>(other.tag), 7);
    EXPECT_EQ(*other.arm.data, (std::vector<std::uint8_t>{1, 2, 3}));
    EXPECT_EQ(in.check_only, 1);
  });
  judge<EncapsulatedIn>("impacket_encapsulated_in", [](const auto& in) {
    EXPECT_EQ(std::get<SaidNumber>(in.known).number, 70000U);
    const auto& other = std::get<SaidOther>(in.unknown);
    EXPECT_EQ(other.tag, 500);
    EXPECT_EQ(*other.arm.octets, (std::vector<std::uint8_t>{'a', 'b', 'c'}));
    EXPECT_EQ(std::get<LoneNumber>(in.number).number, 80000U);
    EXPECT_EQ(std::get<SaidNothing>(in.empty).tag, 600U);
    EXPECT_EQ(in.last, 7U);
  });
}

TEST(NdrVectors, ThePrintSystemsRequestsAsBothSayThem) {
  const auto opened = [](const OpenPrinterIn& in) {
    EXPECT_EQ(in.name, u"\\\\srv\\lex");
    EXPECT_EQ(in.type, u"RAW");
    EXPECT_EQ(in.access, 8U);
    const auto& client = std::get<ClientLevel1>(in.client.client).client;
    EXPECT_EQ(client->machine, u"me");
    EXPECT_EQ(client->user, u"alice");
    EXPECT_EQ(client->processor, 9);
  };
  judge_both_orders<OpenPrinterIn>("samba_open_printer_ex_in", opened);
  judge<OpenPrinterIn>("impacket_open_printer_ex_in", opened);
  judge_both_orders<ClosePrinterIn>("samba_close_printer_in", [](const auto& in) {
    EXPECT_EQ(in.handle, (ContextHandle{0, kUuid}));
  });
  judge<EnumPrintersIn>("impacket_enum_printers_in",
                        [](const auto& in) { EXPECT_EQ(in.buffer->size(), 5U); });
}

TEST(NdrVectors, ConformantVaryingTextBehindAPointer) {
  const auto named = [](const LookupNamesIn& in) {
    ASSERT_EQ(in.names.size(), 2U);
    const auto& letters = in.names[0].text->elements;
    EXPECT_EQ(std::u16string(letters.begin(), letters.end()), u"alice");
    EXPECT_EQ(in.names[1].text->elements.size(), 3U);
    EXPECT_EQ(in.handle, (ContextHandle{0, kUuid}));
  };
  judge_both_orders<LookupNamesIn>("samba_lookup_names_in", named);
  judge<LookupNamesIn>("impacket_lookup_names_in", named);
}

}  // namespace
}  // namespace platen::rpc::testing
