#include "bidi/printer_mib.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bidi/mapping.hpp"
#include "bidi/sentence.hpp"

namespace platen::bidi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

MibValue mib_number(std::string_view oid, std::int64_t value) {
  return {parse_oid(oid), value};
}
MibValue text(std::string_view oid, std::string value) {
  return {parse_oid(oid), std::move(value)};
}
std::vector<std::string> keywords(const PrinterStatus& status) {
  std::vector<std::string> result;
  for (const Reason& reason : status.reasons) result.push_back(reason.keyword);
  return result;
}

PrinterStatus sample() {
  PrinterStatus status;
  status.state = State::stopped;
  status.message = "LOAD TRAY 1 A4";
  status.page_count = 12345;
  status.model = "Lexmark C530";
  status.device_id = "MFG:Lexmark International;MDL:Lexmark C530;CMD:PJL,PCL;";
  status.reasons = {{"media-empty", Severity::error, "tray1", "Tray 1 is out of paper. Load A4 paper.", 0},
                    {"media-needed", Severity::error, "tray1", "The job waits for A4 paper in tray 1.", 0},
                    {"toner-low", Severity::warning, "cyan-toner", "Cyan toner is low.", 0},
                    {"input-tray-missing", Severity::warning, "tray2", "Tray 2 is missing. Put it in.", 0}};
  status.supplies = {
      {.name = "Black Toner Cartridge", .type = "toner", .color = "#000000", .level = 83},
      {.name = "Cyan Toner Cartridge", .type = "toner", .color = "#00FFFF", .level = 4},
      {.name = "Color Print Cartridge", .type = "ink", .color = "#00FFFF#FF00FF#FFFF00", .level = 40},
      {.name = "Waste Toner Bottle", .type = "waste-toner", .color = "none", .level = 70},
      {.name = "Fuser", .type = "fuser", .color = "none", .level = level_unknown},
      {.name = "Drum", .type = "opc", .color = "none", .level = level_some}};
  status.trays = {
      {.name = "tray1", .size = "iso_a4_210x297mm", .type = "stationery", .level = 0, .capacity = 500},
      {.name = "tray2", .level = level_unavailable},
      {.name = "multipurpose", .size = "na_letter_8.5x11in", .level = level_some, .capacity = 100}};
  return status;
}

TEST(PrinterMib, TellsAStatusAndReadsTheSameBack) {
  const PrinterStatus status = sample();
  EXPECT_EQ(status_from_mib(mib_values(status)), status);
}

TEST(PrinterMib, TellsEachStateAndReadsItBack) {
  for (State state : {State::unknown, State::idle, State::processing, State::stopped, State::offline}) {
    PrinterStatus status;
    status.state = state;
    status.online = state == State::idle || state == State::processing;
    const PrinterStatus back = status_from_mib(mib_values(status));
    EXPECT_EQ(back.state, state) << state_word(state);
    EXPECT_EQ(back.online, status.online);
  }
}

TEST(PrinterMib, ServesObjectsInOrderAndOnlyOnceAndAllBelowItsRoots) {
  const std::vector<MibValue> values = mib_values(sample());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(values[i - 1].oid, values[i].oid);
    }
    EXPECT_TRUE(std::any_of(mib_roots().begin(), mib_roots().end(), [&](const Oid& root) {
      return is_below(values[i].oid, root);
    })) << to_text(values[i].oid);
  }
}

TEST(PrinterMib, KnowsThatNothingIsNothing) {
  EXPECT_EQ(status_from_mib({}), PrinterStatus{});
}

// Rows of RFC 3805's appendix: hrDeviceStatus, hrPrinterStatus and the error state together.
TEST(PrinterMib, ReadsTheStatesOfTheStandard) {
  const auto state = [](std::int64_t device, std::int64_t printer, std::string bits) {
    const std::vector<MibValue> values{mib_number("1.3.6.1.2.1.25.3.2.1.5.1", device),
                                       mib_number("1.3.6.1.2.1.25.3.5.1.1.1", printer),
                                       text("1.3.6.1.2.1.25.3.5.1.2.1", std::move(bits))};
    return status_from_mib(values).state;
  };
  const std::string none(1, '\0');
  EXPECT_EQ(state(2, 3, none), State::idle);
  EXPECT_EQ(state(2, 4, none), State::processing);
  EXPECT_EQ(state(2, 1, none), State::idle);          // standby
  EXPECT_EQ(state(3, 4, "\x20"), State::processing);  // low toner
  EXPECT_EQ(state(5, 1, "\x40"), State::stopped);     // no paper
  EXPECT_EQ(state(5, 1, "\x02"), State::offline);
  EXPECT_EQ(state(3, 3, "\x02"), State::idle);  // about to go off line
  EXPECT_EQ(state(2, 5, none), State::idle);    // warms up
}

TEST(PrinterMib, ToldByNumbersAloneAPrinterWarmsUpOrSleepsAndIsIdle) {
  const auto told = [](std::int64_t device, std::int64_t printer, std::string bits) {
    const std::vector<MibValue> values{mib_number("1.3.6.1.2.1.25.3.2.1.5.1", device),
                                       mib_number("1.3.6.1.2.1.25.3.5.1.1.1", printer),
                                       text("1.3.6.1.2.1.25.3.5.1.2.1", std::move(bits))};
    return status_from_mib(values);
  };
  const std::string none(1, '\0');
  EXPECT_THAT(keywords(told(2, 5, none)), ElementsAre("warming-up"));
  EXPECT_THAT(keywords(told(2, 1, none)), ElementsAre("power-saver"));
  EXPECT_TRUE(sleeps(told(2, 1, none)));
  EXPECT_EQ(sentence(told(2, 5, none)), "The printer is warming up.");
  // "Other" with a complaint is no sleep, nor is it of a device that does not run.
  EXPECT_THAT(keywords(told(2, 1, "\x20")), testing::Not(testing::Contains("power-saver")));
  EXPECT_THAT(keywords(told(3, 1, none)), IsEmpty());
}

TEST(PrinterMib, AlertsOfRestAreNewsWhateverTheirSeverity) {
  const std::vector<MibValue> values{
      mib_number("1.3.6.1.2.1.25.3.2.1.5.1", 2), mib_number("1.3.6.1.2.1.25.3.5.1.1.1", 3),
      mib_number("1.3.6.1.2.1.43.18.1.1.2.1.1", 4), mib_number("1.3.6.1.2.1.43.18.1.1.4.1.1", 10),
      mib_number("1.3.6.1.2.1.43.18.1.1.7.1.1", 23)};
  const PrinterStatus status = status_from_mib(values);
  ASSERT_THAT(keywords(status), ElementsAre("power-saver"));
  EXPECT_EQ(status.reasons[0].severity, Severity::report);
  EXPECT_EQ(status.state, State::idle);
}

TEST(PrinterMib, TheErrorStateMayHaveOneOctetOrTwo) {
  const auto reasons = [](std::string bits) {
    const std::vector<MibValue> values{mib_number("1.3.6.1.2.1.25.3.2.1.5.1", 5),
                                       mib_number("1.3.6.1.2.1.25.3.5.1.1.1", 1),
                                       text("1.3.6.1.2.1.25.3.5.1.2.1", std::move(bits))};
    return keywords(status_from_mib(values));
  };
  EXPECT_THAT(reasons("\x44"), ElementsAre("media-empty", "media-jam"));
  EXPECT_THAT(reasons(std::string("\x08\x08", 2)), ElementsAre("door-open", "output-area-full"));
  EXPECT_THAT(reasons(std::string("\0\0\xFF\xFF", 4)), IsEmpty());
  EXPECT_THAT(reasons(""), IsEmpty());
}

// As a laser printer of the field answers: device 1 is the network card, levels are in impressions.
TEST(PrinterMib, ReadsLevelsInAnyUnitOfTheDeviceThatIsThePrinter) {
  const std::vector<MibValue> values{text("1.3.6.1.2.1.25.3.2.1.3.1", "Ethernet card"),
                                     text("1.3.6.1.2.1.25.3.2.1.3.2", "Lexmark T640"),
                                     mib_number("1.3.6.1.2.1.25.3.5.1.1.2", 3),
                                     mib_number("1.3.6.1.2.1.43.11.1.1.3.2.1", 1),
                                     mib_number("1.3.6.1.2.1.43.11.1.1.5.2.1", 21),
                                     text("1.3.6.1.2.1.43.11.1.1.6.2.1", std::string("Toner\0", 6)),
                                     mib_number("1.3.6.1.2.1.43.11.1.1.7.2.1", 7),
                                     mib_number("1.3.6.1.2.1.43.11.1.1.8.2.1", 21000),
                                     mib_number("1.3.6.1.2.1.43.11.1.1.9.2.1", 1),
                                     text("1.3.6.1.2.1.43.12.1.1.4.2.1", "black"),
                                     text("1.3.6.1.2.1.43.8.2.1.12.2.1", "iso-a4-white"),
                                     text("1.3.6.1.2.1.43.8.2.1.13.2.1", "Tray 1"),
                                     mib_number("1.3.6.1.2.1.43.8.2.1.10.2.1", -3)};
  const PrinterStatus status = status_from_mib(values);
  EXPECT_EQ(status.model, "Lexmark T640");
  EXPECT_EQ(status.state, State::idle);
  ASSERT_EQ(status.supplies.size(), 1u);
  EXPECT_EQ(status.supplies[0].name, "Toner");
  EXPECT_EQ(status.supplies[0].type, "toner-cartridge");
  EXPECT_EQ(status.supplies[0].color, "#000000");
  EXPECT_EQ(status.supplies[0].level, 1);  // not yet empty
  ASSERT_EQ(status.trays.size(), 1u);
  EXPECT_EQ(status.trays[0].name, "tray1");
  EXPECT_EQ(status.trays[0].size, "iso_a4_210x297mm");
  EXPECT_EQ(status.trays[0].level, level_some);
  EXPECT_THAT(keywords(status), ElementsAre("toner-low"));
}

TEST(PrinterMib, AnAlertOfAnUnknownCodeIsShownInThePrintersWords) {
  const std::vector<MibValue> values{
      mib_number("1.3.6.1.2.1.25.3.5.1.1.1", 3), mib_number("1.3.6.1.2.1.25.3.2.1.5.1", 3),
      mib_number("1.3.6.1.2.1.43.18.1.1.2.1.7", 4), mib_number("1.3.6.1.2.1.43.18.1.1.7.1.7", 4711),
      text("1.3.6.1.2.1.43.18.1.1.8.1.7", "Clean the mirror"),
      // "Ready to print" is an alert too, and no reason.
      mib_number("1.3.6.1.2.1.43.18.1.1.2.1.8", 1), mib_number("1.3.6.1.2.1.43.18.1.1.7.1.8", 507)};
  const PrinterStatus status = status_from_mib(values);
  ASSERT_EQ(status.reasons.size(), 1u);
  EXPECT_EQ(status.reasons[0].keyword, "other");
  EXPECT_THAT(status.reasons[0].sentence, HasSubstr("Clean the mirror"));
}

TEST(PrinterMib, HoldsAtMostSoManyRows) {
  std::vector<MibValue> values;
  for (std::uint32_t i = 1; i < 5000; ++i) {
    values.push_back({{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 5, 1, i}, std::int64_t{3}});
    values.push_back({{1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 2, 1, i}, std::int64_t{3}});
    values.push_back({{1, 3, 6, 1, 2, 1, 43, 8, 2, 1, 10, 1, i}, std::int64_t{0}});
  }
  const PrinterStatus status = status_from_mib(values);
  EXPECT_EQ(status.supplies.size(), max_mib_rows);
  EXPECT_EQ(status.trays.size(), max_mib_rows);
  EXPECT_LE(status.reasons.size(), 3 * max_mib_rows);
}

TEST(Oid, IsReadAndWritten) {
  EXPECT_EQ(to_text(parse_oid(".1.3.6.1.2.1.43")), "1.3.6.1.2.1.43");
  EXPECT_THAT(parse_oid("1.3.x"), IsEmpty());
  EXPECT_THAT(parse_oid("1..3"), IsEmpty());
  EXPECT_THAT(parse_oid("1.3."), IsEmpty());
  EXPECT_THAT(parse_oid("1.99999999999"), IsEmpty());
  EXPECT_TRUE(is_below({1, 3, 6}, {1, 3}));
  EXPECT_FALSE(is_below({1, 3}, {1, 3, 6}));
  EXPECT_FALSE(is_below({1, 4, 6}, {1, 3}));
}

}  // namespace
}  // namespace platen::bidi
