#include "inf/hardware_id.hpp"

#include <gmock/gmock.h>

namespace platen::inf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Known {
  const char* text;
  std::uint16_t crc;
};

class PrinterCrc : public testing::TestWithParam<Known> {};

TEST_P(PrinterCrc, IsTheOneThatWindowsComputes) {
  EXPECT_EQ(printer_crc(GetParam().text), GetParam().crc) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(KnownIds, PrinterCrc,
                         testing::Values(Known{"NECPR-D201MX", 0x3F85}, Known{"RICOHAficio 850", 0xF1B7},
                                         Known{"Hewlett-PackardHP LaserJet 1020", 0x26DD},
                                         Known{"KyoceraEP 510DN", 0xB229},
                                         Known{"Lexmark InternationalLexmark T640", 0xC0C5},
                                         Known{"LexmarkLexmark MX310 Series", 0x6153},
                                         Known{"LexmarkLexmark Z42", 0xD882},
                                         Known{"LexmarkX1100 Series", 0x2C12}));

TEST(HashId, IsTwentyCharactersOfMakerAndModelAndTheCrcOfAllOfThem) {
  EXPECT_EQ(hash_id("Hewlett-Packard", "HP LaserJet 1020"), "Hewlett-PackardHP_La26DD");
  EXPECT_EQ(hash_id("NEC", "PR-D201MX"), "NECPR-D201MX3F85");
}

TEST(DeviceId, IsReadWithLongAndShortKeysBlanksAndWithoutAFinalSemicolon) {
  const DeviceId longer =
      parse_device_id("MANUFACTURER: Lexmark International ;COMMAND SET:PJL,PCL;MODEL:Lexmark T640");
  EXPECT_EQ(longer.manufacturer, "Lexmark International");
  EXPECT_EQ(longer.model, "Lexmark T640");
  const DeviceId shorter = parse_device_id("mfg:Lexmark;mdl:Lexmark Z42;CID:LxInkA, LxInk;");
  EXPECT_EQ(shorter.manufacturer, "Lexmark");
  EXPECT_THAT(compatible_ids(shorter), ElementsAre("1284_CID_LxInkA", "1284_CID_LxInk"));
  EXPECT_THAT(hardware_ids(shorter),
              ElementsAre("USBPRINT\\LexmarkLexmark_Z42D882", "LPTENUM\\LexmarkLexmark_Z42D882",
                          "LexmarkLexmark_Z42D882"));
}

TEST(DeviceId, OfNonsenseIsEmpty) {
  for (const char* text : {"", ";;;:::", "Lexmark T640", "\x01\xFF:\x02;", "MFG", ":x"}) {
    EXPECT_TRUE(parse_device_id(text).empty()) << text;
    EXPECT_THAT(hardware_ids(parse_device_id(text)), IsEmpty());
  }
}

}  // namespace
}  // namespace platen::inf
