#include "hand.hpp"

namespace platen::vprinter::ieee1284 {
namespace {

struct EcpTest : Hand {};
struct EppTest : Hand {
  void end() {
    init(false);
    set([](HostLines& h) { h.init = true, h.select_in = false; });
    EXPECT_EQ(peripheral.phase(), Phase::idle);
  }
};

TEST_F(EcpTest, CarriesDataForward) {
  begin_ecp(request::ecp);
  for (const char c : std::string_view("forward")) EXPECT_TRUE(send_ecp(static_cast<std::uint8_t>(c)));
  EXPECT_EQ(taken, "forward");
  terminate();
}

TEST_F(EcpTest, RepeatsWhatARunLengthCounts) {
  begin_ecp(request::ecp_rle);
  EXPECT_TRUE(send_ecp(4, true));
  EXPECT_TRUE(send_ecp('a'));
  EXPECT_TRUE(send_ecp('b'));
  EXPECT_TRUE(send_ecp(127, true));
  EXPECT_TRUE(send_ecp('c'));
  EXPECT_EQ(taken, "aaaaab" + std::string(128, 'c'));
  auto_feed(true);
  terminate();
}

TEST_F(EcpTest, TakesAChannelAddress) {
  begin_ecp(request::ecp);
  EXPECT_TRUE(send_ecp(0x80 | 5, true));
  EXPECT_EQ(peripheral.ecp_channel(), 5);
  EXPECT_EQ(taken, "");
  auto_feed(true);
  terminate();
}

TEST_F(EcpTest, SendsInReverseAndComesBack) {
  peripheral.say("status");
  begin_ecp(request::ecp);
  EXPECT_FALSE(peripheral.lines().fault) << "nPeriphRequest";
  EXPECT_EQ(read_ecp(), "status");
  EXPECT_TRUE(peripheral.lines().fault);
  EXPECT_TRUE(send_ecp('x'));
  EXPECT_EQ(taken, "x");
  terminate();
}

TEST_F(EcpTest, SendsRunsAsCountsWhereThatWasAgreedOn) {
  const std::string text = "a" + std::string(300, 'b') + "cc" + std::string(3, 'd');
  for (const std::uint8_t request : {request::ecp, request::ecp_rle}) {
    peripheral.say(text);
    begin_ecp(request);
    EXPECT_EQ(read_ecp(), text);
    terminate();
  }
}

TEST_F(EcpTest, WhatIsSaidWhileARunIsOfferedDoesNotChangeIt) {
  peripheral.say("xxx");
  begin_ecp(request::ecp_rle);
  listen(true);
  auto_feed(false);
  init(false);
  EXPECT_EQ(peripheral.lines().data, 2);
  peripheral.say("xx");
  auto_feed(true);
  auto_feed(false);
  EXPECT_EQ(peripheral.lines().data, 'x');
  auto_feed(true);
  auto_feed(false);
  EXPECT_EQ(peripheral.unread(), 2u);
  init(true);
  listen(false);
  auto_feed(true);
  terminate();
}

TEST_F(EcpTest, SendsTheDeviceId) {
  for (const std::uint8_t request : {request::ecp_id, request::ecp_rle_id}) {
    begin_ecp(request);
    EXPECT_EQ(read_ecp(), with_length(kId));
    terminate();
  }
}

TEST_F(EcpTest, AByteThatIsNotTakenCanBeTakenBack) {
  begin_ecp(request::ecp);
  printer_takes = false;
  EXPECT_TRUE(send_ecp('a')) << "one is kept in front of the printer";
  EXPECT_FALSE(send_ecp('b'));
  EXPECT_FALSE(init(false).paper_error) << "event 73";
  EXPECT_TRUE(init(true).paper_error) << "event 75";
  strobe(true);
  EXPECT_EQ(peripheral.phase(), Phase::ecp_forward);
  peripheral.say("paper!");
  EXPECT_EQ(read_ecp(), "paper!");
  printer_takes = true;
  EXPECT_TRUE(send_ecp('b'));
  EXPECT_EQ(taken, "ab");
  EXPECT_EQ(peripheral.tally().recoveries, 1);
  terminate();
}

TEST_F(EcpTest, AByteThatWasOfferedAndNotTakenIsOfferedAgain) {
  peripheral.say("A");
  begin_ecp(request::ecp);
  listen(true);
  auto_feed(false);
  init(false);
  EXPECT_FALSE(peripheral.lines().ack);
  init(true);
  listen(false);
  auto_feed(true);
  EXPECT_EQ(read_ecp(), "A");
  terminate();
}

TEST_F(EppTest, WritesAndReadsLikeABus) {
  EXPECT_TRUE(negotiate(request::epp).select);
  strobe(false);
  for (const char c : std::string_view("bus")) {
    data(static_cast<std::uint8_t>(c));
    EXPECT_TRUE(auto_feed(false).busy) << "event 58";
    EXPECT_FALSE(auto_feed(true).busy) << "event 60";
  }
  EXPECT_EQ(taken, "bus");
  data(7);
  set([](HostLines& h) { h.select_in = false; });
  set([](HostLines& h) { h.select_in = true; });
  EXPECT_EQ(peripheral.epp_address(), 7);
  strobe(true);
  peripheral.say("r");
  listen(true);
  EXPECT_EQ(auto_feed(false).data, 'r');
  EXPECT_FALSE(auto_feed(true).busy);
  EXPECT_FALSE(auto_feed(false).busy) << "nothing more to read";
  auto_feed(true);
  listen(false);
  end();
}

}  // namespace
}  // namespace platen::vprinter::ieee1284
