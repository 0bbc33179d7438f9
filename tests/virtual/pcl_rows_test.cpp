#include "virtual/pcl_rows.hpp"

#include <gtest/gtest.h>

namespace platen::vprinter {
namespace {

using Bytes = std::vector<std::uint8_t>;

// One row of the given method; the seed is left as the decoder left it.
Bytes row_of(int method, const Bytes& payload, Bytes& seed, std::string* problem = nullptr) {
  DecodedRows decoded = decode_rows(method, payload, seed, 100);
  if (problem) *problem = decoded.problem;
  EXPECT_EQ(decoded.rows.size(), 1u);
  return decoded.rows.front();
}

TEST(PclRows, PlainRowsAreFilledWithWhite) {
  Bytes seed{9, 9, 9, 9};
  EXPECT_EQ(row_of(0, {1, 2}, seed), (Bytes{1, 2, 0, 0}));
  EXPECT_EQ(seed, (Bytes{1, 2, 0, 0}));
  EXPECT_EQ(row_of(0, {1, 2, 3, 4, 5}, seed), (Bytes{1, 2, 3, 4}));
}

TEST(PclRows, RunLengthRepeatsCountPlusOneTimes) {
  Bytes seed(4);
  EXPECT_EQ(row_of(1, {2, 0xAA, 0, 0x55}, seed), (Bytes{0xAA, 0xAA, 0xAA, 0x55}));
}

TEST(PclRows, PackBitsHasLiteralsRunsAndNothing) {
  Bytes seed(8);
  EXPECT_EQ(row_of(2, {0x02, 1, 2, 3, 128, 0xFD, 7}, seed), (Bytes{1, 2, 3, 7, 7, 7, 7, 0}));
}

TEST(PclRows, DeltaRowReplacesInTheRowBefore) {
  Bytes seed{1, 2, 3, 4, 5};
  // Two bytes at offset 1; then one byte, one after those.
  EXPECT_EQ(row_of(3, {0x21, 0xA, 0xB, 0x01, 0xC}, seed), (Bytes{1, 0xA, 0xB, 4, 0xC}));
  EXPECT_EQ(row_of(3, {}, seed), (Bytes{1, 0xA, 0xB, 4, 0xC}));
}

TEST(PclRows, DeltaRowOffsetsGoOnInFurtherBytes) {
  Bytes seed(400);
  Bytes expected(400);
  expected[31 + 255 + 10] = 0xFF;
  EXPECT_EQ(row_of(3, {31, 255, 10, 0xFF}, seed), expected);
}

TEST(PclRows, AdaptiveBlocksMixMethodsEmptyAndRepeatedRows) {
  Bytes seed(2);
  const DecodedRows decoded =
      decode_rows(5, Bytes{0, 0, 2, 1, 2, 5, 0, 1, 4, 0, 1, 2, 0, 2, 0xFF, 9}, seed, 100);
  EXPECT_EQ(decoded.problem, "");
  EXPECT_EQ(decoded.rows, (std::vector<Bytes>{{1, 2}, {1, 2}, {0, 0}, {9, 9}}));
  EXPECT_EQ(seed, (Bytes{0, 0}));
}

TEST(PclRows, AdaptiveBlocksCannotAskForMoreRowsThanThePageHas) {
  Bytes seed(2);
  EXPECT_EQ(decode_rows(5, Bytes{4, 255, 255, 4, 255, 255}, seed, 10).rows.size(), 10u);
}

TEST(PclRows, CompressedReplacementHasLiteralsAndRuns) {
  Bytes seed{1, 1, 1, 1, 1, 1, 1, 1};
  // Offset 1, two literals; then offset 1, a run of three.
  EXPECT_EQ(row_of(9, {0x09, 0xA, 0xB, 0xA1, 0xC}, seed), (Bytes{1, 0xA, 0xB, 1, 0xC, 0xC, 0xC, 1}));
}

TEST(PclRows, CompressedReplacementExtendsOffsetThenCount) {
  Bytes seed(64);
  Bytes expected(64);
  for (std::size_t i = 17; i < 17 + 9; ++i) expected[i] = 5;
  Bytes payload{0x7F, 2, 1};  // offset 15+2, count-1 7+1
  payload.insert(payload.end(), 9, 5);
  EXPECT_EQ(row_of(9, payload, seed), expected);
}

TEST(PclRows, ACutRowIsDecodedAsFarAsItGoesAndTold) {
  Bytes seed(4);
  std::string problem;
  EXPECT_EQ(row_of(2, {0x03, 1, 2}, seed, &problem), (Bytes{1, 2, 0, 0}));
  EXPECT_EQ(problem, "a PackBits literal that ends early");
  row_of(3, {0x40, 1}, seed, &problem);
  EXPECT_EQ(problem, "a delta-row replacement that ends early");
  row_of(1, {3}, seed, &problem);
  EXPECT_EQ(problem, "a run-length pair without its value");
}

}  // namespace
}  // namespace platen::vprinter
