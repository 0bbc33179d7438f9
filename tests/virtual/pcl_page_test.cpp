// Whole pages of PCL, written by hand, and where their dots fall on the sheet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.hpp"

namespace platen::vprinter {
namespace {

using namespace std::string_literals;

using ::testing::ElementsAre;

// The logical page of A4 begins 71/300 inch from the sheet's edge.
constexpr int kLeft = 142;
constexpr int kUnprintable = 100;

std::string raster(std::string_view setup, std::string_view rows) {
  return "\x1B"
         "E\x1B&l0E\x1B&u600D" +
         std::string(setup) + "\x1B*r1A" + std::string(rows) + "\x1B*rC\f";
}

TEST(PclPage, ARasterDotAtFullResolutionIsOneDotAtTheCursor) {
  Desk desk;
  desk.send(raster("\x1B*t600R\x1B*p300x400Y", "\x1B*b1W\x80"));
  EXPECT_EQ(inked(desk.sheet(0)), (Inked{kLeft + 300, 400, kLeft + 301, 401}));
  EXPECT_EQ(desk.sheet(0).width(), 4960);
  EXPECT_EQ(desk.sheet(0).height(), 7016);
}

TEST(PclPage, CoarseRastersAreMagnified) {
  for (const auto& [resolution, scale] : {std::pair{75, 8}, {100, 6}, {150, 4}, {200, 3}, {300, 2}}) {
    Desk desk;
    desk.send(raster("\x1B*t" + std::to_string(resolution) + "R\x1B*p300x400Y", "\x1B*b1W\x40\x1B*b1W\x40"));
    EXPECT_EQ(inked(desk.sheet(0)),
              (Inked{kLeft + 300 + scale, 400, kLeft + 300 + 2 * scale, 400 + 2 * scale}));
  }
}

TEST(PclPage, AnIllegalResolutionIsRoundedUp) {
  Desk desk;
  desk.send(raster("\x1B*t250R\x1B*p300x400Y", "\x1B*b1W\x80"));
  EXPECT_EQ(inked(desk.sheet(0)), (Inked{kLeft + 300, 400, kLeft + 302, 402}));
}

TEST(PclPage, RowsAreClippedToTheWidthThatWasSet) {
  Desk desk;
  desk.send(raster("\x1B*t600R\x1B*r12S\x1B*p0x400Y", "\x1B*b4W\xFF\xFF\xFF\xFF"));
  EXPECT_EQ(inked(desk.sheet(0)), (Inked{kLeft, 400, kLeft + 12, 401}));
}

TEST(PclPage, RowsBeyondTheHeightThatWasSetAreClippedAndToldOnce) {
  Desk desk;
  desk.send(raster("\x1B*t600R\x1B*r2T\x1B*p0x400Y", "\x1B*b1W\xFF\x1B*b1W\xFF\x1B*b1W\xFF\x1B*b1W\xFF"));
  EXPECT_EQ(inked(desk.sheet(0)), (Inked{kLeft, 400, kLeft + 8, 402}));
  desk.send(kUel);
  ASSERT_EQ(desk.output.jobs.size(), 1u);
  EXPECT_EQ(desk.output.jobs[0].errors.size(), 1u);
}

TEST(PclPage, SkippedRowsAreWhiteAndForgetTheSeed) {
  Desk desk;
  desk.send(raster("\x1B*t600R\x1B*p0x400Y\x1B*b3M", "\x1B*b2W\x00\xFF\x1B*b5Y\x1B*b0W"s));
  EXPECT_EQ(inked(desk.sheet(0)), (Inked{kLeft, 400, kLeft + 8, 401}));
}

TEST(PclPage, NothingIsPrintedInTheMargins) {
  Desk desk;
  std::string rows;
  for (int i = 0; i < 300; ++i) rows += "\x1B*b4W\xFF\xFF\xFF\xFF";
  desk.send(raster("\x1B*t600R\x1B*p0x0Y", rows));
  EXPECT_EQ(inked(desk.sheet(0)), (Inked{kLeft, kUnprintable, kLeft + 32, 300}));
}

TEST(PclPage, TheRegistrationMovesTheLogicalPage) {
  Desk desk;
  desk.send(raster("\x1B&l-36U\x1B*t600R\x1B*p0x400Y", "\x1B*b1W\xFF"));
  EXPECT_EQ(inked(desk.sheet(0)), (Inked{kLeft - 30, 400, kLeft - 22, 401}));
}

TEST(PclPage, LandscapeTurnsTheLogicalRasterToTheLeft) {
  Desk desk;
  desk.send(
      "\x1B"
      "E\x1B&l1o0E\x1B&u600D\x1B*t600R\x1B*r0F\x1B*p300x400Y\x1B*r1A\x1B*b2W\xFF\xFF\x1B*rC\f");
  EXPECT_EQ(inked(desk.sheet(0)), (Inked{400, 7016 - 118 - 316, 401, 7016 - 118 - 300}));
}

TEST(PclPage, ReversePortraitIsUpsideDown) {
  Desk desk;
  desk.send(
      "\x1B"
      "E\x1B&l2o0E\x1B&u600D\x1B*t600R\x1B*r0F\x1B*p300x400Y\x1B*r1A\x1B*b1W\x80\x1B*rC\f");
  EXPECT_EQ(inked(desk.sheet(0)), (Inked{4960 - kLeft - 301, 7016 - 401, 4960 - kLeft - 300, 7016 - 400}));
}

TEST(PclPage, RulesAreFilled) {
  Desk desk;
  desk.send(
      "\x1B"
      "E\x1B&l0E\x1B&u600D\x1B*p300x400Y\x1B*c50a20b0P\f");
  EXPECT_EQ(inked(desk.sheet(0)), (Inked{kLeft + 300, 400, kLeft + 350, 420}));
}

TEST(PclPage, PlainTextPrintsAtTenToTheInchAndSixLines) {
  Desk desk;
  desk.send("HHHHHHHHHH\r\nH\f");
  const Inked ink = inked(desk.sheet(0));
  EXPECT_NEAR(ink.left, kLeft, 20);
  EXPECT_NEAR(ink.right, kLeft + 600, 20);
  EXPECT_NEAR(ink.bottom, 300 + 75 + 100, 4);  // half an inch, the first baseline, one line
}

TEST(PclPage, TheBuiltInFontHasRoman8Letters) {
  Desk desk;
  desk.send("\xD8\xCE\r\n\f");  // A and o, both with two dots
  Desk latin;
  latin.send("\x1B(0N\xC4\xF6\r\n\f");
  EXPECT_EQ(inked(desk.sheet(0)), inked(latin.sheet(0)));
  EXPECT_NE(inked(desk.sheet(0)), Inked{});
}

TEST(PclPage, LineTerminationAddsWhatIsMissing) {
  Desk stairs, straight;
  stairs.send("HH\nHH\f");
  straight.send("\x1B&k2GHH\nHH\f");
  EXPECT_NEAR(inked(stairs.sheet(0)).right - inked(straight.sheet(0)).right, 120, 4);
}

TEST(PclPage, AFullPageOfLinesIsPutOutByItself) {
  Desk desk;
  for (int i = 0; i < 70; ++i) desk.send("line\r\n");
  EXPECT_EQ(desk.output.pages.size(), 1u);
  desk.send(kUel);
  EXPECT_EQ(desk.output.pages.size(), 2u);
}

TEST(PclPage, AResetPutsOutAMarkedPageAndNoEmptyOne) {
  Desk desk;
  desk.send(
      "\x1B"
      "E\x1B"
      "Etext\x1B"
      "E\x1B"
      "E");
  EXPECT_EQ(desk.output.pages.size(), 1u);
  desk.send("\f");
  EXPECT_EQ(desk.output.pages.size(), 2u);
}

TEST(PclPage, AWhiteRasterIsAPageToo) {
  Desk desk;
  desk.send(
      "\x1B*r1A\x1B*b0W\x1B*rC\x1B"
      "E");
  EXPECT_EQ(desk.output.pages.size(), 1u);
}

TEST(PclPage, CopiesAndPaperComeFromPclOrFromPjl) {
  Desk desk;
  desk.send(
      "\x1B&l3x2Atext\x1B"
      "E");
  ASSERT_EQ(desk.output.pages.size(), 3u);
  EXPECT_EQ(desk.output.pages[0].page.paper->name, "Letter");
  Desk other;
  other.send(std::string(kUel) + "@PJL SET COPIES=2 PAPER=LETTER\r\n@PJL ENTER LANGUAGE=PCL\r\ntext" +
             std::string(kUel));
  ASSERT_EQ(other.output.pages.size(), 2u);
  EXPECT_EQ(other.output.pages[0].page.paper->name, "Letter");
}

TEST(PclPage, MistakesAreToldWithTheirPlace) {
  Desk desk;
  desk.send(std::string(kUel) + "@PJL JOB\r\n@PJL ENTER LANGUAGE=PCL\r\n");
  desk.send(
      "\x1B"
      "E\x1B*r1A\x1B*b2M\x1B*b2W\x05\x01\x1B*rC\x1B&l999A" +
      std::string(kUel) + "@PJL EOJ\r\n");
  ASSERT_EQ(desk.output.jobs.size(), 1u);
  EXPECT_THAT(desk.output.jobs[0].errors, ElementsAre("byte 12: a PackBits literal that ends early",
                                                      "byte 23: page size 999 is unknown"));
}

TEST(PclPage, ARasterLeftOpenAtTheEndIsTold) {
  Desk desk;
  desk.send("\x1B*r1A\x1B*b1W\xFF" + std::string(kUel));
  ASSERT_EQ(desk.output.jobs.size(), 1u);
  EXPECT_THAT(desk.output.jobs[0].errors, ElementsAre("byte 20: the data end inside a raster graphic"));
}

TEST(PclPage, AnUnknownLanguageIsSkippedToItsEnd) {
  Desk desk;
  desk.send(std::string(kUel) + "@PJL ENTER LANGUAGE=POSTSCRIPT\r\n%!PS showpage" + std::string(kUel) +
            "@PJL ECHO here\r\n");
  EXPECT_EQ(desk.heard(), "@PJL ECHO here\r\n\f");
  EXPECT_TRUE(desk.output.pages.empty());
  EXPECT_EQ(desk.output.jobs.at(0).errors.size(), 1u);
}

}  // namespace
}  // namespace platen::vprinter
