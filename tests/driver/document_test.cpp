#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/input/text_reader.hpp"
#include "driver_fixture.hpp"
#include "pcl_reader.hpp"

namespace platen::driver {
namespace {

using test::make_raster;
using test::model_of;
using test::mono_gpd;
using test::Options;
using test::RasterSpec;
using test::read_pcl;
using test::render_text;
using testing::HasSubstr;

class DocumentTest : public testing::Test {
 protected:
  test::PclJob print(std::string_view document, std::string_view type, const Options& options = {},
                     int copies = 1, int first_page = 1) {
    last_ = render_text(model_, document, type, options, copies, first_page);
    EXPECT_TRUE(last_.result) << last_.result.error().sentence();
    auto job = read_pcl(last_.pcl);
    EXPECT_EQ(job.trouble, "");
    return job;
  }
  Error refused(std::string_view document, std::string_view type) {
    last_ = render_text(model_, document, type);
    EXPECT_FALSE(last_.result);
    return last_.result ? Error{} : last_.result.error();
  }

  GpdModel model_ = model_of(mono_gpd());
  test::Rendered last_;
};

using TextTest = DocumentTest;
using RasterTest = DocumentTest;

TEST(TextReader, MakesEveryLineEndAndEveryByteWhole) {
  EXPECT_EQ(clean_utf8("a\tb\x01\x7f"
                       "c"),
            "a\tbc");
  EXPECT_EQ(clean_utf8("\xff\xc3\xa9\xc3"), "\xEF\xBF\xBD\xc3\xa9\xEF\xBF\xBD");
  EXPECT_EQ(clean_utf8("\xc0\x80\xed\xa0\x80"), clean_utf8("\xff\xff\xff\xff\xff"));  // overlong, surrogate
  EXPECT_EQ(clean_utf8("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
  MemoryDocument document("\xEF\xBB\xBFone\r\ntwo\rthree\n\nfour\fsix");
  TextReader reader(document);
  std::vector<std::string> lines;
  for (auto paragraph = reader.next(); *paragraph; paragraph = reader.next())
    lines.push_back((*paragraph)->text + ((*paragraph)->page_break_after ? "|" : ""));
  EXPECT_THAT(lines, testing::ElementsAre("one", "two", "three", "", "four|", "six"));
}

TEST(TextReader, CutsAnEndlessParagraphBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "\xe4\xbd\xa0";
  text = "x" + text;
  MemoryDocument document(text);
  TextReader reader(document);
  std::string together;
  int parts = 0;
  for (auto paragraph = reader.next(); *paragraph; paragraph = reader.next(), ++parts)
    together += (*paragraph)->text;
  EXPECT_EQ(together, text);
  EXPECT_GT(parts, 10);
}

TEST_F(TextTest, StartsAtTheMarginAndEndsWithTheJob) {
  const auto job = print("H", "text/plain");
  ASSERT_EQ(job.pages.size(), 1u);
  EXPECT_EQ(job.resets, 2);
  const auto& page = job.pages[0];
  EXPECT_TRUE(page.has("&l26A"));
  EXPECT_TRUE(page.has("*t600R"));
  ASSERT_FALSE(page.rows.empty());
  // Half an inch of margin, then the line's space above its capitals.
  EXPECT_GE(page.rows.begin()->first, 300);
  EXPECT_LT(page.rows.begin()->first, 345);
  // An H stands on two legs, 142 dots being the logical page's offset.
  const int middle = (page.rows.begin()->first + page.rows.rbegin()->first) / 2 + 12;
  int strokes = 0;
  for (int x = 1; x < 400; ++x) strokes += page.ink(x, middle) && !page.ink(x - 1, middle);
  EXPECT_EQ(strokes, 2);
  EXPECT_EQ(last_.reports, (std::vector<std::pair<int, std::uint64_t>>{{1, last_.pcl.size() - 2}}));
}

TEST_F(TextTest, HasGlyphsForEveryScript) {
  // A private-use character has no glyph, so it shows the box that missing glyphs get.
  const auto box = print("\xee\x80\x80", "text/plain").pages.at(0).rows;
  std::vector<std::map<int, std::vector<std::uint8_t>>> seen{box};
  for (const auto* glyph : {"Ω", "Ж", "你", "の", "한", "ש", "م"}) {
    auto rows = print(glyph, "text/plain").pages.at(0).rows;
    EXPECT_FALSE(rows.empty()) << glyph;
    for (const auto& other : seen) EXPECT_NE(rows, other) << glyph;
    seen.push_back(std::move(rows));
  }
}

TEST_F(TextTest, ShowsBytesThatAreNotUtf8AsReplacements) {
  EXPECT_EQ(print("a\xff"
                  "b",
                  "text/plain")
                .pages.at(0)
                .rows,
            print("a\xEF\xBF\xBD"
                  "b",
                  "text/plain")
                .pages.at(0)
                .rows);
}

TEST_F(TextTest, SetsRightToLeftParagraphsAtTheRight) {
  const auto page = print("שלום", "text/plain").pages.at(0);
  int leftmost = page.width;
  for (const auto& [y, row] : page.rows)
    for (int x = 0; x < leftmost; ++x)
      if (page.ink(x, y)) leftmost = x;
  EXPECT_GT(leftmost, page.width / 2);
}

TEST_F(TextTest, BreaksPagesAtFormFeedsAndWhenTheyAreFull) {
  EXPECT_EQ(print("one\ftwo\n\fthree\f", "text/plain").pages.size(), 3u);
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "line\n";
  EXPECT_EQ(print(lines, "text/plain").pages.size(), 2u);
  EXPECT_EQ(print(lines, "text/plain", {{"orientation-requested", "4"}}).pages.size(), 3u);
  EXPECT_EQ(print(lines, "text/plain", {{"media", "iso_a5_148x210mm"}}).pages.size(), 3u);
}

TEST_F(TextTest, WrapsLongLinesWithinTheMargins) {
  const auto page = print(std::string(300, 'M'), "text/plain").pages.at(0);
  int rightmost = 0;
  for (const auto& [y, row] : page.rows)
    for (int x = page.width; x > rightmost; --x)
      if (page.ink(x, y)) rightmost = x;
  EXPECT_LE(rightmost + 142, 4961 - 300);
  EXPECT_GT(rightmost + 142, 4961 - 400);
  EXPECT_GT(page.rows.rbegin()->first, 500);  // four lines
}

TEST_F(TextTest, RefusesAnEmptyDocument) {
  const Error error = refused("", "text/plain");
  EXPECT_TRUE(error.is(Errc::malformed));
  EXPECT_THAT(error.sentence(), HasSubstr("empty"));
}

TEST_F(DocumentTest, KnowsWhatItCannotPrint) {
  EXPECT_TRUE(refused("%PDF-1.7", "application/octet-stream").is(Errc::unsupported));
  EXPECT_TRUE(refused("x", "application/msword").is(Errc::unsupported));
  const Error disguised = refused("GIF89a", "image/png");
  EXPECT_TRUE(disguised.is(Errc::malformed));
  EXPECT_THAT(disguised.sentence(), HasSubstr("not image/png"));
}

TEST_F(DocumentTest, PassesPrinterLanguageThroughUntouched) {
  std::string raw = "\x1b%-12345X@PJL\r\n";
  for (int i = 0; i < 300'000; ++i) raw += static_cast<char>(i * 7);
  EXPECT_EQ(render_text(model_, raw, "application/octet-stream").pcl, raw);
  EXPECT_EQ(render_text(model_, raw, "application/vnd.hp-PCL").pcl, raw);
}

TEST_F(RasterTest, PutsEveryPixelOfAOneBitPageInItsPlace) {
  RasterSpec spec;
  spec.bits = 1;
  spec.space = 3;  // K: 1 is black
  const auto shade = +[](unsigned, unsigned x, unsigned y) -> unsigned char {
    return (x * 7 + y * 13) % 97 == 0 && y % 5 == 0 ? 1 : 0;
  };
  const auto job = print(make_raster(spec, shade), "image/pwg-raster");
  ASSERT_EQ(job.pages.size(), 1u);
  const auto& page = job.pages[0];
  EXPECT_TRUE(page.has("&l26A"));
  int wrong = 0;
  for (int y = 0; y < 7016; ++y)
    for (int x = 0; x < 4677; ++x) {
      const bool printable = y >= 100 && y < 6916;
      const bool expected =
          printable && shade(0, static_cast<unsigned>(x + 142), static_cast<unsigned>(y)) != 0;
      wrong += page.ink(x, y) != expected;
    }
  EXPECT_EQ(wrong, 0);
}

TEST_F(RasterTest, TakesTheSizeFromThePageAndTheOptionsFromTheJob) {
  RasterSpec spec;
  spec.width = 5100;
  spec.height = 6600;
  spec.pages = 2;
  spec.duplex = true;
  const auto job =
      print(make_raster(
                spec, +[](unsigned, unsigned x, unsigned) -> unsigned char { return x < 700 ? 0 : 255; }),
            "image/pwg-raster", {{"media-source", "tray-2"}, {"print-color-mode", "monochrome"}});
  ASSERT_EQ(job.pages.size(), 2u);
  EXPECT_TRUE(job.pages[0].has("&l2A"));
  EXPECT_TRUE(job.pages[0].has("&l1S"));
  EXPECT_TRUE(job.pages[0].has("&l4H"));
  EXPECT_FALSE(job.pages[1].has("&l2A"));  // no need to say it twice
  EXPECT_TRUE(job.pages[0].ink(0, 3000));
  EXPECT_TRUE(job.pages[0].ink(549, 3000));
  EXPECT_FALSE(job.pages[0].ink(550, 3000));
}

TEST_F(RasterTest, ScalesOtherResolutionsAndReadsAppleRasterInColour) {
  RasterSpec spec;
  spec.width = 2480;
  spec.height = 3508;
  spec.dpi = 300;
  spec.colours = 3;
  spec.space = 19;  // sRGB
  spec.apple = true;
  const auto shade = +[](unsigned, unsigned x, unsigned y) -> unsigned char {
    return x >= 1000 && x < 1100 && y >= 2000 && y < 2050 ? 0 : 255;
  };
  const auto page = print(make_raster(spec, shade), "image/urf").pages.at(0);
  EXPECT_NEAR(static_cast<double>(page.dots()), 200 * 100, 400);
  EXPECT_TRUE(page.ink(2002 - 142, 4002));
  EXPECT_FALSE(page.ink(1998 - 142, 4002));
  EXPECT_TRUE(page.has("&l26A"));
}

TEST_F(RasterTest, TurnsALandscapePage) {
  RasterSpec spec;
  spec.width = 3508;
  spec.height = 2480;
  spec.dpi = 300;
  // A bar along the top of the landscape page: it comes to lie along the left edge.
  const auto page =
      print(make_raster(
                spec, +[](unsigned, unsigned, unsigned y) -> unsigned char { return y < 200 ? 0 : 255; }),
            "image/pwg-raster")
          .pages.at(0);
  EXPECT_TRUE(page.has("&l26A"));
  EXPECT_TRUE(page.ink(100, 200));
  EXPECT_TRUE(page.ink(100, 6800));
  EXPECT_FALSE(page.ink(600, 3000));
}

TEST_F(RasterTest, FitsAPageForAnotherPaper) {
  RasterSpec spec;  // A3
  spec.width = 3508;
  spec.height = 4961;
  spec.dpi = 300;
  const auto shade = +[](unsigned, unsigned x, unsigned) -> unsigned char { return x > 3300 ? 0 : 255; };
  EXPECT_TRUE(print(make_raster(spec, shade), "image/pwg-raster").pages.at(0).ink(4670, 3000));
  EXPECT_FALSE(print(make_raster(spec, shade), "image/pwg-raster", {{"print-scaling", "none"}})
                   .pages.at(0)
                   .ink(4670, 3000));
}

unsigned char noise(unsigned, unsigned x, unsigned y) {
  return static_cast<unsigned char>(x * y >> 3);
}

TEST_F(RasterTest, SaysWhereATruncatedDocumentBreaksOff) {
  RasterSpec spec;
  spec.width = 1240;
  spec.height = 1754;
  spec.dpi = 150;
  spec.pages = 2;
  const std::string whole = make_raster(spec, noise);
  const Error error = refused(std::string_view(whole).substr(0, whole.size() * 3 / 4), "image/pwg-raster");
  EXPECT_TRUE(error.is(Errc::malformed));
  EXPECT_THAT(error.sentence(), testing::ContainsRegex("breaks off in row [0-9]+ of 1754 of page 2"));
  EXPECT_EQ(last_.reports.size(), 1u);  // the first page was whole and was sent
  EXPECT_EQ(read_pcl(last_.pcl).pages.size(), 1u);

  spec.pages = 1;
  spec.total_pages = 3;
  EXPECT_THAT(refused(make_raster(spec, noise), "image/pwg-raster").sentence(),
              HasSubstr("should have 3 pages"));
  EXPECT_THAT(refused("RaS2", "image/pwg-raster").sentence(), HasSubstr("no pages"));
}

std::vector<int> page_numbers(const test::Rendered& rendered) {
  std::vector<int> numbers;
  for (const auto& [page, bytes] : rendered.reports) numbers.push_back(page);
  return numbers;
}

TEST_F(DocumentTest, RepeatsTheDocumentForCollatedCopies) {
  const auto job = print("one\ftwo", "text/plain", {}, 3);
  ASSERT_EQ(job.pages.size(), 6u);
  EXPECT_TRUE(job.pages[0].has("&l1X"));
  EXPECT_EQ(job.pages[4].rows, job.pages[0].rows);
  EXPECT_EQ(job.resets, 2);
  EXPECT_EQ(page_numbers(last_), (std::vector<int>{1, 2, 3, 4, 5, 6}));
}

TEST_F(DocumentTest, BeginsEachTwoSidedCopyOnANewSheet) {
  const auto job = print("one\ftwo\fthree", "text/plain", {{"sides", "two-sided-long-edge"}}, 2);
  EXPECT_EQ(job.pages.size(), 6u);
  EXPECT_EQ(job.resets, 4);
  EXPECT_TRUE(job.pages[3].has("&l1S"));
}

TEST_F(DocumentTest, LeavesUncollatedCopiesToThePrinter) {
  const auto job = print("one\ftwo", "text/plain",
                         {{"multiple-document-handling", "separate-documents-uncollated-copies"}}, 3);
  ASSERT_EQ(job.pages.size(), 2u);
  EXPECT_TRUE(job.pages[0].has("&l3X"));
  EXPECT_EQ(page_numbers(last_), (std::vector<int>{3, 6}));
}

TEST_F(DocumentTest, GoesOnFromThePageThatIsNotOutYet) {
  EXPECT_EQ(print("one\ftwo\fthree", "text/plain", {}, 1, 3).pages.size(), 1u);
  EXPECT_EQ(page_numbers(last_), (std::vector<int>{3}));
  // In the middle of the second copy.
  EXPECT_EQ(print("one\ftwo\fthree", "text/plain", {}, 2, 5).pages.size(), 2u);
  EXPECT_EQ(page_numbers(last_), (std::vector<int>{5, 6}));
  // A back is not out without its front.
  EXPECT_EQ(print("one\ftwo\fthree", "text/plain", {{"sides", "two-sided-long-edge"}}, 1, 2).pages.size(),
            3u);
  EXPECT_EQ(print("one\ftwo\fthree", "text/plain", {{"sides", "two-sided-long-edge"}}, 1, 3).pages.size(),
            1u);
  // Two of the first page's three copies are out.
  const auto job = print("one\ftwo", "text/plain", {{"sheet-collate", "uncollated"}}, 3, 3);
  ASSERT_EQ(job.pages.size(), 2u);
  EXPECT_TRUE(job.pages[0].has("&l1X"));
  EXPECT_TRUE(job.pages[1].has("&l3X"));
}

TEST_F(DocumentTest, RefusesOptionsWithoutMeaningAndNotesWhatThePrinterLacks) {
  EXPECT_FALSE(read_options(model_, {{"sides", "three-sided"}}, 1));
  EXPECT_FALSE(read_options(model_, {{"orientation-requested", "landscape"}}, 1));
  const auto options =
      read_options(model_, {{"media", "iso_a0_841x1189mm"}, {"staple", "yes"}, {"media", "A5,tray-2"}}, 1);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->notes.size(), 2u);
  EXPECT_EQ(options->selected.at("PaperSize"), "A5");
  EXPECT_EQ(options->selected.at("InputBin"), "LOWER");
}

}  // namespace
}  // namespace platen::driver
