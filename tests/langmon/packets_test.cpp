// A printer whose back channel is NPAP packets.
#include "bidi/npap/packet.hpp"
#include "house.hpp"

namespace platen::langmon {
namespace {

namespace npap = bidi::npap;
using testing::IsEmpty;

class PacketsTest : public MonitorTest {
 protected:
  PacketsTest() : MonitorTest("MFG:Lexmark;MDL:Z53;CMD:GDI,LNPAP;CLS:PRINTER;") {}
  void SetUp() override {
    laser_.talks = false;
    start();
    run(10s);
  }
  // In it is all that makes PJL of a stream: a form feed, and a line that begins with @PJL.
  const npap::Packet answer_{npap::flag_reply, 0x01, 0x00, "\f\r\n@PJL USTATUS DEVICE\r\nCODE=40021\r\n\f"};
};

TEST_F(PacketsTest, AreTakenCountedAndKeptFromWhatReadsTheStatus) {
  const auto before = monitor_->status();
  for (int i = 0; i < 3; ++i) laser_.say(npap::encode(answer_));
  run(20s);
  EXPECT_EQ(monitor_->packets_heard(), 3U);
  EXPECT_EQ(monitor_->status(), before);
  EXPECT_EQ(port_.far().unread(), 0U) << "with 64 bytes unread some of these printers stop";
}

TEST_F(PacketsTest, CutAnywhereTheyAreTheSame) {
  const auto before = monitor_->status();
  for (const char c : npap::encode(answer_)) {
    laser_.say(std::string(1, c));
    run(1ms);
  }
  EXPECT_EQ(monitor_->packets_heard(), 1U);
  EXPECT_EQ(monitor_->status(), before);
}

TEST_F(PacketsTest, WhatStandsBetweenThemIsReadAsEver) {
  laser_.say(npap::encode(answer_) +
             "@PJL USTATUS DEVICE\r\nCODE=41000\r\nDISPLAY=\"Load paper\"\r\nONLINE=FALSE\r\n\f" +
             npap::encode(answer_));
  run(100ms);
  EXPECT_EQ(monitor_->status().message, "Load paper");
  EXPECT_EQ(monitor_->packets_heard(), 2U);
}

TEST_F(PacketsTest, OneThatIsNeverFinishedHoldsBackNothingThatComesLater) {
  laser_.say(npap::encode(answer_).substr(0, 6));
  run(2s);
  laser_.say("@PJL USTATUS DEVICE\r\nCODE=41000\r\nDISPLAY=\"Load paper\"\r\nONLINE=FALSE\r\n\f");
  run(100ms);
  EXPECT_EQ(monitor_->status().message, "Load paper");
  EXPECT_EQ(monitor_->packets_heard(), 0U);
}

class PlainTest : public MonitorTest {
 protected:
  PlainTest() : MonitorTest("MFG:Lexmark;MDL:T640;CMD:PJL,PCL,NPAP;CLS:PRINTER;") {}
};

TEST_F(PlainTest, APrinterWithPjlIsReadAsPjlThoughItKnowsPackets) {
  start();
  run(1s);
  laser_.say(npap::encode({npap::flag_reply, 0x01, 0x00, "x"}));
  run(5s);
  EXPECT_EQ(monitor_->packets_heard(), 0U);
  EXPECT_EQ(monitor_->status().state, bidi::State::idle);
}

}  // namespace
}  // namespace platen::langmon
