#include "hand.hpp"

namespace platen::vprinter::ieee1284 {
namespace {

using namespace std::chrono_literals;

struct ReverseTest : Hand {};

const std::string kEveryByte = [] {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  return all;
}();

TEST_F(ReverseTest, SendsTheDeviceIdInNibbles) {
  EXPECT_TRUE(negotiate(request::nibble_id).select);
  EXPECT_EQ(read_nibbles(), with_length(kId));
  terminate();
}

TEST_F(ReverseTest, SendsTheDeviceIdInBytes) {
  EXPECT_TRUE(negotiate(request::byte_id).select);
  EXPECT_EQ(read_bytes(), with_length(kId));
  terminate();
}

TEST_F(ReverseTest, EachNegotiationBeginsTheDeviceIdAgain) {
  negotiate(request::nibble_id);
  (void)nibble();
  (void)nibble();
  terminate();
  negotiate(request::nibble_id);
  EXPECT_EQ(read_nibbles(), with_length(kId));
  terminate();
}

TEST_F(ReverseTest, SendsEveryByteInNibblesAndInBytes) {
  for (const std::uint8_t request : {request::nibble, request::byte}) {
    peripheral.say(kEveryByte);
    negotiate(request);
    EXPECT_EQ(request == request::nibble ? read_nibbles() : read_bytes(), kEveryByte);
    terminate();
  }
}

TEST_F(ReverseTest, SaysBeforeEvent11OfAByteWhetherAnotherFollows) {
  peripheral.say("AB");
  negotiate(request::nibble);
  EXPECT_FALSE(peripheral.lines().fault);
  EXPECT_FALSE(peripheral.lines().paper_error);
  (void)nibble();
  (void)nibble();
  EXPECT_FALSE(peripheral.lines().fault) << "B follows";
  (void)nibble();
  (void)nibble();
  EXPECT_TRUE(peripheral.lines().fault) << "the end";
  EXPECT_TRUE(peripheral.lines().paper_error);
  terminate();
}

TEST_F(ReverseTest, HostBusyAfterTheEndIsReverseIdleAndNotAStrayNibble) {
  peripheral.say("A");
  negotiate(request::nibble);
  EXPECT_EQ(read_nibbles(), "A");
  const PeripheralLines lines = auto_feed(false);
  EXPECT_TRUE(lines.ack) << "no event 9 without data";
  EXPECT_TRUE(lines.fault);
  EXPECT_EQ(peripheral.phase(), Phase::reverse_idle);
  auto_feed(true);
  EXPECT_EQ(read_nibbles(), "");
  EXPECT_EQ(peripheral.tally().bytes_out, 1u);
  terminate();
}

TEST_F(ReverseTest, CallsTheHostOutOfReverseIdle) {
  negotiate(request::nibble);
  auto_feed(false);
  const int falls = ack_falls;
  peripheral.say("jam");
  EXPECT_FALSE(peripheral.lines().fault) << "event 18";
  EXPECT_FALSE(peripheral.lines().ack) << "event 19";
  EXPECT_EQ(ack_falls, falls + 1);
  EXPECT_TRUE(auto_feed(true).ack) << "event 21";
  EXPECT_EQ(read_nibbles(), "jam");
  terminate();
}

TEST_F(ReverseTest, WhatIsSaidWhileTheHostIsBusyWithoutDataWaitsForReverseIdle) {
  negotiate(request::nibble);
  peripheral.say("late");
  EXPECT_TRUE(peripheral.lines().fault) << "the host may be about to lower HostBusy";
  EXPECT_FALSE(auto_feed(false).fault) << "event 18";
  auto_feed(true);
  EXPECT_EQ(read_nibbles(), "late");
  terminate();
}

TEST_F(ReverseTest, IsLeftInOrderFromReverseIdle) {
  negotiate(request::byte);
  auto_feed(false);
  terminate();
  EXPECT_EQ(peripheral.tally().aborts, 0);
}

TEST_F(ReverseTest, ALateEvent9ComesWhenItsTimeHasPassed) {
  peripheral.say("A");
  peripheral.faults().event_9_late = 40ms;
  negotiate(request::nibble);
  EXPECT_TRUE(auto_feed(false).ack);
  clock.advance_to(clock.now() + 40ms);
  EXPECT_FALSE(peripheral.lines().ack);
  set([](HostLines& h) { h.select_in = false, h.auto_feed = true; });
}

TEST_F(ReverseTest, APrematureEndKeepsTheRestForTheNextTransfer) {
  peripheral.faults().premature_end = 2;
  peripheral.say("abc");
  negotiate(request::nibble);
  EXPECT_EQ(read_nibbles(), "ab");
  EXPECT_FALSE(auto_feed(false).fault) << "it says at once that there is more";
  auto_feed(true);
  EXPECT_EQ(read_nibbles(), "c");
  terminate();
}

TEST_F(ReverseTest, APrinterWithoutReverseIdleInventsABytePerRead) {
  peripheral.faults().no_reverse_idle = true;
  peripheral.say("A");
  negotiate(request::nibble);
  EXPECT_EQ(read_nibbles(), "A");
  EXPECT_EQ(nibble() | nibble() << 4, 0) << "nothing was said";
  terminate();
}

TEST_F(ReverseTest, TheDeviceIdCanBeWrongInEachKnownWay) {
  Faults faults;
  faults.id_length = Faults::IdLength::exclusive;
  EXPECT_EQ(make_device_id("A:1;", faults), std::string("\0\4A:1;", 6));
  faults.id_length = Faults::IdLength::least_first;
  EXPECT_EQ(make_device_id("A:1;", faults), std::string("\6\0A:1;", 6));
  faults = {.id_without_semicolon = true};
  EXPECT_EQ(make_device_id("A:1;", faults), std::string("\0\5A:1", 5));
}

struct ReverseViolationTest : Hand {
  void TearDown() override { EXPECT_THAT(peripheral.violations(), testing::SizeIs(testing::Ge(1u))); }
};

TEST_F(ReverseViolationTest, BothDrivingTheDataLinesIsNoted) {
  peripheral.say("A");
  negotiate(request::byte);
  auto_feed(false);
}

TEST_F(ReverseViolationTest, AStrobeWhileBusyIsNoted) {
  printer_takes = false;
  print('a');
  print('b');
}

}  // namespace
}  // namespace platen::vprinter::ieee1284
