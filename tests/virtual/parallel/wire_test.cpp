#include "virtual/parallel/wire.hpp"

#include "desk.hpp"
#include "hand.hpp"

namespace platen::vprinter {
namespace {

using namespace std::chrono_literals;

struct ParallelWireTest : testing::Test {
  Desk desk;
  ParallelWire wire{desk.printer, desk.clock, {}, "MFG:Lexmark;MDL:T640;"};
  ieee1284::HostLines host;

  void drive() { wire.peripheral().drive(host); }
  void print(std::string_view text) {
    for (const char c : text) {
      host.data = static_cast<std::uint8_t>(c);
      host.strobe = false;
      drive();
      host.strobe = true;
      drive();
      EXPECT_FALSE(wire.peripheral().lines().busy);
    }
  }
};

TEST_F(ParallelWireTest, WhatThePrinterSaysWaitsForTheHost) {
  print(std::string(kUel) + "@PJL INFO ID\r\n");
  EXPECT_GT(wire.peripheral().unread(), 0u);
}

TEST_F(ParallelWireTest, InitThrowsTheJobAway) {
  print(std::string(kUel) + "@PJL JOB NAME=\"x\"\r\n@PJL ENTER LANGUAGE=PCL\r\nhello");
  host.init = false;
  drive();
  host.init = true;
  drive();
  ASSERT_EQ(desk.output.jobs.size(), 1u);
  EXPECT_EQ(desk.output.jobs[0].result, JobResult::disconnected);
}

TEST_F(ParallelWireTest, AnEmptyTrayAndAnOpenCoverStandOnTheLines) {
  desk.printer.device().set_fault(Fault::cover_open, true);
  EXPECT_FALSE(wire.peripheral().lines().fault);
  desk.printer.device().set_fault(Fault::cover_open, false);
  EXPECT_TRUE(wire.peripheral().lines().fault);
  EXPECT_TRUE(wire.peripheral().lines().select);
}

}  // namespace
}  // namespace platen::vprinter
