#include "bidi/text.hpp"

#include <gtest/gtest.h>

namespace platen::bidi {
namespace {

TEST(Text, ReadsAFieldWithAndWithoutQuotesAndBlanks) {
  EXPECT_EQ(parse_field("CODE=10001"), (Field{"CODE", "10001"}));
  EXPECT_EQ(parse_field("DISPLAY = \"00 READY\" "), (Field{"DISPLAY", "00 READY"}));
  EXPECT_EQ(parse_field("DISPLAY='00 READY'"), (Field{"DISPLAY", "00 READY"}));
  EXPECT_EQ(parse_field("DISPLAY=\"the \"best\" printer\""), (Field{"DISPLAY", "the \"best\" printer"}));
  EXPECT_EQ(parse_field("DISPLAY=\"never closed"), (Field{"DISPLAY", "never closed"}));
}

TEST(Text, ReadsABareLineAsAValueWithoutName) {
  EXPECT_EQ(parse_field("\"LEXMARK T640\""), (Field{"", "LEXMARK T640"}));
  EXPECT_EQ(parse_field("\"a=b\""), (Field{"", "a=b"}));
  EXPECT_EQ(parse_field("START"), (Field{"", "START"}));
}

TEST(Text, LeavesOutTheNoteOfWhatAVariableMayBe) {
  EXPECT_EQ(parse_field("TIMED=0 [2 RANGE]"), (Field{"TIMED", "0"}));
  EXPECT_EQ(parse_field("PAPER=A4 [READONLY]"), (Field{"PAPER", "A4"}));
}

TEST(Text, ReadsSeveralFieldsOnOneLine) {
  const std::vector<Field> expected{{"", "TRAY"}, {"NAME", "Tray 1"}, {"SIZE", "A4"}, {"LEVEL", "250"}};
  EXPECT_EQ(parse_fields("TRAY NAME=\"Tray 1\" SIZE = A4  LEVEL=250"), expected);
  EXPECT_EQ(parse_fields("X=\"open"), (std::vector<Field>{{"X", "open"}}));
  EXPECT_TRUE(parse_fields("   ").empty());
  EXPECT_EQ(parse_fields("=="), (std::vector<Field>{{"", "="}}));
}

TEST(Text, KeepsUtf8AndReadsEverythingElseAsLatin1) {
  EXPECT_EQ(printable("Papier f\xC3\xBCllen"), "Papier f\xC3\xBCllen");
  EXPECT_EQ(printable("Papier f\xFCllen"), "Papier f\xC3\xBCllen");
  EXPECT_EQ(printable("a\x01\x1b\x7f"
                      "b"),
            "ab");
  EXPECT_EQ(printable("a\xC2\x85"
                      "b"),
            "ab");
  // An overlong slash is not UTF-8.
  EXPECT_EQ(printable("\xC0\xAF"), "\xC3\x80\xC2\xAF");
}

TEST(Text, ANumberHasDigitsOnly) {
  EXPECT_EQ(number("10001"), 10001u);
  EXPECT_FALSE(number(""));
  EXPECT_FALSE(number("12x"));
  EXPECT_FALSE(number("-1"));
  EXPECT_FALSE(number("99999999999"));
}

}  // namespace
}  // namespace platen::bidi
