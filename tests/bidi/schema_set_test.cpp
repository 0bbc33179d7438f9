#include "bidi/schema_set.hpp"

#include <gtest/gtest.h>

#include "bidi/schema.hpp"

namespace platen::bidi::schema {
namespace {

using Kind = Change::Kind;

PrinterStatus sampled() {
  PrinterStatus status;
  status.model = "Lexmark T640";
  status.supplies = {{.name = "Black Toner", .type = "toner", .color = "#000000", .level = 83}};
  return status;
}

std::uint32_t refusal(const char* path, const char* value) {
  auto change = understand(sampled(), path, value);
  return change ? 0 : bidi_result(change.error(), true);
}

TEST(SchemaSet, KnowsWhatCanBeSet) {
  auto low = understand(sampled(), "\\printer.consumables.[black]:lowlevel", "15");
  ASSERT_TRUE(low) << low.error().sentence();
  EXPECT_EQ(low->kind, Kind::low);
  EXPECT_EQ(low->supply, "black-toner");
  EXPECT_EQ(low->number, 15);
  EXPECT_EQ(understand(sampled(), "\\Printer.Consumables.[Black]:Replaced", "TRUE")->kind, Kind::replaced);
  EXPECT_EQ(understand(sampled(), "\\Printer.Maintenance:CleanHead", "true")->kind, Kind::clean);
  auto language = understand(sampled(), "\\Printer.Configuration.Panel:Language", "german");
  ASSERT_TRUE(language);
  EXPECT_EQ(language->variable->variable, "LANG");
  EXPECT_EQ(language->value, "GERMAN");
}

TEST(SchemaSet, ASupplyThatThePrinterDoesNotTellIsFoundByItsColour) {
  PrinterStatus status;
  status.model = "Lexmark Z42";
  EXPECT_EQ(understand(status, "\\Printer.Consumables.[Black]:Replaced", "true")->supply, "black-ink");
  status.model = "Acme";
  EXPECT_EQ(understand(status, "\\Printer.Consumables.[Cyan]:Yield", "500")->supply, "cyan-toner");
}

TEST(SchemaSet, RefusesInWindowsNumbers) {
  EXPECT_EQ(refusal("\\Printer.Consumables.[Black]:LowLevel", "many"), 13006u);
  EXPECT_EQ(refusal("\\Printer.Consumables.[Black]:LowLevel", "-1"), 13006u);
  EXPECT_EQ(refusal("\\Printer.Consumables.[Black]:LowLevel", "101"), 13009u);
  EXPECT_EQ(refusal("\\Printer.Consumables.[Black]:Replaced", "maybe"), 13006u);
  EXPECT_EQ(refusal("\\Printer.Consumables.[Black]:Replaced", "false"), 13009u);
  EXPECT_EQ(refusal("\\Printer.Consumables.[Black]:Level", "100"), 13002u);
  EXPECT_EQ(refusal("\\Printer.Status.Summary:State", "Idle"), 13002u);
  EXPECT_EQ(refusal("\\Printer.Consumables.[Nobody]:LowLevel", "5"), 13008u);
  EXPECT_EQ(refusal("\\Printer.Nothing:X", "5"), 13008u);
  EXPECT_EQ(refusal("\\Printer.Configuration.PowerSave:Minutes", "soon"), 13006u);
  EXPECT_EQ(refusal("\\Printer.Configuration.PowerSave:Minutes", "100000"), 13009u);
  EXPECT_EQ(refusal("\\Printer.Configuration.PowerSave:Enabled", "perhaps"), 13006u);
}

TEST(SchemaSet, OnlyInkThatThePrinterDoesNotTellIsOursToCount) {
  using Names = std::vector<std::string>;
  PrinterStatus status = sampled();
  EXPECT_EQ(countable(status), Names());
  status.supplies[0].level = level_some;
  EXPECT_EQ(countable(status), Names{"Black"});  // the model's rating is known
  status.supplies[0].level = 40;
  status.supplies[0].estimated = true;
  EXPECT_EQ(countable(status), Names{"Black"});
  status.supplies.clear();
  EXPECT_EQ(countable(status), Names{"Black"});
  status.model = "Lexmark C530dn";
  EXPECT_EQ(countable(status), (Names{"Black", "Cyan", "Magenta", "Yellow"}));
  status.supplies = {{.name = "Fuser", .type = "fuser", .color = "none", .level = 50}};
  EXPECT_EQ(countable(status), Names());  // a printer that tells its levels
  status = {};
  EXPECT_EQ(countable(status), Names());
  status.supplies = {
      {.name = "Ink", .type = "ink", .color = "#000000", .level = level_unknown, .yield = 500}};
  EXPECT_EQ(countable(status), Names{"Black"});  // the yield is a person's word
  for (const std::string& name : countable(status))
    EXPECT_TRUE(understand(status, "\\Printer.Consumables.[" + name + "]:Replaced", "true"));
}

TEST(SchemaSet, ANameWithBracketsReachesNoOtherLeaf) {
  EXPECT_EQ(refusal("\\Printer.Consumables.[Black]:Yield]:Replaced", "true"), 13008u);
  EXPECT_EQ(refusal("\\Printer.Consumables.[x]:Configuration.PowerSave:Enabled]:Replaced", "true"), 13008u);
}

TEST(SchemaSet, WhatHasNoValueIsKnown) {
  EXPECT_TRUE(write_only("\\Printer.Consumables.[Black]:Replaced"));
  EXPECT_TRUE(write_only("\\Printer.Maintenance:AlignHead"));
  EXPECT_FALSE(write_only("\\Printer.Consumables.[Black]:Level"));
  EXPECT_EQ(bidi_result(fail(Errc::denied, "get", ""), false), 13010u);
  EXPECT_EQ(bidi_result(fail(Errc::timed_out, "get", ""), false), 13004u);
}

TEST(SchemaSet, ThresholdsAndTheEstimateCanBeRead) {
  PrinterStatus status = sampled();
  status.supplies[0].estimated = true;
  EXPECT_EQ(get(status, "\\Printer.Consumables.[Black]:Estimated")->value, "true");
  EXPECT_EQ(get(status, "\\Printer.Consumables.[Black]:LowLevel")->value, "10");
  EXPECT_EQ(get(status, "\\Printer.Consumables.[Black]:EmptyLevel")->value, "0");
}

}  // namespace
}  // namespace platen::bidi::schema
