#include "bidi/ipp_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::bidi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PrinterStatus paper_out() {
  PrinterStatus status;
  status.state = State::stopped;
  status.reasons = {
      {"media-empty", Severity::error, "tray1", "Tray 1 is out of paper. Load A4 paper.", 41204},
      {"media-empty", Severity::error, "tray2", "Tray 2 is out of paper. Load paper.", 41300},
      {"toner-low", Severity::warning, "black-toner", "Black toner is low.", 0}};
  status.supplies = {
      {.name = "Black Toner Cartridge", .type = "toner", .color = "#000000", .level = 8},
      {.name = "Waste Toner", .type = "waste-toner", .color = "none", .level = 70, .low_level = 15},
      {.name = "Cyan", .type = "toner", .color = "#00FFFF"}};
  status.trays = {
      {.name = "tray1", .size = "iso_a4_210x297mm", .type = "stationery", .level = 0, .capacity = 500}};
  return status;
}

TEST(IppStatus, SaysStatesInNumbers) {
  PrinterStatus status;
  EXPECT_EQ(ipp_status(status).printer_state, 3);
  status.state = State::processing;
  EXPECT_EQ(ipp_status(status).printer_state, 4);
  status.state = State::offline;
  EXPECT_EQ(ipp_status(status).printer_state, 5);
}

TEST(IppStatus, SaysEachReasonOnceWithItsSeverity) {
  const IppStatus ipp = ipp_status(paper_out());
  EXPECT_THAT(ipp.printer_state_reasons, ElementsAre("media-empty-error", "toner-low-warning"));
  EXPECT_EQ(ipp.printer_state_message, "Tray 1 is out of paper. Load A4 paper.");
  EXPECT_THAT(ipp.printer_alert, testing::SizeIs(3));
  EXPECT_EQ(ipp.printer_alert[0], "code=inputMediaSupplyEmpty;severity=critical;location=41204;");
  EXPECT_THAT(ipp_status(PrinterStatus{}).printer_state_reasons, ElementsAre("none"));
}

TEST(IppStatus, SaysSuppliesInParallelLists) {
  const IppStatus ipp = ipp_status(paper_out());
  EXPECT_THAT(ipp.marker_names, ElementsAre("Black Toner Cartridge", "Waste Toner", "Cyan"));
  EXPECT_THAT(ipp.marker_types, ElementsAre("toner", "waste-toner", "toner"));
  EXPECT_THAT(ipp.marker_colors, ElementsAre("#000000", "none", "#00FFFF"));
  EXPECT_THAT(ipp.marker_levels, ElementsAre(8, 30, level_unknown));
  EXPECT_THAT(ipp.marker_low_levels, ElementsAre(10, 0, 10));
  EXPECT_THAT(ipp.marker_high_levels, ElementsAre(100, 85, 100));
  EXPECT_EQ(ipp.marker_message, "Black toner is low.");
  EXPECT_EQ(ipp.printer_supply.at(0),
            "type=toner;maxcapacity=100;level=8;index=1;class=supplyThatIsConsumed;unit=percent;colorantname="
            "black;");
  EXPECT_THAT(ipp.printer_supply.at(1), HasSubstr("class=receptacleThatIsFilled"));
}

TEST(IppStatus, SaysTraysAsOctetStrings) {
  const IppStatus ipp = ipp_status(paper_out());
  ASSERT_EQ(ipp.printer_input_tray.size(), 1u);
  EXPECT_THAT(ipp.printer_input_tray[0], HasSubstr("maxcapacity=500;level=0;status=19;index=1;name=tray1;"));
}

TEST(IppStatus, ATraysNameCannotAddKeys) {
  PrinterStatus status;
  status.trays = {{.name = "evil;level=9"}};
  EXPECT_THAT(ipp_status(status).printer_input_tray.at(0), HasSubstr("name=evil level 9;"));
}

}  // namespace
}  // namespace platen::bidi
