#include "rpc/ndr/ndr.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "langmon/wire/monitor_interface.hpp"

namespace platen::rpc {
namespace {

namespace wire = langmon::wire;
using ::testing::ElementsAreArray;

Octets bytes(std::initializer_list<unsigned> values) {
  Octets out;
  for (auto value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

enum class Colour : std::uint16_t { red, green, blue = 5 };

struct Inner {
  std::uint8_t small = 0;
  std::uint64_t large = 0;
  std::string name;
};
struct Everything {
  bool yes = false;
  std::int16_t negative = 0;
  Colour colour = Colour::red;
  double number = 0;
  std::string text;
  std::optional<Inner> one;
  std::vector<Inner> many;
  std::vector<std::vector<std::uint16_t>> grid;
  std::vector<std::optional<std::string>> maybe;
  Inner plain;
};

Everything example() {
  Everything e{true, -7, Colour::blue, 2.5, "Grüße"};
  e.one = Inner{1, 0x1122334455667788, "one"};
  e.many = {{2, 3, "two"}, {4, 5, ""}};
  e.grid = {{1, 2, 3}, {}, {4}};
  e.maybe = {std::nullopt, "there"};
  e.plain = {9, 10, "plain"};
  return e;
}

TEST(Ndr, WhatIsEncodedIsDecodedAgain) {
  auto back = decode<Everything>(encode(example()));
  ASSERT_TRUE(back) << back.error().sentence();
  EXPECT_TRUE(back->yes);
  EXPECT_EQ(back->negative, -7);
  EXPECT_EQ(back->colour, Colour::blue);
  EXPECT_EQ(back->number, 2.5);
  EXPECT_EQ(back->text, "Grüße");
  ASSERT_TRUE(back->one);
  EXPECT_EQ(back->one->large, 0x1122334455667788U);
  EXPECT_EQ(back->one->name, "one");
  ASSERT_EQ(back->many.size(), 2U);
  EXPECT_EQ(back->many[1].large, 5U);
  EXPECT_EQ(back->many[0].name, "two");
  EXPECT_EQ(back->grid, (std::vector<std::vector<std::uint16_t>>{{1, 2, 3}, {}, {4}}));
  EXPECT_EQ(back->maybe, (std::vector<std::optional<std::string>>{std::nullopt, "there"}));
  EXPECT_EQ(back->plain.name, "plain");
}

struct Parameters {
  std::uint8_t a = 0;
  std::uint32_t b = 0;
  std::string c;
  std::optional<std::uint16_t> d;
};

TEST(Ndr, ParametersLieAsC706SaysTheyDo) {
  auto message = encode(Parameters{1, 0x01020304, "ab", std::uint16_t{7}});
  EXPECT_THAT(message.octets,
              ElementsAreArray(bytes({1, 0, 0, 0, 4, 3, 2, 1,                              // a, padding, b
                                      2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 'a', 'b', 0, 0,  // c
                                      0, 0, 2, 0, 7, 0})));                                // d
}

struct Named {
  std::string name;
  std::uint32_t number = 0;
};
struct Nested {
  Named first;
  std::uint32_t behind = 0;
};

TEST(Ndr, AStringInsideAStructureIsAPointerWhoseReferentFollowsTheStructure) {
  auto message = encode(Nested{{"x", 5}, 6});
  EXPECT_THAT(message.octets,
              ElementsAreArray(bytes({0, 0, 2, 0, 5, 0, 0, 0,  // referent id, number
                                      1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 'x', 0, 0, 0,  // "x"
                                      6, 0, 0, 0})));
}

TEST(Ndr, TheSendersByteOrderIsHonoured) {
  Message message{
      bytes({1, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 0, 0, 0, 0, 0, 0, 0}),
      {},
      ByteOrder::big};
  auto back = decode<Parameters>(std::move(message));
  ASSERT_TRUE(back) << back.error().sentence();
  EXPECT_EQ(back->b, 0x01020304U);
  EXPECT_EQ(back->c, "z");
  EXPECT_FALSE(back->d);
}

TEST(Ndr, EveryTruncationAndEveryOctetTooManyIsRefused) {
  const auto whole = encode(example()).octets;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Message cut{{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, {}};
    auto back = decode<Everything>(std::move(cut));
    ASSERT_FALSE(back) << "cut to " << size;
    EXPECT_TRUE(back.error().is(Errc::malformed));
  }
  Message longer{whole, {}};
  longer.octets.push_back(std::byte{0});
  EXPECT_FALSE(decode<Everything>(std::move(longer)));
}

struct OnlyEnum {
  Colour colour = Colour::red;
};
struct OnlyBool {
  bool value = false;
};
struct OnlyVector {
  std::vector<std::uint64_t> values;
};
struct OnlyString {
  std::string text;
};

TEST(Ndr, ValuesThatATypeDoesNotHaveAreRefused) {
  EXPECT_TRUE(decode<OnlyEnum>(Message{bytes({5, 0}), {}}));
  EXPECT_FALSE(decode<OnlyEnum>(Message{bytes({2, 0}), {}}));
  EXPECT_FALSE(decode<OnlyEnum>(Message{bytes({0, 1}), {}}));
  EXPECT_FALSE(decode<OnlyBool>(Message{bytes({2}), {}}));
  EXPECT_FALSE(decode<OnlyVector>(Message{bytes({0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}), {}}));
  EXPECT_FALSE(decode<OnlyString>(Message{bytes({1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 'a', 'b'}), {}}));
  EXPECT_FALSE(decode<OnlyString>(Message{bytes({2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 'a'}), {}}));
}

struct Tree {
  std::vector<Tree> branches;
  std::uint32_t leaf = 0;
};

TEST(Ndr, NestingHasABottom) {
  Octets deep;
  for (int i = 0; i < 100'000; ++i)
    for (auto value : {1U, 0U, 0U, 0U, 1U, 0U, 0U, 0U, 0U, 0U, 0U, 0U})
      deep.push_back(static_cast<std::byte>(value));
  EXPECT_FALSE(decode<Tree>(Message{std::move(deep), {}}));
}

struct TwoFds {
  Fd first;
  Fd none;
  std::vector<Fd> more;
};

TEST(Ndr, DescriptorsTravelByIndexAndAreClaimedExactlyOnce) {
  auto pipe = make_pipe();
  ASSERT_TRUE(pipe);
  TwoFds value;
  const int first = pipe->read_end.get();
  value.first = std::move(pipe->read_end);
  value.more.push_back(std::move(pipe->write_end));
  auto message = encode(std::move(value));
  EXPECT_EQ(message.descriptors.size(), 2U);
  EXPECT_THAT(message.octets,
              ElementsAreArray(bytes({0, 0, 0, 0, 255, 255, 255, 255, 1, 0, 0, 0, 1, 0, 0, 0})));

  Message twice{message.octets, {}};
  twice.octets[12] = std::byte{0};
  twice.descriptors.push_back(*message.descriptors[0].duplicate());
  twice.descriptors.push_back(*message.descriptors[1].duplicate());
  EXPECT_FALSE(decode<TwoFds>(std::move(twice)));

  auto back = decode<TwoFds>(std::move(message));
  ASSERT_TRUE(back) << back.error().sentence();
  EXPECT_EQ(back->first.get(), first);
  EXPECT_FALSE(back->none);
  ASSERT_EQ(back->more.size(), 1U);
}

TEST(Ndr, TheMonitorsInterfaceTravels) {
  wire::SnapshotReply snapshot;
  snapshot.status.reasons.push_back(
      {"media-empty", bidi::Severity::error, "tray1", "Tray 1 is out of paper.", 41001});
  snapshot.status.supplies.push_back({"Black toner", "toner", "#000000", 71, 10, false});
  snapshot.status.trays.push_back({"tray1", "iso_a4_210x297mm", "stationery", bidi::level_some, 250});
  snapshot.status.online = true;
  snapshot.job = wire::JobProgressReport{17, wire::JobPhase::sending, 123456, 2};
  snapshot.ended.push_back({16, wire::JobOutcome::completed, 3, 999, ""});
  const auto status = snapshot.status;
  auto back = decode<wire::SnapshotReply>(encode(std::move(snapshot)));
  ASSERT_TRUE(back) << back.error().sentence();
  EXPECT_EQ(back->status, status);
  EXPECT_EQ(back->job->bytes_sent, 123456U);
  EXPECT_EQ(back->ended.at(0).job, 16U);

  wire::StartDocRequest start;
  start.title = "Seite 1";
  start.data = std::move(make_pipe()->read_end);
  auto started = decode<wire::StartDocRequest>(encode(std::move(start)));
  ASSERT_TRUE(started) << started.error().sentence();
  EXPECT_TRUE(started->data);
  EXPECT_TRUE(decode<wire::WatchReply>(encode(wire::WatchReply{})));
  EXPECT_TRUE(decode<wire::NeedsOperatorRequest>(encode(wire::NeedsOperatorRequest{})));
  EXPECT_TRUE(decode<wire::BidiReply>(encode(wire::BidiReply{{{"p", "t", "v"}}})));
}

}  // namespace
}  // namespace platen::rpc
