#include "bidi/pjl_info.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bidi/pjl_sync.hpp"
#include "bidi/pjl_writer.hpp"

namespace platen::bidi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Reply reply(std::string_view bytes) {
  PjlReader reader;
  const auto messages = reader.feed(bytes);
  EXPECT_EQ(messages.size(), 1u);
  return std::get<Reply>(messages.at(0));
}

TEST(PjlInfo, ReadsVariablesWithWhatTheyMayBe) {
  const auto variables =
      variables_of(reply("@PJL INFO VARIABLES\r\nCOPIES=1 [2 RANGE]\r\n\t1\r\n\t999\r\nDUPLEX=OFF [2 "
                         "ENUMERATED]\r\n\tON\r\n\tOFF\r\n"
                         "LPARM:PCL PITCH=10.00 [2 RANGE]\r\n\t0.44\r\n\t99.99\r\nJOBIDVALUE=7 [READONLY]\r\n"
                         "RDYMSG=\"a [b]\"\r\n\f"));
  ASSERT_EQ(variables.size(), 5u);
  EXPECT_EQ(variables[0], (Variable{"COPIES", "1", Variable::Kind::range, false, {"1", "999"}}));
  EXPECT_EQ(variables[1], (Variable{"DUPLEX", "OFF", Variable::Kind::enumerated, false, {"ON", "OFF"}}));
  EXPECT_EQ(variables[2].name, "LPARM:PCL PITCH");
  EXPECT_TRUE(variables[3].read_only);
  EXPECT_EQ(variables[4].value, "a [b]");
  EXPECT_TRUE(allows(variables[0], "999"));
  EXPECT_FALSE(allows(variables[0], "1000"));
  EXPECT_FALSE(allows(variables[0], "many"));
  EXPECT_TRUE(allows(variables[1], "on"));
  EXPECT_FALSE(allows(variables[1], "AUTO"));
  EXPECT_TRUE(allows(variables[2], "0.5"));
  EXPECT_FALSE(allows(variables[2], "0.4"));
  EXPECT_FALSE(allows(variables[3], "7"));
  ASSERT_TRUE(find(variables, "duplex"));
  EXPECT_FALSE(find(variables, "COLLATE"));
}

TEST(PjlInfo, ReadsTheConfiguration) {
  const auto variables = variables_of(reply(
      "@PJL INFO CONFIG\r\nIN TRAYS [3 ENUMERATED]\r\n\tINTRAY1 MP\r\n\tINTRAY2 PC\r\n\tINTRAY3 LC\r\n"
      "DUPLEX\r\nMEMORY=2097152\r\nUSTATUS [4 ENUMERATED]\r\n\tDEVICE\r\n\tJOB\r\n\tPAGE\r\n\tTIMED\r\n\f"));
  ASSERT_EQ(variables.size(), 4u);
  EXPECT_THAT(find(variables, "IN TRAYS")->options, ElementsAre("INTRAY1 MP", "INTRAY2 PC", "INTRAY3 LC"));
  EXPECT_EQ(find(variables, "MEMORY")->value, "2097152");
  EXPECT_TRUE(find(variables, "DUPLEX"));
  EXPECT_EQ(find(variables, "USTATUS")->options.size(), 4u);
  EXPECT_THAT(variables_of(reply("@PJL INFO CONFIG\r\n?\r\n\f")), IsEmpty());
}

TEST(PjlInfo, ReadsWhatWasInquired) {
  EXPECT_EQ(inquired(reply("@PJL INQUIRE RESOLUTION\r\n600\r\n\f"), "resolution"), "600");
  EXPECT_EQ(inquired(reply("@PJL DINQUIRE LPARM:PCL SYMSET\r\n\"ROMAN8\"\r\n\f"), "LPARM:PCL SYMSET"),
            "ROMAN8");
  EXPECT_EQ(inquired(reply("@PJL INQUIRE PAPER\r\nPAPER=A4\r\n\f"), "PAPER"), "A4");
  EXPECT_EQ(inquired(reply("@PJL INQUIRE NONSENSE\r\n?\r\n\f"), "NONSENSE"), std::nullopt);
  EXPECT_EQ(inquired(reply("@PJL INQUIRE NONSENSE\r\n\"?\"\r\n\f"), "NONSENSE"), std::nullopt);
  EXPECT_EQ(inquired(reply("@PJL INQUIRE PAPER\r\nA4\r\n\f"), "RESOLUTION"), std::nullopt);
}

TEST(PjlInfo, ReadsMemoryAndSubscriptions) {
  const Memory memory = memory_of(reply("@PJL INFO MEMORY\r\nTOTAL=4194304\r\nLARGEST=3145728\r\n\f"));
  EXPECT_EQ(memory.total, 4194304u);
  EXPECT_EQ(memory.largest, 3145728u);
  const Subscriptions told =
      subscriptions_of(reply("@PJL INFO USTATUS\r\nDEVICE=VERBOSE [3 "
                             "ENUMERATED]\r\n\tOFF\r\n\tON\r\n\tVERBOSE\r\nJOB=ON [2 ENUMERATED]\r\n"
                             "\tOFF\r\n\tON\r\nPAGE=OFF [2 ENUMERATED]\r\n\tOFF\r\n\tON\r\nTIMED=30 [2 "
                             "RANGE]\r\n\t5\r\n\t300\r\n\f"));
  EXPECT_EQ(told, (Subscriptions{Subscriptions::Device::verbose, true, false, 30}));
}

TEST(PjlWriter, AsksForVariablesAndSetsThem) {
  EXPECT_EQ(pjl::inquire("LPARM:PCL PITCH"), "@PJL INQUIRE LPARM:PCL PITCH\r\n");
  EXPECT_EQ(pjl::inquire_default("PAPER"), "@PJL DINQUIRE PAPER\r\n");
  EXPECT_EQ(pjl::set("DUPLEX", "ON"), "@PJL SET DUPLEX=ON\r\n");
  EXPECT_EQ(pjl::set("JOBNAME", "a \"b\"\r\n@PJL RESET"), "@PJL SET JOBNAME=\"a b @PJL RESET\"\r\n");
  EXPECT_EQ(pjl::set_default("TIMEOUT", "90"), "@PJL DEFAULT TIMEOUT=90\r\n");
}

TEST(PjlWriter, SubscribesAsWanted) {
  EXPECT_EQ(pjl::subscribe({.verbose = true, .job = false, .page = false, .timed = 1}),
            "@PJL USTATUS DEVICE=VERBOSE\r\n@PJL USTATUS TIMED=5\r\n");
  EXPECT_EQ(pjl::subscribe({.timed = 9999}), pjl::subscribe() + "@PJL USTATUS TIMED=300\r\n");
}

TEST(PjlSync, KeepsBackWhatWasSaidBefore) {
  PjlSync sync(640);
  PjlReader reader;
  const std::string line = sync.begin();
  EXPECT_EQ(line, "@PJL ECHO PLATEN-SYNC-640-1\r\n");
  std::vector<std::string> passed;
  const auto hear = [&](std::string_view bytes) {
    for (const Message& message : reader.feed(bytes))
      if (sync.passes(message))
        passed.push_back(std::holds_alternative<Reply>(message) ? std::get<Reply>(message).command : "other");
  };
  hear(
      "CODE=1\r\n\f@PJL USTATUS JOB\r\nEND\r\nNAME=\"Report\"\r\n\f@PJL INFO ID\r\n\"OLD\"\r\n\f"
      "@PJL ECHO PLATEN-SYNC-639-7\r\n\f");
  EXPECT_TRUE(sync.waiting());
  hear(line + "\f@PJL INFO STATUS\r\nCODE=10001\r\n\f");
  EXPECT_THAT(passed, ElementsAre("INFO STATUS"));
  EXPECT_FALSE(sync.waiting());
  EXPECT_EQ(sync.skipped(), 4u);
  (void)sync.begin();
  sync.give_up();
  hear("@PJL INFO ID\r\n\"NEW\"\r\n\f");
  EXPECT_THAT(passed, ElementsAre("INFO STATUS", "INFO ID"));
}

}  // namespace
}  // namespace platen::bidi
