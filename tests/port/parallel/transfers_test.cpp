// Each mode of the host against the peripheral, on simulated time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_lines.hpp"
#include "port/parallel/compatibility.hpp"
#include "port/parallel/device_id.hpp"
#include "port/parallel/ecp.hpp"
#include "port/parallel/epp.hpp"
#include "port/parallel/negotiation.hpp"
#include "port/parallel/reverse.hpp"

namespace platen::port::ieee1284 {
namespace {

using namespace std::chrono_literals;
using vprinter::ieee1284::Faults;
using vprinter::ieee1284::Phase;

struct TransfersTest : testing::Test, Bench {
  Handshake handshake{lines, stop};

  std::string read(Reverse::Width width) {
    std::string text;
    Reverse reverse(handshake, width);
    EXPECT_TRUE(reverse.read(text, 100'000, in(10s)));
    return text;
  }
  void TearDown() override { EXPECT_THAT(peripheral.violations(), testing::IsEmpty()); }
};

std::string every_byte() {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  return all + std::string(1000, 'r') + all;
}

TEST_F(TransfersTest, CompatibilityCarriesEveryByte) {
  EXPECT_EQ(send_compatibility(handshake, bytes(every_byte()), in(10s)), every_byte().size());
  EXPECT_EQ(taken, every_byte());
}

TEST_F(TransfersTest, CompatibilityStopsAtItsTimeWithAPrinterThatTakesNoMore) {
  peripheral.faults().stall_after = 3;
  EXPECT_EQ(send_compatibility(handshake, bytes("abcdef"), in(50ms)), 4u) << "one is on the wire";
  EXPECT_EQ(taken, "abc");
  peripheral.faults().stall_after.reset();
  EXPECT_EQ(send_compatibility(handshake, bytes("ef"), in(50ms)), 2u);
  EXPECT_EQ(taken, "abcdef");
}

TEST_F(TransfersTest, NibbleAndByteCarryEveryByteBack) {
  for (const auto& [request, width] :
       {std::pair{Request::nibble, Reverse::Width::nibble}, std::pair{Request::byte, Reverse::Width::byte}}) {
    peripheral.say(every_byte());
    ASSERT_TRUE(negotiate(handshake, request));
    EXPECT_EQ(read(width), every_byte());
    EXPECT_TRUE(terminate(handshake));
    EXPECT_EQ(peripheral.phase(), Phase::idle);
  }
}

// The end of data in nibble mode: exactly what was said, however often one asks.
TEST_F(TransfersTest, ReadingPastTheEndInNibbleModeInventsNothing) {
  peripheral.say("A");
  ASSERT_TRUE(negotiate(handshake, Request::nibble));
  Reverse reverse(handshake, Reverse::Width::nibble);
  std::string text;
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(reverse.read(text, 100, in(1s)));
    reverse.rest();
  }
  EXPECT_EQ(text, "A");
  EXPECT_TRUE(terminate(handshake));
}

TEST_F(TransfersTest, IsCalledOutOfReverseIdle) {
  ASSERT_TRUE(negotiate(handshake, Request::nibble));
  Reverse reverse(handshake, Reverse::Width::nibble);
  reverse.rest();
  EXPECT_FALSE(reverse.called());
  peripheral.say("paper jam");
  EXPECT_TRUE(reverse.called());
  std::string text;
  EXPECT_TRUE(reverse.read(text, 100, in(1s)));
  EXPECT_EQ(text, "paper jam");
  EXPECT_TRUE(terminate(handshake));
}

TEST_F(TransfersTest, AnEvent9ThatComesTooLateIsNotWaitedForLongerThanItsTime) {
  peripheral.faults().event_9_late = 10s;
  peripheral.say("A");
  ASSERT_TRUE(negotiate(handshake, Request::nibble));
  Reverse reverse(handshake, Reverse::Width::nibble);
  std::string text;
  const Instant begin = clock.now();
  EXPECT_FALSE(reverse.read(text, 100, in(60s)));
  EXPECT_LT(clock.now() - begin, 200ms);
  terminate(handshake);
  peripheral.faults() = {};
  ASSERT_TRUE(negotiate(handshake, Request::nibble));
  EXPECT_EQ(read(Reverse::Width::nibble), "A") << "nothing was lost";
  EXPECT_TRUE(terminate(handshake));
}

TEST_F(TransfersTest, EcpCarriesEveryByteBothWays) {
  for (const Request request : {Request::ecp, Request::ecp_rle}) {
    taken.clear();
    peripheral.say(every_byte());
    ASSERT_TRUE(negotiate(handshake, request));
    Ecp ecp(handshake, request == Request::ecp_rle);
    std::string text;
    EXPECT_TRUE(ecp.called());
    EXPECT_TRUE(ecp.read(text, 100'000, in(10s)));
    EXPECT_EQ(text, every_byte());
    EXPECT_FALSE(ecp.called());
    EXPECT_EQ(ecp.send(bytes(every_byte()), in(10s)), every_byte().size());
    EXPECT_EQ(taken, every_byte());
    EXPECT_TRUE(terminate(handshake));
  }
}

TEST_F(TransfersTest, EcpInterruptsItselfForAPrinterThatWantsToSpeak) {
  ASSERT_TRUE(negotiate(handshake, Request::ecp));
  Ecp ecp(handshake, false);
  peripheral.say("!");
  EXPECT_EQ(ecp.send(bytes("abc"), in(1s)), 1u);
  std::string text;
  EXPECT_TRUE(ecp.read(text, 100, in(1s)));
  EXPECT_EQ(ecp.send(bytes("bc"), in(1s)), 2u);
  EXPECT_EQ(taken, "abc");
  EXPECT_TRUE(terminate(handshake));
}

// At each byte of data that is full of runs, the printer stalls and goes on later: nothing is lost or
// doubled.
TEST_F(TransfersTest, EcpSurvivesAStallAtAnyByte) {
  const std::string data = "aaaabccccccccdddefffffffff" + std::string(200, 'g');
  for (std::uint64_t at = 0; at <= data.size(); ++at) {
    taken.clear();
    ASSERT_TRUE(negotiate(handshake, Request::ecp_rle));
    Ecp ecp(handshake, true);
    peripheral.faults().stall_after = peripheral.tally().bytes_in + at;
    std::size_t sent = ecp.send(bytes(data), in(1s));
    peripheral.say("paper");
    std::string heard;
    EXPECT_TRUE(ecp.read(heard, 100, in(1s)));
    EXPECT_EQ(heard, "paper");
    peripheral.faults().stall_after.reset();
    while (sent < data.size()) sent += ecp.send(bytes(data).subspan(sent), in(1s));
    EXPECT_TRUE(terminate(handshake));
    EXPECT_EQ(taken, data) << "stalled at " << at;
  }
  EXPECT_GT(peripheral.tally().recoveries, 100);
}

TEST_F(TransfersTest, ARunThatWasLeftOpenDoesNotCountForOtherData) {
  ASSERT_TRUE(negotiate(handshake, Request::ecp_rle));
  Ecp ecp(handshake, true);
  peripheral.faults().stall_after = 0;
  EXPECT_EQ(ecp.send(bytes("aaaa"), in(100ms)), 4u) << "one unit is kept in front of the printer";
  EXPECT_EQ(ecp.send(bytes("bbbb"), in(100ms)), 0u);
  peripheral.faults() = {};
  EXPECT_EQ(ecp.send(bytes("x"), in(1s)), 1u);
  EXPECT_EQ(taken, "aaaax");
  EXPECT_TRUE(terminate(handshake));
}

// Each access to a register takes about a microsecond on a PC's bus, and that is what a byte costs.
TEST_F(TransfersTest, AByteCostsFourAccessesInCompatibilityModeAndFiveInEcp) {
  std::string data;
  for (int i = 0; i < 1000; ++i) data += static_cast<char>(i * 7);
  constexpr std::uint64_t kAround = 20;
  std::uint64_t before = lines.accesses;
  EXPECT_EQ(send_compatibility(handshake, bytes(data), in(10s)), data.size());
  EXPECT_LE(lines.accesses - before, 4 * data.size() + kAround);
  ASSERT_TRUE(negotiate(handshake, Request::ecp));
  Ecp ecp(handshake, false);
  before = lines.accesses;
  EXPECT_EQ(ecp.send(bytes(data), in(10s)), data.size());
  EXPECT_LE(lines.accesses - before, 5 * data.size() + kAround);
  EXPECT_TRUE(terminate(handshake));
}

TEST_F(TransfersTest, EppCarriesEveryByteBothWays) {
  peripheral.say(every_byte());
  ASSERT_TRUE(negotiate(handshake, Request::epp));
  EXPECT_EQ(send_epp(handshake, bytes(every_byte()), in(10s)), every_byte().size());
  EXPECT_EQ(taken, every_byte());
  std::string text;
  read_epp(handshake, text, 100'000, in(10s));
  EXPECT_EQ(text, every_byte());
  terminate_epp(handshake);
  EXPECT_EQ(peripheral.phase(), Phase::idle);
}

TEST_F(TransfersTest, NegotiationTellsNoAnswerFromNo) {
  peripheral.faults().no_event_2 = true;
  auto silent = negotiate(handshake, Request::nibble);
  EXPECT_TRUE(!silent && silent.error().is(Errc::timed_out));
  peripheral.faults() = {.wrong_xflag = true};
  auto no = negotiate(handshake, Request::ecp);
  EXPECT_TRUE(!no && no.error().is(Errc::unsupported));
  EXPECT_EQ(peripheral.phase(), Phase::idle);
}

TEST_F(TransfersTest, ALateEvent6IsWaitedForWithinReason) {
  peripheral.faults().event_6_late = 60ms;
  EXPECT_TRUE(negotiate(handshake, Request::nibble));
  EXPECT_TRUE(terminate(handshake));
  peripheral.faults().event_6_late = 10s;
  const Instant begin = clock.now();
  auto late = negotiate(handshake, Request::nibble);
  EXPECT_TRUE(!late && late.error().is(Errc::timed_out));
  EXPECT_LT(clock.now() - begin, 300ms);
  EXPECT_EQ(peripheral.phase(), Phase::idle);
}

TEST_F(TransfersTest, TheExtensibilityLinkIsAskedAndLeft) {
  auto answer = negotiate_link(handshake, 5);
  EXPECT_TRUE(!answer && answer.error().is(Errc::unsupported));
  EXPECT_EQ(peripheral.mode(), 5);
  EXPECT_EQ(peripheral.phase(), Phase::idle);
}

TEST_F(TransfersTest, ReadsTheDeviceIdHoweverThePrinterCountsIt) {
  Faults wrong[6];
  wrong[1].id_length = Faults::IdLength::exclusive;
  wrong[2].id_length = Faults::IdLength::least_first;
  wrong[3].id_without_semicolon = true;
  wrong[4].premature_end = 5;
  wrong[5].premature_end = 1;
  for (const Faults& faults : wrong) {
    peripheral.faults() = faults;
    auto text = fetch_device_id(handshake);
    EXPECT_EQ(text ? *text : text.error().sentence(), id);
    EXPECT_EQ(peripheral.phase(), Phase::idle);
  }
}

TEST(DeviceIdTextTest, CutsWhatFollowsAndTakesNothingForAnId) {
  EXPECT_EQ(device_id_text(std::string("\0\6A:1;junk", 10)), "A:1;");
  EXPECT_EQ(device_id_text(std::string("\0\6A:1;", 6)), "A:1;");
  EXPECT_EQ(device_id_text(std::string("\0\4A:1;", 6)), "A:1;");
  EXPECT_EQ(device_id_text(std::string("\6\0A:1;\n\0", 8)), "A:1;");
  EXPECT_EQ(device_id_text(""), std::nullopt);
  EXPECT_EQ(device_id_text("\xff\xff\xff\xff"), std::nullopt);
}

}  // namespace
}  // namespace platen::port::ieee1284
