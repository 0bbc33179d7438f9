#include "port/quirks/quirks.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::port {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Quirks, TheBuiltInRowsAreAllUnderstood) {
  const QuirkTable& table = QuirkTable::built_in();
  EXPECT_GE(table.size(), 25u);
  EXPECT_TRUE(table.find(0x043d, 0x00f3, "Lexmark E250d").no_soft_reset);
  for (const int lexmark : {0x000c, 0x009a, 0x00cc, 0x00cd, 0x00d7, 0x00f3, 0x0123, 0x0139, 0x0226})
    EXPECT_TRUE(table.find(0x043d, static_cast<std::uint16_t>(lexmark), "").no_soft_reset) << lexmark;
  EXPECT_TRUE(table.find(0x0924, 0x3ce9, "").no_soft_reset) << "all Xerox";
  EXPECT_EQ(table.find(0x043d, 0x1234, "Lexmark of tomorrow"), Quirks{});
  EXPECT_TRUE(table.find(0x03f0, 0x0004, "").unidir);
  EXPECT_TRUE(table.find(0x0a5f, 0x0081, "").unidir) << "all Zebra";
  EXPECT_TRUE(table.find(0x04b8, 0x0202, "").vendor_class);
}

TEST(Quirks, LaterRowsAddAndTakeBack) {
  QuirkTable table;
  const auto wrong = table.add(
      "# a comment\n"
      "\n"
      "0a5f:* | unidir no-soft-reset | here | a bug\n"
      "0a5f:0081 | -unidir zero-length | here | another\n"
      "model:LEXMARK Z?2* | protocol-3 | here | a third\n",
      "test");
  EXPECT_THAT(wrong, IsEmpty());
  EXPECT_EQ(table.find(0x0a5f, 0x0081, ""), (Quirks{.no_soft_reset = true, .zero_length = true}));
  EXPECT_TRUE(table.find(0x0a5f, 0x0082, "").unidir);
  EXPECT_EQ(table.find(1, 2, "Lexmark Z42").protocol, 3);
  EXPECT_EQ(table.find(1, 2, "Lexmark Z52 Color Jetprinter").protocol, 3);
  EXPECT_EQ(table.find(1, 2, "Lexmark Z2").protocol, 0);
  EXPECT_EQ(table.find(1, 2, "").protocol, 0);
}

TEST(Quirks, WrongLinesAreToldWithTheirPlaceAndTheRestIsUsed) {
  QuirkTable table;
  const auto wrong = table.add(
      "043d:00f3 | unidir | here\n"
      "043d:00f3 | fast | here | a bug\n"
      "43d:00f3 | unidir | here | a bug\n"
      "043d | unidir | here | a bug\n"
      "model: | unidir | here | a bug\n"
      "043d:00f3 |  | here | a bug\n"
      "043d:00f4 | unidir | here | apple/cups#1",
      "mine.quirks");
  EXPECT_THAT(wrong, SizeIs(6));
  EXPECT_THAT(wrong.at(1).sentence(), HasSubstr("mine.quirks:2"));
  EXPECT_THAT(wrong.at(1).sentence(), HasSubstr("\"fast\" is not a flag"));
  EXPECT_EQ(table.size(), 1u);
  EXPECT_TRUE(table.find(0x043d, 0x00f4, "").unidir);
}

TEST(Quirks, RowsByIdApplyOnceTheIdIsKnown) {
  QuirkTable table;
  EXPECT_FALSE(table.wants_ids());
  EXPECT_THAT(table.add("id:*MDL:Lexmark Z4?;* | unidir | here | a bug", "test"), IsEmpty());
  EXPECT_TRUE(table.wants_ids());
  EXPECT_FALSE(table.find(1, 2, "Lexmark Z42").unidir);
  EXPECT_TRUE(table.find(1, 2, "", "MFG:Lexmark;MDL:Lexmark Z42;CLS:PRINTER;").unidir);
  const auto wrong = table.add("id:* | protocol-1 | here | a bug", "test");
  ASSERT_THAT(wrong, SizeIs(1));
  EXPECT_THAT(wrong[0].sentence(), HasSubstr("known only after that"));
}

TEST(Quirks, AFolderIsReadInTheOrderOfItsNames) {
  namespace fs = std::filesystem;
  std::string folder = fs::temp_directory_path() / "platen-quirks-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  std::ofstream(folder + "/20-later.quirks") << "043d:00f3 | -unidir | here | a bug\n";
  std::ofstream(folder + "/10-first.quirks") << "043d:00f3 | unidir prod | here | a bug\n";
  std::ofstream(folder + "/notes.txt") << "not quirks\n";
  QuirkTable table;
  EXPECT_THAT(table.add_folder(folder), IsEmpty());
  EXPECT_EQ(table.find(0x043d, 0x00f3, ""), Quirks{.prod = true});
  EXPECT_THAT(table.add_folder(folder + "/missing"), IsEmpty());
  fs::remove_all(folder);
}

TEST(Quirks, ALongPatternIsMatchedInNoTime) {
  QuirkTable table;
  std::string stars;
  for (int i = 0; i < 200; ++i) stars += "*a";
  EXPECT_THAT(table.add("model:" + stars + "b | unidir | here | a bug", "test"), IsEmpty());
  EXPECT_FALSE(table.find(1, 1, std::string(5000, 'a')).unidir);
}

}  // namespace
}  // namespace platen::port
