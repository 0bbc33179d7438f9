#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.hpp"

namespace platen::vprinter {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string pjl(std::string_view lines) {
  return std::string(kUel) + std::string(lines);
}

TEST(ChannelPjl, EchoesItsLineAndAFormFeed) {
  Desk desk;
  desk.send(pjl("@PJL\r\n@PJL ECHO 17 words\r\n"));
  EXPECT_EQ(desk.heard(), "@PJL ECHO 17 words\r\n\f");
}

TEST(ChannelPjl, SaysWhoItIsAndHowItIs) {
  Desk desk;
  desk.send(pjl("@PJL INFO ID\r\n@PJL INFO STATUS\n@PJL INFO PAGECOUNT\r\n"));
  EXPECT_EQ(desk.heard(),
            "@PJL INFO ID\r\n\"LEXMARK T640\"\r\n\f"
            "@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f"
            "@PJL INFO PAGECOUNT\r\nPAGECOUNT=0\r\n\f");
}

TEST(ChannelPjl, ListsSuppliesAndTrays) {
  Desk desk;
  desk.send(pjl("@PJL INFO SUPPLIES\r\n"));
  const std::string said = desk.heard();
  EXPECT_THAT(said, StartsWith("@PJL INFO SUPPLIES\r\nSUPPLY NAME=\"Black Toner Cartridge\" TYPE=TONER "
                               "COLORANT=BLACK LEVEL=100 CAPACITY=100 LOW=10\r\n"));
  EXPECT_THAT(said,
              HasSubstr("\r\nTRAY NAME=\"Tray 1\" SIZE=A4 TYPE=PLAIN LEVEL=500 CAPACITY=500 STATE=OK\r\n"));
  EXPECT_TRUE(said.ends_with("\r\n\f"));
}

TEST(ChannelPjl, APrinterThatKeepsItsLevelsSecretDoesNotKnowTheQuestion) {
  Desk desk;
  desk.printer.device().set_tells_supplies(false);
  desk.send(pjl("@PJL INFO SUPPLIES\r\n"));
  EXPECT_EQ(desk.heard(), "@PJL INFO SUPPLIES\r\n?\r\n\f");
}

TEST(ChannelPjl, AColourPrinterHasFourToners) {
  Desk desk("Lexmark C530dn");
  desk.send(pjl("@PJL INFO SUPPLIES\r\n"));
  const std::string said = desk.heard();
  for (const char* colorant : {"BLACK", "CYAN", "MAGENTA", "YELLOW"})
    EXPECT_THAT(said, HasSubstr(std::string("TYPE=TONER COLORANT=") + colorant + " LEVEL=100"));
  EXPECT_THAT(said, HasSubstr("TYPE=WASTETONER COLORANT=NONE"));
}

TEST(ChannelPjl, DescribesItsConfigurationInTabbedLists) {
  Desk desk;
  desk.send(pjl("@PJL INFO CONFIG\r\n@PJL INFO USTATUS\r\n"));
  const std::string said = desk.heard();
  EXPECT_THAT(said, HasSubstr("IN TRAYS [3 ENUMERATED]\r\n\tINTRAY1 MP\r\n\tINTRAY2 PC\r\n"));
  EXPECT_THAT(said, HasSubstr("LANGUAGES [1 ENUMERATED]\r\n\tPCL\r\n"));
  EXPECT_THAT(said, HasSubstr("DEVICE=OFF [3 ENUMERATED]\r\n\tOFF\r\n\tON\r\n\tVERBOSE\r\n"));
  EXPECT_THAT(said, HasSubstr("TIMED=0 [2 RANGE]\r\n\t5\r\n\t300\r\n"));
}

TEST(ChannelPjl, AnswersAQuestionMarkToWhatItDoesNotKnow) {
  Desk desk;
  desk.send(pjl("@PJL INFO LTRAYS\r\n@PJL INQUIRE NOSUCH\r\n@PJL FROBNICATE\r\n"));
  EXPECT_EQ(desk.heard(), "@PJL INFO LTRAYS\r\n?\r\n\f@PJL INQUIRE NOSUCH\r\n?\r\n\f");
}

TEST(ChannelPjl, SetLastsForTheJobAndDefaultForGood) {
  Desk desk;
  desk.send(
      pjl("@PJL DEFAULT DUPLEX=ON\r\n@PJL JOB\r\n@PJL SET COPIES=3\r\n@PJL INQUIRE COPIES\r\n"
          "@PJL DINQUIRE COPIES\r\n@PJL EOJ\r\n@PJL INQUIRE COPIES\r\n@PJL INQUIRE DUPLEX\r\n"));
  EXPECT_EQ(desk.heard(),
            "@PJL INQUIRE COPIES\r\n3\r\n\f@PJL DINQUIRE COPIES\r\n1\r\n\f"
            "@PJL INQUIRE COPIES\r\n1\r\n\f@PJL INQUIRE DUPLEX\r\nON\r\n\f");
  desk.send("@PJL INITIALIZE\r\n@PJL INQUIRE DUPLEX\r\n");
  EXPECT_EQ(desk.heard(), "@PJL INQUIRE DUPLEX\r\nOFF\r\n\f");
}

TEST(ChannelPjl, AValueOutOfRangeIsNotTaken) {
  Desk desk;
  desk.send(pjl("@PJL SET COPIES=0 PAPER=PAPYRUS\r\n@PJL INQUIRE COPIES\r\n@PJL INQUIRE PAPER\r\n"));
  EXPECT_EQ(desk.heard(), "@PJL INQUIRE COPIES\r\n1\r\n\f@PJL INQUIRE PAPER\r\nA4\r\n\f");
}

TEST(ChannelPjl, TellsDeviceChangesAtOnceToChannelsThatAsked) {
  Desk desk;
  desk.printer.device().set_fault(Fault::cover_open, true);
  EXPECT_EQ(desk.heard(), "");
  desk.send(pjl("@PJL USTATUS DEVICE=ON\r\n"));
  desk.printer.device().set_fault(Fault::cover_open, false);
  EXPECT_EQ(desk.heard(), "@PJL USTATUS DEVICE\r\nCODE=10001\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f");
  desk.send("@PJL USTATUSOFF\r\n");
  desk.printer.device().set_fault(Fault::jam, true);
  EXPECT_EQ(desk.heard(), "");
}

TEST(ChannelPjl, TellsAJobsStartPagesAndEnd) {
  Desk desk;
  desk.send(pjl("@PJL USTATUS JOB=ON PAGE=ON\r\n@PJL JOB NAME=\"letter\"\r\n@PJL ENTER LANGUAGE=PCL\r\n"));
  EXPECT_EQ(desk.heard(), "@PJL USTATUS JOB\r\nSTART\r\nNAME=\"letter\"\r\n\f");
  desk.send("one\fand two" + pjl("@PJL EOJ NAME=\"letter\"\r\n"));
  EXPECT_EQ(desk.heard(),
            "@PJL USTATUS PAGE\r\n1\r\n\f@PJL USTATUS PAGE\r\n2\r\n\f"
            "@PJL USTATUS JOB\r\nEND\r\nNAME=\"letter\"\r\nPAGES=2\r\n\f");
  ASSERT_EQ(desk.output.jobs.size(), 1u);
  EXPECT_EQ(desk.output.jobs[0].name, "letter");
  EXPECT_EQ(desk.output.jobs[0].result, JobResult::completed);
  EXPECT_EQ(desk.output.jobs[0].pages, 2);
  EXPECT_EQ(desk.output.jobs[0].bytes, 11u);
}

TEST(ChannelPjl, OnlyTheOutermostJobIsTold) {
  Desk desk;
  desk.send(pjl("@PJL USTATUS JOB=ON\r\n@PJL JOB NAME=\"outer\"\r\n@PJL JOB NAME=\"inner\"\r\n@PJL EOJ\r\n"));
  EXPECT_EQ(desk.heard(), "@PJL USTATUS JOB\r\nSTART\r\nNAME=\"outer\"\r\n\f");
  desk.send("@PJL EOJ NAME=\"outer\"\r\n");
  EXPECT_EQ(desk.heard(), "@PJL USTATUS JOB\r\nEND\r\nNAME=\"outer\"\r\nPAGES=0\r\n\f");
}

TEST(ChannelPjl, GivesTheJobsNumberWhenAskedTo) {
  Desk desk;
  desk.send(pjl("@PJL DEFAULT JOBID=ON\r\n@PJL USTATUS JOB=ON\r\n@PJL JOB NAME=\"x\"\r\n"));
  EXPECT_EQ(desk.heard(), "@PJL USTATUS JOB\r\nSTART\r\nNAME=\"x\"\r\nID=1\r\n\f");
}

TEST(ChannelPjl, TellsItsStatusByTheClock) {
  Desk desk;
  desk.send(pjl("@PJL USTATUS TIMED=10\r\n"));
  desk.pass(21s);
  const std::string once = "@PJL USTATUS TIMED\r\nCODE=10001\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f";
  EXPECT_EQ(desk.heard(), once + once);
  desk.send("@PJL USTATUS TIMED=0\r\n");
  desk.pass(60s);
  EXPECT_EQ(desk.heard(), "");
}

TEST(ChannelPjl, VerboseChannelsHearOfMistakesInTheirPjl) {
  Desk desk;
  desk.send(pjl("@PJL USTATUS DEVICE=VERBOSE\r\n@PJL FROBNICATE\r\n"));
  EXPECT_THAT(desk.heard(), HasSubstr("CODE=20002\r\n"));
  desk.send("@PJL EOJ\r\n");
  EXPECT_THAT(desk.heard(), HasSubstr("CODE=27002\r\n"));
}

TEST(ChannelPjl, AUelEndsEvenALineOfPjl) {
  Desk desk;
  desk.send(pjl("@PJL ECHO lost" + std::string(kUel) + "@PJL ECHO kept\r\n"));
  EXPECT_EQ(desk.heard(), "@PJL ECHO kept\r\n\f");
}

TEST(ChannelPjl, MessagesShowOnTheDisplay) {
  Desk desk;
  desk.send(pjl("@PJL RDYMSG DISPLAY=\"Bonjour\"\r\n"));
  EXPECT_EQ(desk.printer.device().status(), (Status{10001, "Bonjour", true}));
  desk.send("@PJL OPMSG DISPLAY=\"Press Go\"\r\n");
  EXPECT_EQ(desk.printer.device().status(), (Status{40048, "Press Go", false}));
}

TEST(ChannelPjl, StatusQueriesAloneAreNoJob) {
  Desk desk;
  desk.send(pjl("@PJL INFO STATUS\r\n" + std::string(kUel) + "\r\n"));
  desk.channel->end_of_input();
  EXPECT_TRUE(desk.channel->done());
  EXPECT_TRUE(desk.output.jobs.empty());
}

TEST(ChannelPjl, AnswersCutAnywhereAreTheSame) {
  const std::string script =
      pjl("@PJL\r\n@PJL ECHO a\r\n@PJL JOB NAME=\"j\"\r\n@PJL ENTER LANGUAGE=PCL\r\n") + "text\f" +
      pjl("@PJL EOJ\r\n@PJL INFO PAGECOUNT\r\n") + std::string(kUel);
  Desk whole;
  whole.send(script);
  const std::string expected = whole.heard();
  EXPECT_THAT(expected, HasSubstr("PAGECOUNT=1\r\n"));
  Desk bytes;
  for (char c : script) bytes.send(std::string_view(&c, 1));
  EXPECT_EQ(bytes.heard(), expected);
}

}  // namespace
}  // namespace platen::vprinter
