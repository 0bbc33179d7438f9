#include "bidi/schema.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::bidi::schema {
namespace {

using testing::Contains;
using testing::HasSubstr;

PrinterStatus sample() {
  PrinterStatus status;
  status.state = State::stopped;
  status.model = "Lexmark C530";
  status.device_id = "MFG:Lexmark International;MDL:Lexmark C530;";
  status.reasons = {{"media-empty", Severity::error, "tray1", "Tray 1 is out of paper.", 41204}};
  status.supplies = {{.name = "Black Toner Cartridge", .type = "toner", .color = "#000000", .level = 83},
                     {.name = "Second black", .type = "toner", .color = "#000000", .level = level_unknown},
                     {.name = "Waste", .type = "waste-toner", .color = "none", .level = 50}};
  status.trays = {{.name = "tray1", .size = "iso_a4_210x297mm", .level = 0, .capacity = 500},
                  {.name = "multipurpose"}};
  return status;
}

std::string value(std::string_view path) {
  const auto got = get(sample(), path);
  return got ? got->value : got.error().sentence();
}

TEST(Schema, AnswersFromTheStatus) {
  EXPECT_EQ(value("\\Printer.Status.Summary:State"), "Stopped");
  EXPECT_EQ(value("\\Printer.Status.Summary:StateReason"), "MediaEmpty");
  EXPECT_EQ(value("\\Printer.DeviceInfo:ModelName"), "Lexmark C530");
  EXPECT_EQ(value("\\Printer.DeviceInfo:Manufacturer"), "Lexmark International");
  EXPECT_EQ(value("\\Printer.Consumables.[Black]:Level"), "83");
  EXPECT_EQ(value("\\Printer.Consumables.[Black2]:Level"), "-1");
  EXPECT_EQ(value("\\Printer.Consumables.[WasteToner]:Type"), "WasteToner");
  EXPECT_EQ(value("\\Printer.Layout.InputBins.[Tray1]:Level"), "0");
  EXPECT_EQ(value("\\Printer.Layout.InputBins.[MultiPurposeBin]:Installed"), "true");
  EXPECT_EQ(value("\\Printer.Status.Detailed.Event1:Name"), "InputTraySupplyEmpty");
  EXPECT_EQ(value("\\printer.status.summary:state"), "Stopped");
}

TEST(Schema, SaysThatAPathIsUnknown) {
  const auto got = get(sample(), "\\Printer.Nonsense:X");
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().is(Errc::not_found));
  EXPECT_THAT(got.error().sentence(), HasSubstr("\\Printer.Nonsense:X"));
  EXPECT_FALSE(get(sample(), "\\Printer.Status.Summary"));
}

TEST(Schema, GivesAllBelowAPath) {
  const auto all = get_all(sample(), "\\Printer.Consumables.[Black]");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 8u);
  EXPECT_EQ(get_all(sample(), "\\Printer.Consumables")->size(), 23u);
  EXPECT_FALSE(get_all(sample(), "\\Printer.Consum"));
  EXPECT_EQ(get_all(sample(), "")->size(), enumerate(sample()).size());
}

TEST(Schema, EachPathThatIsEnumeratedCanBeAsked) {
  const auto paths = enumerate(sample());
  EXPECT_THAT(paths, Contains("\\Printer.Layout.InputBins.[Tray1]:MediaSize"));
  for (const std::string& path : paths) EXPECT_TRUE(get(sample(), path)) << path;
}

TEST(Schema, AnswersInMicroseconds) {
  const PrinterStatus status = sample();
  const auto begin = std::chrono::steady_clock::now();
  constexpr int rounds = 1000;
  for (int i = 0; i < rounds; ++i) ASSERT_TRUE(get(status, "\\Printer.Status.Summary:State"));
  // 1 ms each even under sanitizers on a loaded machine; a few microseconds otherwise.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(rounds));
}

}  // namespace
}  // namespace platen::bidi::schema
