// Text and documents as strangers give them.
#include "spooler/model/text.hpp"

#include <gtest/gtest.h>

#include "spooler/model/document_type.hpp"

namespace platen::spooler {
namespace {

using namespace std::string_view_literals;

TEST(CleanName, ControlCharactersBecomeVisibleAndNothingIsRefused) {
  EXPECT_EQ(clean_name("a\nletter\x1b[2J"), "a\\x0Aletter\\x1B[2J");
  EXPECT_EQ(clean_name("nul\0!"sv), "nul\\x00!");
  EXPECT_EQ(clean_name("\xc2\x9b"
                       "31m"),
            "\\x9B31m");
  EXPECT_EQ(clean_name("Ωμέγα 文書"), "Ωμέγα 文書");
}

TEST(CleanName, BytesThatAreNoUtf8BecomeReplacementCharacters) {
  EXPECT_EQ(clean_name("caf\xe9"), "caf\xef\xbf\xbd");
  EXPECT_EQ(clean_name("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // a surrogate
  EXPECT_EQ(clean_name("\xf8\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(CleanName, WhatIsTooLongIsCutBetweenTwoCharacters) {
  EXPECT_EQ(clean_name("ab\xc3\xa4", 3), "ab");
  EXPECT_EQ(clean_name(std::string(1000, 'x')).size(), longest_name);
}

TEST(PrinterName, OnlyWhatIsSafeInUrlsAndFoldersIsTaken) {
  EXPECT_TRUE(is_printer_name("Lexmark-T640_2.a"));
  for (const char* bad : {"", ".", "..", ".hidden", "-n", "a/b", "a b", "a\n", "ä", "a\\b"})
    EXPECT_FALSE(is_printer_name(bad)) << bad;
  EXPECT_FALSE(is_printer_name(std::string(128, 'a')));
}

TEST(PrinterName, OneIsMadeOfAnyModel) {
  EXPECT_EQ(printer_name_from("Lexmark T640 (MS)"), "Lexmark-T640-MS");
  EXPECT_EQ(printer_name_from("///"), "Printer");
  EXPECT_EQ(printer_name_from(""), "Printer");
  EXPECT_TRUE(is_printer_name(printer_name_from(std::string(500, 'x'))));
}

TEST(DocumentType, IsToldByTheFirstBytes) {
  EXPECT_EQ(detect_type("\x89PNG\r\n\x1a\n...."), "image/png");
  EXPECT_EQ(detect_type("\xff\xd8\xff\xe0"), "image/jpeg");
  EXPECT_EQ(detect_type("RaS2PwgRaster\0"sv), "image/pwg-raster");
  EXPECT_EQ(detect_type("UNIRAST\0\0\0\0\1"sv), "image/urf");
  EXPECT_EQ(detect_type("\x1b%-12345X@PJL"), kRawType);
  EXPECT_EQ(detect_type("\x1b"
                        "E\x1b&l26A"),
            kRawType);
  EXPECT_EQ(detect_type("%PDF-1.7"), "application/pdf");
  EXPECT_EQ(detect_type("Hello\r\n\tΩ\f"), "text/plain");
  EXPECT_EQ(detect_type("\xef\xbb\xbfHello"), "text/plain");
}

TEST(DocumentType, ATextWhoseHeadEndsInsideACharacterIsStillText) {
  std::string text;
  while (text.size() < head_size) text += "文";
  EXPECT_EQ(detect_type(std::string_view(text).substr(0, head_size)), "text/plain");
}

TEST(DocumentType, AnythingElseIsNotGuessed) {
  EXPECT_EQ(detect_type(""), std::nullopt);
  EXPECT_EQ(detect_type("\0\0\0"sv), std::nullopt);
  EXPECT_EQ(detect_type("caf\xe9 au lait"), std::nullopt);
  EXPECT_EQ(detect_type("a\x01"), std::nullopt);
}

TEST(DocumentType, ParametersAndCaseDoNotMatter) {
  EXPECT_EQ(plain_type("Text/Plain; charset=UTF-8"), "text/plain");
  EXPECT_EQ(plain_type(""), "");
}

}  // namespace
}  // namespace platen::spooler
