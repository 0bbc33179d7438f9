#include "inf/inf_file.hpp"

#include <gmock/gmock.h>

namespace platen::inf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

InfFile good(std::string_view text, std::string_view language = {}) {
  auto inf = InfFile::parse(text, "x.inf", language);
  EXPECT_TRUE(inf) << inf.error().sentence();
  return inf ? *inf : InfFile();
}

std::string wrong(std::string_view text) {
  const auto inf = InfFile::parse(text, "x.inf");
  EXPECT_FALSE(inf) << text;
  return inf ? "" : inf.error().sentence();
}

std::string utf16(std::u16string_view text) {
  std::string bytes = "\xFF\xFE";
  for (const char16_t unit : text) {
    bytes.push_back(static_cast<char>(unit & 0xFF));
    bytes.push_back(static_cast<char>(unit >> 8));
  }
  return bytes;
}

TEST(InfFile, ReadsSectionsKeysAndValues) {
  const InfFile inf = good(
      "; a comment\r\n[Version] ; here too\r\n Class = Printer ; and "
      "here\r\n\r\n[Files]\r\na.gpd,,,0x20\r\n");
  EXPECT_EQ(inf.find("version", "CLASS")->value(), "Printer");
  EXPECT_EQ(inf.find("version", "class")->line, 3U);
  ASSERT_THAT(inf.entries("FILES"), SizeIs(1));
  EXPECT_THAT(inf.entries("FILES")[0].values, ElementsAre("a.gpd", "", "", "0x20"));
  EXPECT_EQ(inf.entries("FILES")[0].key, "");
  EXPECT_EQ(inf.find("nowhere"), nullptr);
}

TEST(InfFile, KeepsWhatIsInQuotesAndDoubledQuotes) {
  const InfFile inf = good("[A]\n\"a = b\" = \" x ; y, z \" , say \"\"\"hi\"\"\" \n");
  ASSERT_THAT(inf.entries("A"), SizeIs(1));
  EXPECT_EQ(inf.entries("A")[0].key, "a = b");
  EXPECT_THAT(inf.entries("A")[0].values, ElementsAre(" x ; y, z ", "say \"hi\""));
}

TEST(InfFile, ContinuesALineAfterABackslashAndKeepsOtherBackslashes) {
  const InfFile inf = good("[A]\nk = one, \\ ; more\n   two, gpd\\x.gpd\nl = last\\");
  EXPECT_THAT(inf.entries("A")[0].values, ElementsAre("one", "two", "gpd\\x.gpd"));
  EXPECT_EQ(inf.entries("A")[1].line, 4U);
  EXPECT_EQ(inf.entries("A")[1].value(), "last\\");
}

TEST(InfFile, PutsStringsInWhereverTheyStand) {
  const InfFile inf = good("[%a%]\n%a% = \"%A% 100%%\", %11%, %nope%\n[Strings]\na = \"Lexmark, Inc.\"\n");
  const Entry& entry = inf.entries("%a%")[0];
  EXPECT_EQ(entry.key, "Lexmark, Inc.");
  EXPECT_THAT(entry.values, ElementsAre("Lexmark, Inc. 100%", "%11%", "%nope%"));
  ASSERT_THAT(inf.undefined_strings(), SizeIs(1));
  EXPECT_EQ(inf.undefined_strings()[0].name, "nope");
  EXPECT_EQ(inf.undefined_strings()[0].line, 2U);
}

TEST(InfFile, PrefersTheStringsOfTheLanguageAskedFor) {
  const char* text =
      "[A]\nk = %disk%, %other%\n[Strings.0407]\ndisk = Diskette\n[Strings]\ndisk = Disk\nother = Other\n";
  EXPECT_THAT(good(text, "0407").entries("A")[0].values, ElementsAre("Diskette", "Other"));
  EXPECT_THAT(good(text).entries("A")[0].values, ElementsAre("Disk", "Other"));
}

TEST(InfFile, JoinsSectionsOfTheSameName) {
  const InfFile inf = good("[A]\nx=1\n[B]\n[a]\ny=2\n");
  EXPECT_THAT(inf.entries("A"), SizeIs(2));
  EXPECT_THAT(inf.sections(), SizeIs(2));
}

TEST(InfFile, ReadsUtf16Utf8AndAnsi) {
  EXPECT_EQ(good(utf16(u"[A]\r\nk = \u0142\U0001F5A8\r\n")).entries("A")[0].value(), "\u0142\U0001F5A8");
  EXPECT_EQ(good("\xEF\xBB\xBF[A]\nk = \u0142\n").entries("A")[0].value(), "\u0142");
  EXPECT_EQ(good("[A]\nk = Ger\xE4t \x80\n").entries("A")[0].value(), "Ger\u00E4t \u20AC");
}

TEST(InfFile, NamesTheLineOfEveryMistake) {
  EXPECT_THAT(wrong("\n[Version\n"), AllOf(HasSubstr("x.inf:2"), HasSubstr("closing ']'")));
  EXPECT_THAT(wrong("[]\n"), AllOf(HasSubstr("x.inf:1"), HasSubstr("no name")));
  EXPECT_THAT(wrong("[A] b\n"), HasSubstr("x.inf:1"));
  EXPECT_THAT(wrong("a = b\n"), AllOf(HasSubstr("x.inf:1"), HasSubstr("before the first [section]")));
  EXPECT_THAT(wrong("[A]\n\nk = \"open\n"), AllOf(HasSubstr("x.inf:3"), HasSubstr("closing '\"'")));
  EXPECT_THAT(wrong("[A]\n= b\n"), HasSubstr("x.inf:2"));
  EXPECT_THAT(wrong(std::string_view("[A]\nk = \0\n", 9)),
              AllOf(HasSubstr("x.inf:2"), HasSubstr("zero byte")));
  EXPECT_THAT(wrong("\xFF\xFE[\0A"), HasSubstr("cut off"));
  EXPECT_THAT(wrong("\xFE\xFF\0["), HasSubstr("UTF-16LE"));
}

TEST(InfFile, RefusesWhatWouldGrowWithoutBound) {
  EXPECT_THAT(wrong(std::string(largest_inf + 1, ' ')), HasSubstr("another kind of file"));
  EXPECT_THAT(wrong("[A]\n" + std::string(longest_value + 1, 'x')), HasSubstr("x.inf:2"));
  EXPECT_THAT(wrong("[A]\n" + std::string(most_values_in_a_line + 1, ',')), HasSubstr("too many values"));
  std::string lines = "[A]\n";
  for (std::size_t i = 0; i <= most_lines; ++i) lines += "x\n";
  EXPECT_THAT(wrong(lines), HasSubstr("too many lines"));
  std::string bomb = "[A]\n";
  for (int i = 0; i < 20'000; ++i) bomb += "%a%\n";
  bomb += "[Strings]\na = " + std::string(4000, 'x') + "\n";
  EXPECT_THAT(wrong(bomb), HasSubstr("too long"));
}

}  // namespace
}  // namespace platen::inf
