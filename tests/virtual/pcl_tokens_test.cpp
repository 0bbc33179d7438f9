#include "virtual/pcl_tokens.hpp"

#include <gtest/gtest.h>

namespace platen::vprinter {
namespace {

std::vector<PclToken> tokens_of(std::string_view text) {
  std::vector<PclToken> found;
  PclTokenizer tokenizer;
  std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  while (auto token = tokenizer.next(bytes)) found.push_back(*token);
  return found;
}

TEST(PclTokens, TakesCombinedSequencesApart) {
  const auto found = tokens_of("\x1B&l1x26a0O");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_TRUE(found[0].is('&', 'l', 'X'));
  EXPECT_EQ(found[0].value, 1);
  EXPECT_TRUE(found[1].is('&', 'l', 'A'));
  EXPECT_EQ(found[1].value, 26);
  EXPECT_TRUE(found[2].is('&', 'l', 'O'));
}

TEST(PclTokens, ReadsSignsAndDecimals) {
  const auto found = tokens_of("\x1B*p+12.5x-3Y\x1B(s16.66H");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].value, 12.5);
  EXPECT_TRUE(found[0].relative);
  EXPECT_EQ(found[1].value, -3);
  EXPECT_TRUE(found[1].relative);
  EXPECT_DOUBLE_EQ(found[2].value, 16.66);
  EXPECT_FALSE(found[2].relative);
}

TEST(PclTokens, SkipsPayloadsOfUnknownCommands) {
  const auto found = tokens_of("\x1B)z5W\x1B\x1B\x1BXYA");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].payload.size(), 5u);
  EXPECT_EQ(found[1].final, 'A');
}

TEST(PclTokens, GoesOnInASequenceAfterAPayload) {
  const auto found = tokens_of("\x1B*b2m3wabc1Wd!");
  ASSERT_EQ(found.size(), 4u);
  EXPECT_TRUE(found[0].is('*', 'b', 'M'));
  EXPECT_TRUE(found[1].is('*', 'b', 'W'));
  EXPECT_EQ(found[1].payload, (std::vector<std::uint8_t>{'a', 'b', 'c'}));
  EXPECT_TRUE(found[2].is('*', 'b', 'W'));
  EXPECT_EQ(found[2].payload, (std::vector<std::uint8_t>{'d'}));
  EXPECT_EQ(found[3].final, '!');
}

TEST(PclTokens, KnowsAUel) {
  const auto found = tokens_of("x\x1B%-12345X");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[1].is_uel());
  EXPECT_EQ(found[1].start, 1u);
}

TEST(PclTokens, ACommandCutOffByAnEscapeIsToldAndTheNextOneHeard) {
  const auto found = tokens_of("\x1B*b12\x1B&l2A");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].kind, PclToken::Kind::broken);
  EXPECT_EQ(found[0].start, 0u);
  EXPECT_TRUE(found[1].is('&', 'l', 'A'));
  EXPECT_EQ(found[1].start, 5u);
}

TEST(PclTokens, KeepsNoMoreOfAPayloadThanItsLimit) {
  std::string text = "\x1B*b99999999W";
  text += std::string(3 * PclTokenizer::kLargestPayload, 'x');
  PclTokenizer tokenizer;
  std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  EXPECT_FALSE(tokenizer.next(bytes));
  EXPECT_TRUE(bytes.empty());
  EXPECT_TRUE(tokenizer.inside());
  text = "\x1B)s200000W" + std::string(200000, 'x') + "y";
  const auto found = tokens_of(text);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].cut);
  EXPECT_EQ(found[0].payload.size(), PclTokenizer::kLargestPayload);
  EXPECT_EQ(found[1].final, 'y');
}

}  // namespace
}  // namespace platen::vprinter
