#include <gmock/gmock.h>

#include "foreign_interfaces.hpp"
#include "rpc/ndr/types.hpp"

namespace platen::rpc::testing {
namespace {

struct Arm1 {
  static constexpr std::uint8_t tag = 1;
  std::string text;
};
struct Arm2 {
  static constexpr std::uint8_t tag = 2;
  std::array<std::uint16_t, 3> numbers{};
};
struct Nothing {
  static constexpr std::uint8_t tag = 9;
};
using Either = std::variant<Arm1, Arm2, Nothing>;

struct Point {
  std::int16_t x = 0;
  std::int32_t y = 0;
};
struct Everything {
  float single = 0;
  std::u16string wide;
  CText terminated;
  std::array<Point, 2> pair;
  Ref<Either> always;
  std::optional<Either> sometimes;
  std::vector<Either> several;
  Varying<std::string> some;
  UpTo<std::uint32_t, 4> few;
  std::optional<foreign::Surrounding> tail;
  ContextHandle handle;
};

Everything example() {
  Everything all;
  all.single = 2.5F;
  all.wide = u"Grüße";
  all.terminated.text = "plain";
  all.pair = {Point{1, -2}, Point{3, 4}};
  all.always.value = Arm2{{1, 2, 3}};
  all.sometimes = Arm1{"arm"};
  all.several = {Nothing{}, Arm1{"again"}, Arm2{{4, 5, 6}}};
  all.some = {{"a", "bc"}, 5};
  all.few.elements = {7, 8};
  all.tail = foreign::Surrounding{2, {{9, 10}}};
  all.handle.uuid.time_mid = 11;
  return all;
}

TEST(NdrTypes, WhatIsEncodedIsDecodedAgainInEitherByteOrder) {
  for (const auto order : {ByteOrder::little, ByteOrder::big}) {
    auto back = decode<Everything>(encode(example(), NdrWriter(order)));
    ASSERT_TRUE(back) << back.error().sentence();
    EXPECT_EQ(back->single, 2.5F);
    EXPECT_EQ(back->wide, u"Grüße");
    EXPECT_EQ(back->terminated.text, "plain");
    EXPECT_EQ(back->pair[0].y, -2);
    EXPECT_EQ(back->pair[1].x, 3);
    EXPECT_EQ(std::get<Arm2>(back->always.value).numbers[2], 3);
    EXPECT_EQ(std::get<Arm1>(*back->sometimes).text, "arm");
    ASSERT_EQ(back->several.size(), 3U);
    EXPECT_EQ(std::get<Arm1>(back->several[1]).text, "again");
    EXPECT_EQ(std::get<Arm2>(back->several[2]).numbers[0], 4);
    EXPECT_EQ(back->some, (Varying<std::string>{{"a", "bc"}, 5}));
    EXPECT_EQ(back->few.elements, (std::vector<std::uint32_t>{7, 8}));
    EXPECT_EQ(back->tail->surrounding.elements, (std::vector<std::uint16_t>{9, 10}));
    EXPECT_EQ(back->handle.uuid.time_mid, 11);
  }
}

TEST(NdrTypes, EveryTruncationIsRefused) {
  const auto whole = encode(example()).octets;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Message cut{{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, {}};
    EXPECT_FALSE(decode<Everything>(std::move(cut))) << "cut to " << size;
  }
}

template <class T>
bool decodes(std::initializer_list<unsigned> octets) {
  Message message;
  for (const auto octet : octets) message.octets.push_back(static_cast<std::byte>(octet));
  return static_cast<bool>(decode<T>(std::move(message)));
}

struct OnlyUnion {
  Either either;
};
struct OnlyFew {
  UpTo<std::uint8_t, 2> few;
};
struct OnlyText {
  CText text;
};
struct OnlyWide {
  std::u16string text;
};
struct OnlyVarying {
  Varying<std::uint8_t> some;
};
struct OnlyTail {
  foreign::Surrounding data;
};

TEST(NdrTypes, WhatATypeCannotBeIsRefused) {
  EXPECT_TRUE(decodes<OnlyUnion>({9}));
  EXPECT_FALSE(decodes<OnlyUnion>({3})) << "no such arm";
  EXPECT_TRUE(decodes<OnlyFew>({0, 0, 0, 0, 2, 0, 0, 0, 7, 8}));
  EXPECT_FALSE(decodes<OnlyFew>({0, 0, 0, 0, 3, 0, 0, 0, 7, 8, 9})) << "more than there is room for";
  EXPECT_FALSE(decodes<OnlyFew>({1, 0, 0, 0, 1, 0, 0, 0, 7})) << "not from the beginning";
  EXPECT_TRUE(decodes<OnlyText>({2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 'a', 0}));
  EXPECT_FALSE(decodes<OnlyText>({1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 'a'})) << "no terminator";
  EXPECT_FALSE(decodes<OnlyText>({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) << "no terminator";
  EXPECT_TRUE(decodes<OnlyWide>({1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(decodes<OnlyWide>({1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 'a', 0})) << "no terminator";
  EXPECT_FALSE(decodes<OnlyWide>({3, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 'a', 0, 0, 0, 0, 0})) << "two of them";
  EXPECT_FALSE(decodes<OnlyText>({3, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 'a', 0, 0})) << "two of them";
  EXPECT_FALSE(decodes<OnlyVarying>({1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 2}))
      << "more than there is room for";
  EXPECT_TRUE(decodes<OnlyTail>({1, 0, 0, 0, 1, 0, 0, 0, 5, 0}));
  EXPECT_FALSE(decodes<OnlyTail>({1, 0, 0, 0, 2, 0, 0, 0, 5, 0})) << "its parts contradict each other";
  EXPECT_FALSE(decodes<OnlyTail>({0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 5, 0})) << "a count beyond its octets";
}

struct Node {
  std::uint32_t number = 0;
  Tail<std::optional<Node>> next;
};
struct OnlyNode {
  Node first;
};

TEST(NdrTypes, NestingThroughATailHasABottom) {
  Message deep;
  for (int i = 0; i < 200'000; ++i)
    for (const auto octet : {1U, 0U, 0U, 0U, 1U, 0U, 0U, 0U, 1U, 0U, 0U, 0U})
      deep.octets.push_back(static_cast<std::byte>(octet));
  EXPECT_FALSE(decode<OnlyNode>(std::move(deep)));
}

}  // namespace
}  // namespace platen::rpc::testing
