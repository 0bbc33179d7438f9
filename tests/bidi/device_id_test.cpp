#include "bidi/device_id.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::bidi {
namespace {

using testing::ElementsAre;

constexpr std::string_view kText =
    "MFG:Lexmark International;CMD:PJL,PCL,POSTSCRIPT,NPAP;MDL:Lexmark T640;CLS:PRINTER;DES:Lexmark T640;";

std::string with_length(std::size_t length, std::string_view text, bool little = false) {
  const auto high = static_cast<char>(length >> 8), low = static_cast<char>(length & 0xFF);
  return (little ? std::string{low, high} : std::string{high, low}) + std::string(text);
}

TEST(DeviceId, ReadsWhatALexmarkSays) {
  const auto id = parse_device_id(kText);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->manufacturer, "Lexmark International");
  EXPECT_EQ(id->model, "Lexmark T640");
  EXPECT_EQ(id->device_class, "PRINTER");
  EXPECT_EQ(id->description, "Lexmark T640");
  EXPECT_THAT(id->command_sets, ElementsAre("PJL", "PCL", "POSTSCRIPT", "NPAP"));
  EXPECT_EQ(id->full_model(), "Lexmark T640");
  EXPECT_EQ(id->text, kText);
}

TEST(DeviceId, TakesTheLengthBytesInEveryFormThatDevicesSend) {
  const std::size_t n = kText.size();
  for (const std::string& bytes :
       {with_length(n + 2, kText), with_length(n, kText), with_length(n + 2, kText, true),
        with_length(n, kText, true), with_length(n + 40, kText), with_length(0, kText)}) {
    const auto id = parse_device_id(bytes);
    ASSERT_TRUE(id);
    EXPECT_EQ(id->text, kText);
  }
}

TEST(DeviceId, IgnoresWhatStandsBehindTheLength) {
  std::string bytes = with_length(kText.size() + 2, kText) + std::string(20, '\0');
  const auto id = parse_device_id(bytes);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->description, "Lexmark T640");
}

TEST(DeviceId, KnowsTheLongKeysAndAMissingLastSemicolon) {
  const auto id =
      parse_device_id("MANUFACTURER:Lexmark; COMMAND SET:PCL , PJL;MODEL: Optra S 1250 ;SERN:12345");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->manufacturer, "Lexmark");
  EXPECT_EQ(id->model, "Optra S 1250");
  EXPECT_EQ(id->serial, "12345");
  EXPECT_THAT(id->command_sets, ElementsAre("PCL", "PJL"));
  EXPECT_EQ(id->full_model(), "Lexmark Optra S 1250");
  EXPECT_EQ(id->text, "MANUFACTURER:Lexmark;COMMAND SET:PCL , PJL;MODEL:Optra S 1250;SERN:12345;");
}

TEST(DeviceId, KeepsAValueThatHoldsAColon) {
  const auto id = parse_device_id("MFG:HP;MDL:HP LaserJet 5;1284.4DL:4d,4e,1;VSTATUS:$HB0$NC0,ff:x;");
  ASSERT_TRUE(id);
  EXPECT_EQ(*find(id->fields, "VSTATUS"), "$HB0$NC0,ff:x");
}

TEST(DeviceId, SaysWhatIsMissing) {
  const auto none = parse_device_id("CLS:PRINTER;");
  ASSERT_FALSE(none);
  EXPECT_TRUE(none.error().is(Errc::malformed));
  EXPECT_THAT(none.error().sentence(), testing::HasSubstr("neither a manufacturer (MFG) nor a model (MDL)"));
  EXPECT_FALSE(parse_device_id(""));
  EXPECT_TRUE(parse_device_id(std::string(max_device_id_bytes + 1, 'x')).error().is(Errc::too_large));
}

TEST(DeviceId, IsMadeFromTheNameOnAWireThatHasNone) {
  EXPECT_EQ(device_id_from_name("Lexmark T640").text,
            "MFG:Lexmark International;MDL:Lexmark T640;CMD:PJL,PCL;CLS:PRINTER;");
  EXPECT_EQ(device_id_from_name("LEXMARK C530", {"PCL", "POSTSCRIPT"}).text,
            "MFG:Lexmark International;MDL:Lexmark C530;CMD:PJL,PCL,POSTSCRIPT;CLS:PRINTER;");
  EXPECT_EQ(device_id_from_name("Evil;CMD:x Printer").text,
            "MFG:EvilCMDx;MDL:EvilCMDx Printer;CMD:PJL,PCL;CLS:PRINTER;");
}

}  // namespace
}  // namespace platen::bidi
