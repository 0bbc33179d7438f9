#include "hand.hpp"

namespace platen::vprinter::ieee1284 {
namespace {

using namespace std::chrono_literals;

struct NegotiationTest : Hand {};

TEST_F(NegotiationTest, TakesBytesInCompatibilityModeAndAcknowledgesEach) {
  for (const char c : std::string_view("page")) print(static_cast<std::uint8_t>(c));
  EXPECT_EQ(taken, "page");
  EXPECT_EQ(ack_falls, 4);
}

TEST_F(NegotiationTest, StaysBusyWithAByteThatThePrinterDoesNotTake) {
  printer_takes = false;
  print('x');
  EXPECT_TRUE(peripheral.lines().busy);
  EXPECT_EQ(ack_falls, 0);
  printer_takes = true;
  EXPECT_FALSE(peripheral.lines().busy);
  EXPECT_EQ(taken, "x");
}

TEST_F(NegotiationTest, AnswersEachRequestWithTheXflagOfTheTable) {
  const std::pair<std::uint8_t, bool> table[] = {
      {0x00, false}, {0x01, true}, {0x04, true}, {0x05, true},  {0x10, true},  {0x14, true},  {0x30, true},
      {0x34, true},  {0x40, true}, {0x80, true}, {0x02, false}, {0x08, false}, {0x11, false}, {0x44, false}};
  for (const auto& [request, xflag] : table) {
    const PeripheralLines lines = negotiate(request);
    EXPECT_EQ(lines.select, xflag) << "request " << int{request};
    EXPECT_TRUE(lines.ack);
    if (request == request::epp) {
      init(false);
      set([](HostLines& h) { h.init = true, h.select_in = false; });
    } else {
      terminate();
    }
    EXPECT_EQ(peripheral.phase(), Phase::idle) << "request " << int{request};
  }
}

TEST_F(NegotiationTest, SaysNoToWhatItCannotDo) {
  Peripheral simple(clock, {.byte = false, .ecp = false, .epp = false}, "", {});
  for (const std::uint8_t request :
       {request::byte, request::byte_id, request::ecp, request::ecp_rle, request::epp}) {
    host = {};
    simple.drive(host);
    host.data = request;
    host.select_in = true;
    host.auto_feed = false;
    simple.drive(host);
    host.strobe = false;
    simple.drive(host);
    host.strobe = host.auto_feed = true;
    simple.drive(host);
    EXPECT_FALSE(simple.lines().select) << int{request};
    EXPECT_EQ(simple.phase(), Phase::rejected);
    host.select_in = false;
    simple.drive(host);
    host.auto_feed = false;
    simple.drive(host);
    host.auto_feed = true;
    simple.drive(host);
  }
}

TEST_F(NegotiationTest, TheExtensibilityLinkTakesASecondByte) {
  EXPECT_TRUE(negotiate(request::link).select);
  data(0x05);
  EXPECT_FALSE(strobe(false).ack) << "event 52";
  const PeripheralLines lines = strobe(true);
  EXPECT_TRUE(lines.ack) << "event 55";
  EXPECT_FALSE(lines.select) << "event 54: no such link";
  terminate();
}

TEST_F(NegotiationTest, APrinterFromBeforeTheStandardDoesNotAnswer) {
  peripheral.faults().no_event_2 = true;
  set([](HostLines& h) { h.select_in = true, h.auto_feed = false; });
  EXPECT_TRUE(peripheral.lines().ack);
  set([](HostLines& h) { h.select_in = false, h.auto_feed = true; });
  print('x');
  EXPECT_EQ(taken, "x");
}

TEST_F(NegotiationTest, AWrongXflagIsTheOppositeOfTheRightOne) {
  peripheral.faults().wrong_xflag = true;
  EXPECT_FALSE(negotiate(request::byte).select);
  terminate();
  EXPECT_TRUE(negotiate(request::nibble).select);
  terminate();
}

TEST_F(NegotiationTest, ALateEvent6ComesWhenItsTimeHasPassed) {
  peripheral.faults().event_6_late = 50ms;
  EXPECT_FALSE(negotiate(request::nibble).ack);
  clock.advance_to(clock.now() + 49ms);
  EXPECT_FALSE(peripheral.lines().ack);
  clock.advance_to(clock.now() + 1ms);
  EXPECT_TRUE(peripheral.lines().ack);
  terminate();
}

TEST_F(NegotiationTest, IsPossibleWhileThePrinterTakesNoData) {
  printer_takes = false;
  print('x');
  peripheral.say("out of paper");
  EXPECT_TRUE(peripheral.lines().busy);
  negotiate(request::nibble);
  EXPECT_TRUE(peripheral.lines().busy) << "the forward channel is still busy";
  EXPECT_EQ(read_nibbles(), "out of paper");
  const int falls = ack_falls;
  set([](HostLines& h) { h.select_in = false, h.auto_feed = true; });
  auto_feed(false);
  auto_feed(true);
  EXPECT_EQ(peripheral.phase(), Phase::busy);
  EXPECT_EQ(ack_falls, falls + 1) << "event 24 only: no acknowledgement is made up";
  printer_takes = true;
  EXPECT_FALSE(peripheral.lines().busy);
  EXPECT_EQ(taken, "x");
}

TEST_F(NegotiationTest, LeavingInTheMiddleOfAHandshakeIsAnAbortThatLosesNothing) {
  peripheral.say("AB");
  negotiate(request::nibble);
  (void)nibble();
  auto_feed(false);  // event 7 of the second nibble
  set([](HostLines& h) { h.select_in = false, h.auto_feed = true; });
  EXPECT_EQ(peripheral.phase(), Phase::idle);
  EXPECT_EQ(peripheral.tally().aborts, 1);
  negotiate(request::nibble);
  EXPECT_EQ(read_nibbles(), "AB");
  terminate();
}

TEST_F(NegotiationTest, InitBeginsAgainFromEveryPhase) {
  peripheral.say("old");
  negotiate(request::nibble);
  (void)nibble();
  set([](HostLines& h) { h = {}, h.init = false; });
  EXPECT_TRUE(peripheral.lines().busy);
  EXPECT_FALSE(init(true).busy);
  EXPECT_EQ(resets, 1);
  EXPECT_EQ(peripheral.unread(), 0u);
  print('x');
  EXPECT_EQ(taken, "x");
}

TEST_F(NegotiationTest, TheConditionsStandOnTheCompatibilityLines) {
  peripheral.set_conditions({.paper_empty = true, .selected = false, .error = true});
  EXPECT_TRUE(peripheral.lines().paper_error);
  EXPECT_FALSE(peripheral.lines().select);
  EXPECT_FALSE(peripheral.lines().fault);
  negotiate(request::nibble);
  terminate();
  EXPECT_FALSE(peripheral.lines().fault) << "event 26 restores them";
}

TEST_F(NegotiationTest, APrinterThatStallsTakesSoManyBytesAndNoMore) {
  peripheral.faults().stall_after = 2;
  print('a');
  print('b');
  print('c');
  EXPECT_EQ(taken, "ab");
  EXPECT_TRUE(peripheral.lines().busy);
}

TEST_F(NegotiationTest, APrinterWhoseRepliesAreNotFetchedTakesNothing) {
  peripheral.faults().reply_limit = 4;
  peripheral.say("five!");
  print('x');
  EXPECT_TRUE(peripheral.lines().busy);
  negotiate(request::nibble);
  EXPECT_EQ(read_nibbles(), "five!");
  set([](HostLines& h) { h.select_in = false, h.auto_feed = true; });
  auto_feed(false);
  auto_feed(true);
  EXPECT_FALSE(peripheral.lines().busy);
  EXPECT_EQ(taken, "x");
}

}  // namespace
}  // namespace platen::vprinter::ieee1284
