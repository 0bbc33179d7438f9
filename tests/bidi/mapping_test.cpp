// Every row of the mapping table, in all four languages and back.
#include "bidi/mapping.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bidi/conditions.hpp"
#include "bidi/ipp_status.hpp"
#include "bidi/port_info.hpp"
#include "bidi/printer_mib.hpp"
#include "bidi/schema.hpp"
#include "bidi/sentence.hpp"

namespace platen::bidi {
namespace {

using testing::Contains;
using testing::HasSubstr;

PrinterStatus stopped_by(const ReasonMapping& row) {
  PrinterStatus status;
  status.state = row.bit == ErrorBit::offline ? State::offline : State::stopped;
  status.trays = {{.name = "tray1", .level = 100, .capacity = 500}};
  const std::string component = row.alert_group == 8 ? "tray1" : "";
  status.reasons = {told_reason(row, Severity::error, component, "12 WORDS")};
  return status;
}

std::string named(const testing::TestParamInfo<ReasonMapping>& row) {
  std::string name(row.param.keyword);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class EachReason : public testing::TestWithParam<ReasonMapping> {};
INSTANTIATE_TEST_SUITE_P(Of, EachReason,
                         testing::ValuesIn(reason_mappings().begin(), reason_mappings().end()), named);

TEST_P(EachReason, IsToldInIpp) {
  const IppStatus ipp = ipp_status(stopped_by(GetParam()));
  EXPECT_EQ(ipp.printer_state, 5);
  EXPECT_THAT(ipp.printer_state_reasons, Contains(std::string(GetParam().keyword) + "-error"));
  EXPECT_THAT(ipp.printer_alert.at(0),
              HasSubstr("code=" + std::string(GetParam().alert_name) + ";severity=critical"));
}

TEST_P(EachReason, IsToldInPortInfoAndLeadsBack) {
  const PortInfo info = port_info(stopped_by(GetParam()));
  EXPECT_EQ(info.status, static_cast<std::uint32_t>(GetParam().port));
  EXPECT_NE(info.status, 0u);
  EXPECT_EQ(info.severity, 1u);
  EXPECT_FALSE(info.text.empty());
  ASSERT_TRUE(mapping_of_port(GetParam().port));
  EXPECT_EQ(mapping_of_port(GetParam().port)->port, GetParam().port);
}

TEST_P(EachReason, IsToldInTheSchemaAndLeadsBack) {
  const PrinterStatus status = stopped_by(GetParam());
  const auto value = [&](const char* path) { return schema::get(status, path)->value; };
  EXPECT_EQ(value("\\Printer.Status.Summary:State"), "Stopped");
  EXPECT_EQ(value("\\Printer.Status.Summary:StateReason"), GetParam().state_reason);
  EXPECT_EQ(value("\\Printer.Status.Detailed.Event1:Name"), GetParam().event);
  EXPECT_EQ(value("\\Printer.Status.Detailed.Event1.Component:Group"), GetParam().group);
  ASSERT_TRUE(mapping_of_event(GetParam().event));
  EXPECT_EQ(mapping_of_event(GetParam().event)->event, GetParam().event);
}

TEST_P(EachReason, IsToldInThePrinterMibAndLeadsBack) {
  const PrinterStatus status = stopped_by(GetParam());
  const PrinterStatus back = status_from_mib(mib_values(status));
  EXPECT_EQ(back.state, status.state);
  ASSERT_FALSE(back.reasons.empty());
  const ReasonMapping& led_to = mapping_of(back.reasons[0].keyword);
  EXPECT_EQ(led_to.alert_code, GetParam().alert_code);
  EXPECT_EQ(led_to.alert_group, GetParam().alert_group);
  EXPECT_EQ(back.reasons[0].component, status.reasons[0].component);
  EXPECT_EQ(back.reasons[0].severity, Severity::error);
}

// A printer without an alert table tells as much by the bits.
TEST_P(EachReason, ThatHasABitLeadsBackByItAlone) {
  const PrinterStatus status = stopped_by(GetParam());
  std::vector<MibValue> values = mib_values(status);
  const Oid alerts = parse_oid("1.3.6.1.2.1.43.18");
  std::erase_if(values, [&](const MibValue& value) { return is_below(value.oid, alerts); });
  const PrinterStatus back = status_from_mib(values);
  if (GetParam().bit == ErrorBit::none) {
    EXPECT_TRUE(back.reasons.empty());
    return;
  }
  ASSERT_FALSE(back.reasons.empty());
  const ReasonMapping* wanted = mapping_of_bit(GetParam().bit);
  ASSERT_TRUE(wanted);
  EXPECT_THAT(back.reasons, Contains(testing::Field(&Reason::keyword, wanted->keyword)));
}

TEST(Mapping, HasARowForEveryKeywordThatConditionsTell) {
  std::set<std::string_view> keywords = {
#define CODE(pattern, effect, keeps, keyword, severity, component, sentence) keyword,
#define PHRASE(pattern, keyword, severity, component, sentence) keyword,
#include "bidi/conditions.def"
#undef CODE
#undef PHRASE
#define SUPPLY_TYPE(pjl, keyword, low, empty, component, low_sentence, empty_sentence) low, empty,
#include "bidi/names.def"
#undef SUPPLY_TYPE
      "connecting-to-device", "timed-out"};
  keywords.erase("");
  for (std::string_view keyword : keywords) EXPECT_EQ(mapping_of(keyword).keyword, keyword);
}

TEST(Mapping, HasARowForEverySupplyType) {
  const std::set<std::string_view> types = {
#define SUPPLY_TYPE(pjl, keyword, low, empty, component, low_sentence, empty_sentence) keyword,
#include "bidi/names.def"
#undef SUPPLY_TYPE
  };
  for (std::string_view type : types) EXPECT_EQ(supply_mapping(type).type, type);
  for (const SupplyMapping& row : supply_mappings()) EXPECT_EQ(supply_mapping_of_number(row.number), &row);
}

TEST(Mapping, SaysEachThingOnce) {
  std::set<std::string_view> keywords;
  for (const ReasonMapping& row : reason_mappings())
    EXPECT_TRUE(keywords.insert(row.keyword).second) << row.keyword;
  EXPECT_EQ(reason_mappings().back().keyword, "other");
  for (const StateMapping& row : state_mappings()) EXPECT_EQ(&mapping_of(row.state), &row);
  for (const SeverityMapping& row : severity_mappings()) {
    EXPECT_EQ(&mapping_of(row.severity), &row);
    EXPECT_EQ(severity_of_alert(row.alert), row.severity);
  }
}

TEST(Mapping, EveryBitLeadsToARow) {
  for (const ErrorBitMapping& row : error_bit_mappings()) {
    ASSERT_TRUE(mapping_of_bit(row.bit));
    EXPECT_EQ(mapping_of_bit(row.bit)->keyword, row.keyword);
  }
}

class EachRest : public testing::TestWithParam<RestMapping> {};
INSTANTIATE_TEST_SUITE_P(Of, EachRest, testing::ValuesIn(rest_mappings().begin(), rest_mappings().end()),
                         [](const auto& row) { return row.index == 0 ? "Warmth" : "Sleep"; });

TEST_P(EachRest, IsNewsOfAnIdlePrinterInAllLanguagesAndLeadsBack) {
  const ReasonMapping& row = mapping_of(GetParam().keyword);
  PrinterStatus status;
  status.state = State::idle;
  status.reasons = {told_reason(row, Severity::report, "", "")};
  EXPECT_EQ(sentence(status), row.sentence);
  const IppStatus ipp = ipp_status(status);
  EXPECT_EQ(ipp.printer_state, 3);
  EXPECT_THAT(ipp.printer_state_reasons, testing::ElementsAre(std::string(row.keyword) + "-report"));
  EXPECT_EQ(port_info(status),
            (PortInfo{static_cast<std::uint32_t>(row.port), 3, std::string(row.sentence)}));
  EXPECT_EQ(schema::get(status, "\\Printer.Status.Summary:State")->value, "Idle");
  EXPECT_EQ(schema::get(status, "\\Printer.Status.Summary:StateReason")->value, "None");
  EXPECT_EQ(schema::get(status, "\\Printer.Status.Detailed.Event1:Severity")->value, "Informational");
  EXPECT_EQ(status_from_mib(mib_values(status)).reasons, status.reasons);
  EXPECT_EQ(status_from_mib(mib_values(status)).state, State::idle);
}

TEST(PortInfo, SaysNothingOfAPrinterThatIsWell) {
  PrinterStatus status;
  status.state = State::idle;
  EXPECT_EQ(port_info(status), PortInfo{});
}

TEST(PortInfo, DoesNotStopTheQueueOfAPrinterThatGoesOn) {
  PrinterStatus status;
  status.state = State::processing;
  status.reasons = {{"media-empty", Severity::warning, "tray2", "Tray 2 is out of paper.", 0},
                    {"toner-low", Severity::warning, "black-toner", "Black toner is low.", 0}};
  EXPECT_EQ(port_info(status), (PortInfo{10, 2, "Black toner is low."}));
  status.state = State::stopped;
  status.reasons[0].severity = Severity::error;
  EXPECT_EQ(port_info(status), (PortInfo{3, 1, "Tray 2 is out of paper."}));
}

TEST(PortInfo, HasAWordForAPrinterThatSaysNothing) {
  PrinterStatus status;
  status.state = State::offline;
  EXPECT_EQ(port_info(status).status, 1u);
  status.state = State::stopped;
  EXPECT_EQ(port_info(status).status, 8u);
}

}  // namespace
}  // namespace platen::bidi
