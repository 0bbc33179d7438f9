// Our client against the virtual printer's own agent: two sides that share nothing but the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "bidi/printer_mib.hpp"
#include "desk.hpp"
#include "play.hpp"
#include "port/snmp/snmp_client.hpp"
#include "virtual/snmp/udp_agent.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Field;
using vprinter::Fault;

struct SnmpAgent : testing::Test {
  boost::asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  vprinter::KeptOutput output;
  vprinter::Printer printer{
      clock, *vprinter::model_by_name("Lexmark C530dn"), output, {.pages_before = 4711}};
  vprinter::snmp::UdpAgent agent{reactor.get_executor(), printer, "public"};

  void SetUp() override { ASSERT_TRUE(agent.listen("127.0.0.1:0")); }

  bidi::PrinterStatus ask(bool version_2c = false) {
    SnmpClient client(clock, reactor.get_executor(),
                      {.host = "127.0.0.1", .port = agent.port(), .version_2c = version_2c});
    Result<std::vector<SnmpValue>> walked = std::vector<SnmpValue>{};
    play(reactor, walk(clock, client, walked));
    EXPECT_TRUE(walked) << walked.error().sentence();
    std::vector<bidi::MibValue> values;
    if (walked)
      for (const SnmpValue& value : *walked) values.push_back({value.oid, value.value});
    return bidi::status_from_mib(values);
  }
  static Task<void> walk(Clock& clock, SnmpClient& client, Result<std::vector<SnmpValue>>& walked) {
    std::vector<Oid> roots = bidi::mib_roots();
    walked = co_await client.walk(std::move(roots), Deadline::in(clock, 20s));
  }
};

TEST_F(SnmpAgent, TellsWhoThePrinterIsAndWhatItHas) {
  for (bool version_2c : {false, true}) {
    const bidi::PrinterStatus status = ask(version_2c);
    EXPECT_EQ(status.state, bidi::State::idle);
    EXPECT_EQ(status.model, "Lexmark C530dn");
    EXPECT_EQ(status.page_count, 4711u);
    ASSERT_EQ(status.supplies.size(), 6u);
    EXPECT_EQ(status.supplies[1].color, "#00FFFF");
    EXPECT_EQ(status.supplies[1].level, 100);
    EXPECT_EQ(status.supplies[4].type, "waste-toner");
    ASSERT_EQ(status.trays.size(), 3u);
    EXPECT_EQ(status.trays[0].name, "tray1");
    EXPECT_EQ(status.trays[0].size, "iso_a4_210x297mm");
    EXPECT_EQ(status.trays[0].level, 500);
    EXPECT_EQ(status.trays[2].name, "multipurpose");
  }
}

TEST_F(SnmpAgent, TellsWhatIsWrong) {
  printer.device().set_supply("cyan", 3);
  printer.device().take_paper_out("tray 2");
  bidi::PrinterStatus status = ask();
  EXPECT_EQ(status.state, bidi::State::idle);
  EXPECT_THAT(status.reasons, Contains(testing::AllOf(Field(&bidi::Reason::keyword, "toner-low"),
                                                      Field(&bidi::Reason::component, "cyan-toner"))));
  EXPECT_THAT(status.reasons, Contains(testing::AllOf(Field(&bidi::Reason::keyword, "media-empty"),
                                                      Field(&bidi::Reason::component, "tray2"))));
  printer.device().set_fault(Fault::jam, true);
  status = ask(true);
  EXPECT_EQ(status.state, bidi::State::stopped);
  EXPECT_EQ(status.reasons.at(0).keyword, "media-jam");
  EXPECT_EQ(status.reasons.at(0).severity, bidi::Severity::error);
  printer.device().set_fault(Fault::jam, false);
  printer.device().set_fault(Fault::cover_open, true);
  EXPECT_EQ(ask().reasons.at(0).keyword, "door-open");
  printer.device().set_fault(Fault::cover_open, false);
  printer.device().set_fault(Fault::offline, true);
  EXPECT_EQ(ask().state, bidi::State::offline);
}

}  // namespace
}  // namespace platen::port
