#include "bidi/status_tracker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bidi/mapping.hpp"
#include "bidi/sentence.hpp"

namespace platen::bidi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Tells the tracker what a printer sends, as bytes; the last message's changes.
struct Following : testing::Test {
  PjlReader reader;
  StatusTracker tracker;

  void SetUp() override { tracker.connected(); }

  Changes say(const std::string& bytes) {
    Changes last;
    for (const Message& message : reader.feed(bytes)) last = tracker.told(message);
    return last;
  }
  Changes device(int code, const std::string& words, bool online) {
    return say("@PJL USTATUS DEVICE\r\nCODE=" + std::to_string(code) + "\r\nDISPLAY=\"" + words +
               "\"\r\nONLINE=" + (online ? "TRUE" : "FALSE") + "\r\n\f");
  }
  Changes supplies(int black, int sheets, const std::string& state = "OK") {
    return say(
        "@PJL INFO SUPPLIES\r\nSUPPLY NAME=\"Black Toner Cartridge\" TYPE=TONER COLORANT=BLACK LEVEL=" +
        std::to_string(black) + " CAPACITY=100 LOW=10\r\nTRAY NAME=\"Tray 1\" SIZE=A4 TYPE=PLAIN LEVEL=" +
        std::to_string(sheets) + " CAPACITY=500 STATE=" + state + "\r\n\f");
  }
  const PrinterStatus& status() const { return tracker.status(); }
  std::vector<std::string> keywords() const {
    std::vector<std::string> result;
    for (const Reason& reason : status().reasons) result.push_back(reason.keyword);
    return result;
  }
};

TEST_F(Following, KnowsNothingBeforeThePrinterSpeaks) {
  EXPECT_EQ(status().state, State::unknown);
  EXPECT_FALSE(status().online);
}

TEST_F(Following, APrinterThatSaysReadyIsIdle) {
  const Changes changes = device(10001, "00 READY", true);
  EXPECT_TRUE(changes.state);
  EXPECT_EQ(status().state, State::idle);
  EXPECT_TRUE(status().online);
  EXPECT_EQ(status().message, "00 READY");
  EXPECT_EQ(sentence(status()), "Ready.");
  EXPECT_FALSE(device(10001, "00 READY", true));
}

TEST_F(Following, ItSleepsUntilItSaysAnythingElse) {
  device(10001, "00 READY", true);
  device(35078, "Power Saver", true);
  EXPECT_EQ(status().state, State::idle);
  EXPECT_THAT(keywords(), ElementsAre("power-saver"));
  EXPECT_EQ(status().reasons[0].severity, Severity::report);
  device(11204, "TRAY 2 EMPTY", true);  // a note wakes nobody
  EXPECT_TRUE(sleeps(status()));
  device(10003, "Warming up", true);
  EXPECT_THAT(keywords(), testing::Contains("warming-up"));
  EXPECT_FALSE(sleeps(status()));
  EXPECT_EQ(sentence(status()), "The printer is warming up.");
  device(10023, "Busy", true);
  EXPECT_THAT(keywords(), testing::Not(testing::Contains("warming-up")));
}

TEST_F(Following, AJobWakesItAndAFaultIsNoSleep) {
  device(40000, "Sleep", true);
  EXPECT_TRUE(sleeps(status()));
  say("@PJL USTATUS JOB\r\nSTART\r\nNAME=\"x\"\r\n\f");
  EXPECT_THAT(keywords(), IsEmpty());
  device(40000, "Sleep", true);
  device(40021, "DOOR OPEN", false);
  EXPECT_THAT(keywords(), ElementsAre("door-open"));
}

TEST_F(Following, WhatWarmsUpMayAlsoBeLowOnToner) {
  device(10003, "Toner Low", true);
  EXPECT_THAT(keywords(), testing::UnorderedElementsAre("warming-up", "toner-low"));
  EXPECT_EQ(sentence(status()), "The printer is warming up. Toner is low.");
}

TEST_F(Following, PaperOutStopsThePrinterAndGoesWhenItIsReadyAgain) {
  device(10001, "00 READY", true);
  supplies(83, 0 + 200);
  Changes changes = device(41204, "LOAD TRAY 1 A4", false);
  EXPECT_EQ(status().state, State::stopped);
  EXPECT_EQ(status().trays.at(0).level, 0);
  EXPECT_THAT(keywords(), ElementsAre("media-empty", "media-needed"));
  EXPECT_EQ(changes.begun.size(), 2u);
  EXPECT_EQ(sentence(status()), "Tray 1 is out of paper. Load A4 paper.");

  changes = device(10023, "Busy", true);
  EXPECT_EQ(status().state, State::processing);
  EXPECT_THAT(keywords(), IsEmpty());
  EXPECT_EQ(changes.ended.size(), 2u);
  EXPECT_EQ(status().trays.at(0).level, level_some);
  EXPECT_EQ(sentence(status()), "Printing.");
}

TEST_F(Following, TheNewestConditionReplacesTheOneThatStopped) {
  device(40021, "12 PRINTER OPEN", false);
  device(42001, "200 Paper Jam", false);
  EXPECT_THAT(keywords(), ElementsAre("media-jam"));
}

TEST_F(Following, LowTonerStaysWhileThePrinterWorksAndGoesWhenItIsReady) {
  device(10006, "88 Black Toner Low", true);
  EXPECT_EQ(status().state, State::idle);
  EXPECT_THAT(keywords(), ElementsAre("toner-low"));
  device(10023, "Busy", true);
  EXPECT_THAT(keywords(), ElementsAre("toner-low"));
  EXPECT_EQ(sentence(status()), "Printing. Black toner is low.");
  device(40022, "Paper Jam", false);
  EXPECT_THAT(keywords(), ElementsAre("media-jam", "toner-low"));
  device(10006, "88 Black Toner Low", true);
  EXPECT_EQ(status().state, State::idle);
  EXPECT_THAT(keywords(), ElementsAre("toner-low"));
  device(10001, "00 READY", true);
  EXPECT_THAT(keywords(), IsEmpty());
}

TEST_F(Following, ALowLevelStaysLowWhateverThePanelSays) {
  supplies(8, 400);
  device(10001, "00 READY", true);
  ASSERT_THAT(keywords(), ElementsAre("toner-low"));
  EXPECT_EQ(status().reasons[0].component, "black-toner");
  EXPECT_EQ(sentence(status()), "Ready. Black toner is low.");
  device(10006, "88 Toner Low", true);
  EXPECT_THAT(keywords(), ElementsAre("toner-low"));  // said once, by the one that knows which
  EXPECT_EQ(status().reasons[0].component, "black-toner");
  supplies(0, 400);
  EXPECT_THAT(keywords(), testing::Contains("toner-empty"));
  device(10001, "00 READY", true);
  const Changes changes = supplies(100, 400);
  EXPECT_TRUE(changes.supplies);
  EXPECT_THAT(keywords(), IsEmpty());
}

TEST_F(Following, AnEmptyCartridgeStopsThePrinterAndIsToldByTheOneThatKnowsWhich) {
  supplies(0, 400);
  device(40038, "88 Replace Toner", false);
  ASSERT_THAT(keywords(), ElementsAre("toner-empty"));
  EXPECT_EQ(status().reasons[0].component, "black-toner");
  EXPECT_EQ(status().reasons[0].severity, Severity::error);
  EXPECT_EQ(status().state, State::stopped);
  EXPECT_EQ(sentence(status()), "Black toner is used up. Replace the cartridge.");
}

TEST_F(Following, AFreshLevelEndsANoteThatThePrinterWouldNotTakeBack) {
  supplies(8, 400);
  device(10006, "88 Toner Low", true);
  device(11204, "Tray 1 Empty", true);  // no more is said of the toner, and the printer is never simply ready
  EXPECT_THAT(keywords(), testing::UnorderedElementsAre("toner-low", "media-empty"));
  supplies(100, 0, "EMPTY");
  EXPECT_THAT(keywords(), ElementsAre("media-empty"));
  supplies(100, 500);
  EXPECT_THAT(keywords(), IsEmpty());
}

TEST_F(Following, ReadsSuppliesAndTrays) {
  supplies(83, 250);
  ASSERT_EQ(status().supplies.size(), 1u);
  EXPECT_EQ(status().supplies[0],
            (Supply{.name = "Black Toner Cartridge", .type = "toner", .color = "#000000", .level = 83}));
  ASSERT_EQ(status().trays.size(), 1u);
  EXPECT_EQ(
      status().trays[0],
      (Tray{
          .name = "tray1", .size = "iso_a4_210x297mm", .type = "stationery", .level = 250, .capacity = 500}));
}

TEST_F(Following, Cups1462_WhatAWasteBoxHasIsNoStateOfThePrinter) {
  device(10001, "00 READY", true);
  for (const char* room : {"100", "0"}) {
    say(std::string(
            "@PJL INFO SUPPLIES\r\nSUPPLY NAME=\"Waste Toner Box\" TYPE=WASTETONER COLORANT=NONE LEVEL=") +
        room + " CAPACITY=100 LOW=10\r\n\f");
    EXPECT_EQ(status().state, State::idle) << "room left: " << room;
    EXPECT_EQ(status().supplies.at(0).type, "waste-toner");
  }
}

TEST_F(Following, LevelsArePercentOfTheCapacityAndNeverNonsense) {
  say("@PJL INFO SUPPLIES\r\nSUPPLY NAME=\"a\" TYPE=TONER LEVEL=1 CAPACITY=1000 LOW=100\r\n"
      "SUPPLY NAME=b TYPE=TONER LEVEL=900 CAPACITY=100\r\nSUPPLY NAME=c TYPE=TONER LEVEL=?\r\n"
      "SUPPLY NAME=d TYPE=WASTE_TONER LEVEL=4294967295 CAPACITY=4294967295\r\n\f");
  ASSERT_EQ(status().supplies.size(), 4u);
  EXPECT_EQ(status().supplies[0].level, 1);
  EXPECT_EQ(status().supplies[0].low_level, 10);
  EXPECT_EQ(status().supplies[1].level, 100);
  EXPECT_EQ(status().supplies[2].level, level_unknown);
  EXPECT_EQ(status().supplies[3].level, 100);
  EXPECT_EQ(status().supplies[3].type, "waste-toner");
}

TEST_F(Following, AMissingTrayIsToldAndAnEmptyOneDoesNotStopThePrinter) {
  device(10001, "READY", true);
  supplies(83, 0, "EMPTY");
  EXPECT_EQ(status().state, State::idle);
  EXPECT_EQ(sentence(status()), "Ready. Tray 1 is out of paper. Load A4 paper.");
  supplies(83, 0, "MISSING");
  EXPECT_EQ(sentence(status()), "Ready. Tray 1 is missing. Put it in.");
}

TEST_F(Following, APrinterWithoutInfoSuppliesShowsByItsComplaintsWhatItHas) {
  say("@PJL INFO SUPPLIES\r\n?\r\n\f");
  EXPECT_TRUE(status().supplies.empty());
  device(10006, "88 Cyan Toner Low", true);
  ASSERT_EQ(status().supplies.size(), 1u);
  EXPECT_EQ(status().supplies[0].name, "Cyan toner");
  EXPECT_EQ(status().supplies[0].color, "#00FFFF");
  EXPECT_EQ(status().supplies[0].level, level_unknown);
  device(10001, "READY", true);
  EXPECT_EQ(status().supplies.size(), 1u);
  EXPECT_THAT(keywords(), IsEmpty());
}

TEST_F(Following, LearnsTraysAndLanguagesFromItsConfiguration) {
  say("@PJL INFO ID\r\n\"Lexmark T640\"\r\n\f");
  EXPECT_EQ(status().model, "Lexmark T640");
  EXPECT_EQ(status().device_id, "MFG:Lexmark International;MDL:Lexmark T640;CMD:PJL,PCL;CLS:PRINTER;");
  say("@PJL INFO CONFIG\r\nIN TRAYS [2 ENUMERATED]\r\n\tINTRAY1 MP\r\n\tINTRAY2 PC\r\nLANGUAGES [2 "
      "ENUMERATED]\r\n\tPCL\r\n"
      "\tPOSTSCRIPT\r\nMEMORY=2097152\r\n\f");
  ASSERT_EQ(status().trays.size(), 2u);
  EXPECT_EQ(status().trays[0].name, "multipurpose");
  EXPECT_EQ(status().trays[1].name, "tray1");
  EXPECT_EQ(status().device_id,
            "MFG:Lexmark International;MDL:Lexmark T640;CMD:PJL,PCL,POSTSCRIPT;CLS:PRINTER;");
  say("@PJL INFO VARIABLES\r\nCOPIES=1 [2 RANGE]\r\n\t1\r\n\t999\r\nINTRAY2SIZE=A4 [2 "
      "ENUMERATED]\r\n\tA4\r\n\f");
  EXPECT_EQ(status().trays[1].size, "iso_a4_210x297mm");
}

TEST_F(Following, TheDeviceIdOfTheWireCountsMoreThanTheName) {
  tracker.device_id("MFG:Lexmark International;MDL:T640;CMD:PJL;");
  say("@PJL INFO ID\r\n\"SOMETHING\"\r\n\f");
  EXPECT_EQ(status().model, "Lexmark T640");
  EXPECT_FALSE(tracker.device_id("nonsense"));
}

TEST_F(Following, CountsPages) {
  say("@PJL INFO PAGECOUNT\r\nPAGECOUNT=1234\r\n\f");
  EXPECT_EQ(status().page_count, 1234u);
  say("@PJL USTATUS PAGE\r\n1\r\n\f");
  EXPECT_EQ(status().page_count, 1235u);
  say("@PJL INFO PAGECOUNT\r\n1236\r\n\f");
  EXPECT_EQ(status().page_count, 1236u);
}

TEST_F(Following, AJobMakesItPrintUntilItsEnd) {
  device(10001, "READY", true);
  say("@PJL USTATUS JOB\r\nSTART\r\nNAME=\"x\"\r\n\f");
  EXPECT_EQ(status().state, State::processing);
  device(10023, "Busy", true);
  say("@PJL USTATUS JOB\r\nEND\r\nNAME=\"x\"\r\nPAGES=1\r\n\f");
  EXPECT_EQ(status().state, State::idle);
}

TEST_F(Following, ALostCableIsToldWithItsAddressAndKeepsWhatThePrinterConsistsOf) {
  supplies(83, 250);
  device(42001, "200 Paper Jam", false);
  const Changes changes = tracker.lost("socket://10.0.0.7:9100");
  EXPECT_TRUE(changes.state);
  EXPECT_EQ(status().state, State::offline);
  EXPECT_FALSE(status().online);
  EXPECT_EQ(sentence(status()),
            "The printer cannot be reached at socket://10.0.0.7:9100. Check that it is switched on.");
  EXPECT_THAT(keywords(), ElementsAre("connecting-to-device"));
  EXPECT_EQ(status().supplies.at(0).level, 83);
  tracker.connected();
  EXPECT_EQ(status().state, State::unknown);
  EXPECT_THAT(keywords(), IsEmpty());
  device(10001, "READY", true);
  EXPECT_EQ(status().state, State::idle);
}

TEST_F(Following, APrinterThatSaysNothingIsStoppedUntilItSpeaks) {
  device(10023, "Busy", true);
  tracker.silent();
  EXPECT_EQ(status().state, State::stopped);
  tracker.told(Noise{3, "abc"});
  EXPECT_EQ(status().state, State::stopped);
  say("@PJL USTATUS PAGE\r\n1\r\n\f");
  EXPECT_EQ(status().state, State::processing);
}

TEST_F(Following, Q158949ThePrintersOwnWordsAreAlwaysTold) {
  device(40777, "85 POLISH LENS", false);
  EXPECT_EQ(status().message, "85 POLISH LENS");
  EXPECT_EQ(status().state, State::stopped);
  EXPECT_THAT(keywords(), ElementsAre("other"));
  EXPECT_EQ(sentence(status()), "The printer says: \"85 POLISH LENS\".");
}

TEST_F(Following, ComplaintsAboutOurPjlChangeNothing) {
  device(10001, "READY", true);
  EXPECT_FALSE(device(20002, "", true));
  EXPECT_EQ(status().message, "READY");
}

TEST_F(Following, APrinterCannotFillOurMemory) {
  for (int i = 0; i < 1000; ++i) device(10006, "Tray " + std::to_string(i % 100) + " Low", true);
  EXPECT_LE(status().reasons.size(), 64u);
}

// A printer on the network that is asked by SNMP.
struct Polled : Following {
  static PrinterStatus answer(State state) {
    PrinterStatus told;
    told.state = state;
    told.model = "Lexmark T640";
    told.supplies = {{.name = "Toner", .type = "toner", .color = "#000000", .level = 50}};
    told.trays = {{.name = "tray1", .level = 100, .capacity = 500}};
    return told;
  }
};

TEST_F(Polled, APrinterThatSaysNothingItselfIsWhatThePollSays) {
  PrinterStatus told = answer(State::stopped);
  told.reasons = {{"media-jam", Severity::error, "", "Paper is jammed.", 0}};
  EXPECT_TRUE(tracker.polled(told).state);
  EXPECT_EQ(status().state, State::stopped);
  EXPECT_THAT(keywords(), ElementsAre("media-jam"));
  EXPECT_EQ(status().model, "Lexmark T640");
  EXPECT_EQ(status().supplies.size(), 1u);
  tracker.polled(answer(State::processing));
  EXPECT_EQ(status().state, State::processing);
  EXPECT_THAT(keywords(), IsEmpty());
  tracker.polled(answer(State::idle));
  EXPECT_EQ(status().state, State::idle);
  EXPECT_TRUE(status().online);
}

TEST_F(Polled, WhatThePrinterSaysItselfIsNewer) {
  device(10023, "Busy", true);
  PrinterStatus told = answer(State::stopped);
  told.reasons = {{"media-jam", Severity::error, "", "Paper is jammed.", 0},
                  {"toner-low", Severity::warning, "black-toner", "Black toner is low.", 0}};
  tracker.polled(told);
  EXPECT_EQ(status().state, State::processing);
  EXPECT_EQ(status().reasons.at(0).severity, Severity::warning);
  EXPECT_EQ(status().supplies.size(), 1u);
  device(10001, "Ready", true);
  EXPECT_EQ(status().state, State::idle);
  EXPECT_THAT(keywords(), IsEmpty());
}

TEST_F(Polled, APollThatKnowsNothingChangesNothing) {
  device(10001, "Ready", true);
  EXPECT_FALSE(tracker.polled({}));
}

}  // namespace
}  // namespace platen::bidi
