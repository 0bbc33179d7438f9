#include "bidi/conditions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::bidi {
namespace {

using testing::HasSubstr;

struct Case {
  std::uint32_t code;
  const char* words;
  bool online;
  Effect effect;
  const char* keyword;  // of the first reason; "" when there must be none
  Severity severity;
  const char* component;
  const char* sentence;
};

using enum Severity;
const Case kCases[] = {
    {10001, "00 READY", true, Effect::ready, "", report, "", ""},
    {10000, "", true, Effect::ready, "", report, "", ""},
    {10023, "Busy", true, Effect::busy, "", report, "", ""},
    {10003, "Warming up", true, Effect::resting, "warming-up", report, "", "The printer is warming up."},
    {10005, "Resetting", false, Effect::resting, "", report, "", ""},
    {35078, "Power Saver", true, Effect::resting, "power-saver", report, "",
     "The printer sleeps to save power. It wakes for the next job."},
    {35078, "", true, Effect::resting, "power-saver", report, "",
     "The printer sleeps to save power. It wakes for the next job."},
    {20002, "", true, Effect::nothing, "", report, "", ""},
    {10002, "Not Ready", false, Effect::offline, "paused", warning, "",
     "The printer is off line. Press Continue or Ready on its panel."},
    {10006, "88 Toner Low", true, Effect::note, "toner-low", warning, "toner", "Toner is low."},
    {10006, "88 Black Toner Low", true, Effect::note, "toner-low", warning, "black-toner",
     "Black toner is low."},
    {10006, "88 Color Print Cartridge Low", true, Effect::note, "marker-supply-low", warning, "color-ink",
     "Color ink is low."},
    {40038, "Cyan Cartridge Low", false, Effect::stops, "toner-low", error, "cyan-toner",
     "Cyan toner is low."},
    {40038, "82 Replace Waste Toner Box", false, Effect::stops, "marker-waste-full", error, "waste-toner",
     "The waste toner bottle is full. Replace it."},
    {10006, "80 Fuser Life Warning", true, Effect::note, "marker-supply-low", warning, "fuser",
     "The fuser will soon be used up."},
    {10006, "89 Oil Low", true, Effect::note, "marker-supply-low", warning, "",
     "A supply is low: \"89 Oil Low\"."},
    {40021, "12 PRINTER OPEN", false, Effect::stops, "door-open", error, "", "A door is open. Close it."},
    {40021, "", false, Effect::stops, "door-open", error, "", "A door is open. Close it."},
    {40021, "31 Defective Black Cartridge", false, Effect::stops, "other", error, "black-cartridge",
     "Black cartridge is defective. Replace it."},
    {40021, "Missing Cyan Cartridge", false, Effect::stops, "marker-supply-missing", error, "cyan-cartridge",
     "Cyan cartridge is missing. Put one in."},
    {40022, "13 PAPER JAM", false, Effect::stops, "media-jam", error, "",
     "Paper is jammed. Open the door and remove it."},
    {42001, "200 Paper Jam", false, Effect::stops, "media-jam", error, "",
     "Paper is jammed (area 200). Open the door and remove it."},
    {42411, "Remove paper from tray 1. 241 Paper Jam", false, Effect::stops, "media-jam", error, "",
     "Paper is jammed (area 241). Open the door and remove it."},
    {41204, "", false, Effect::stops, "media-empty", error, "tray1",
     "Tray 1 is out of paper. Load A4 paper."},
    {41102, "", false, Effect::stops, "media-empty", error, "multipurpose",
     "The multipurpose feeder is out of paper. Load Letter paper."},
    {41304, "Load Tray 1 A4", false, Effect::stops, "media-empty", error, "tray1",
     "Tray 1 is out of paper. Load A4 paper."},
    {41202, "LOAD MANUAL FEEDER WITH COM10", false, Effect::stops, "media-empty", error, "manual",
     "The manual feeder is out of paper. Load Com10 envelope paper."},
    {11304, "Tray 2 Empty", true, Effect::note, "media-empty", report, "tray2",
     "Tray 2 is out of paper. Load A4 paper."},
    {10001, "Tray 3 Empty", true, Effect::ready, "media-empty", warning, "tray3",
     "Tray 3 is out of paper. Load paper."},
    {40019, "Remove Paper Standard Bin", false, Effect::stops, "output-area-full", error, "",
     "The output tray is full. Take the paper out."},
    {15011, "", true, Effect::note, "output-area-full", warning, "",
     "The output tray is full. Take the paper out."},
    {43001, "Insert Tray 2", false, Effect::stops, "input-tray-missing", error, "tray2",
     "Tray 2 is missing. Put it in."},
    {30034, "34 Wrong Paper Size in Tray 2", false, Effect::stops, "media-needed", error, "tray2",
     "Tray 2 holds paper of another size than the job needs. Load paper."},
    {30016, "37 Insufficient Memory", false, Effect::stops, "interpreter-resource-unavailable", error, "",
     "The printer's memory is full. Press Continue on its panel, or print at a lower resolution."},
    {30016, "", true, Effect::note, "interpreter-resource-unavailable", warning, "",
     "The printer's memory is full. Press Continue on its panel, or print at a lower resolution."},
    {50000, "900 Service RIP Software", false, Effect::stops, "other", error, "",
     "The printer has a fault: \"900 Service RIP Software\". Switch it off and on again; if it comes back, "
     "it needs "
     "service."},
};

TEST(Conditions, MeanWhatAPersonNeedsToKnow) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(std::to_string(c.code) + " " + c.words);
    const Condition got = condition(c.code, c.words, c.online);
    EXPECT_EQ(static_cast<int>(got.effect), static_cast<int>(c.effect));
    if (*c.keyword == '\0') {
      EXPECT_TRUE(got.reasons.empty());
      continue;
    }
    ASSERT_FALSE(got.reasons.empty());
    EXPECT_EQ(got.reasons[0].keyword, c.keyword);
    EXPECT_EQ(got.reasons[0].severity, c.severity);
    EXPECT_EQ(got.reasons[0].component, c.component);
    EXPECT_EQ(got.reasons[0].sentence, c.sentence);
  }
}

// The messages of Lexmark's own references, by code and by the words that stand beside it.
struct Lexmark {
  std::uint32_t code;
  const char* words;
  bool online;
  const char* keyword;
  const char* component;
};
const Lexmark kLexmark[] = {
    {10006, "88 Ink Low", true, "marker-supply-low", "ink"},
    {10006, "88 Photo Print Cartridge Low", true, "marker-supply-low", ""},
    {10006, "Replace PC Kit", true, "opc-life-over", "photoconductor"},
    {10006, "Replace Fuser", true, "marker-supply-empty", "fuser"},
    {30014, "50 PPDS Font Error", false, "other", ""},
    {30016, "37 Insufficient Collation Area", false, "interpreter-resource-unavailable", ""},
    {30016, "38 Memory Full", false, "interpreter-resource-unavailable", ""},
    {30016, "Held Jobs May Not Be Restored", false, "interpreter-resource-unavailable", ""},
    {30017, "39 Complex Page", false, "interpreter-complex-page-encountered", ""},
    {30018, "54 Network 1 Software Error", false, "other", ""},
    {40010, "Insert Print Cartridge", false, "marker-supply-missing", "cartridge"},
    {40021, "Close Door", false, "door-open", ""},
    {40021, "Unsupported Print Cartridge", false, "other", "cartridge"},
    {40021, "Invalid Refill, Change Cartridge", false, "other", "cartridge"},
    {40028, "58 Too Many Trays", false, "other", ""},
    {40036, "58 Too Many Disks Installed", false, "other", ""},
    {40038, "Replace PC Kit", false, "opc-life-over", "photoconductor"},
    {40039, "89 Black Cartridge Empty", false, "marker-supply-empty", "black-cartridge"},
    {40040, "Load Staples", false, "stapler-empty", ""},
    {40041, "Priming Failed", false, "other", ""},
    {40048, "Call Bob", false, "other", ""},
    {40050, "80 Replace Fuser", false, "marker-supply-empty", "fuser"},
    {40050, "83 Replace Transfer Belt", false, "marker-supply-empty", "transfer-unit"},
    {40087, "59 Incompatible Output Bin 1", false, "output-tray-missing", ""},
    {40088, "59 Incompatible Duplex", false, "other", "duplexer"},
    {40089, "59 Incompatible Tray 2", false, "input-tray-missing", "tray2"},
    {40090, "59 Incompatible Envelope Feeder", false, "input-tray-missing", "envelope"},
    {40095, "Install Duplex or Cancel Job", false, "cover-open", "duplexer"},
    {40096, "Close Duplex Door", false, "cover-open", "duplexer"},
    {40101, "Load Staples", false, "stapler-empty", ""},
    {41002, "Check Tray 1 Paper Guide", false, "other", "tray1"},
    {41204, "Change Tray 1 to A4", false, "media-needed", "tray1"},
    {41202, "Insert Duplex Pages in Tray 1", false, "input-manual-input-request", "tray1"},
    {42001, "200 Paper Jam", false, "media-jam", ""},
    {42061, "206 Paper Jam", false, "media-jam", ""},
    {42941, "294 Paper Jam", false, "media-jam", ""},
    {43002, "Insert Tray 2", false, "input-tray-missing", "tray2"},
    {50000, "950 NVRAM Mismatch", false, "other", ""},
};

TEST(Conditions, LexmarksMessagesAreUnderstood) {
  for (const Lexmark& row : kLexmark) {
    SCOPED_TRACE(std::to_string(row.code) + " " + row.words);
    const Condition got = condition(row.code, row.words, row.online);
    EXPECT_EQ(got.effect, row.online ? Effect::note : Effect::stops);
    ASSERT_FALSE(got.reasons.empty());
    EXPECT_EQ(got.reasons[0].keyword, row.keyword);
    if (*row.component) {
      EXPECT_EQ(got.reasons[0].component, row.component);
    }
  }
}

// Groups, as HP's reference has them: complaints say nothing about the printer, everything else does.
TEST(Conditions, EveryGroupOfCodesHasItsEffect) {
  for (std::uint32_t code : {20001u, 20026u, 25001u, 25018u, 27001u, 27007u})
    EXPECT_EQ(condition(code, "", true).effect, Effect::nothing) << code;
  for (std::uint32_t code : {11204u, 12101u, 15011u, 30016u, 30119u, 32002u, 35029u})
    EXPECT_EQ(condition(code, "", true).effect, Effect::note) << code;
  for (std::uint32_t code : {40010u, 40021u, 40022u, 40141u, 41204u, 42002u, 43001u, 44002u, 50003u})
    EXPECT_EQ(condition(code, "", false).effect, Effect::stops) << code;
}

TEST(Conditions, AnEmptyTrayThatTheJobNeedsIsBothEmptyAndNeeded) {
  const Condition got = condition(41204, "", false);
  ASSERT_EQ(got.reasons.size(), 2u);
  EXPECT_EQ(got.reasons[1].keyword, "media-needed");
  EXPECT_EQ(got.reasons[1].sentence, "The job waits for A4 paper in tray 1.");
}

TEST(Conditions, Q158949AnUnknownCodeIsToldInThePrintersOwnWords) {
  for (std::uint32_t code : {40777u, 99999u, 10099u, 35555u, 7u, 43210u}) {
    const Condition got = condition(code, "85 Polish the \xC3\xA6ther lens", false);
    ASSERT_FALSE(got.reasons.empty()) << code;
    EXPECT_EQ(got.reasons[0].keyword, "other");
    EXPECT_THAT(got.reasons[0].sentence, HasSubstr("85 Polish the \xC3\xA6ther lens"));
    EXPECT_EQ(got.reasons[0].code, code);
  }
  EXPECT_THAT(condition(40777, "", false).reasons.at(0).sentence, HasSubstr("code 40777"));
}

TEST(Conditions, AReadyPrinterThatSaysItIsOffLineIsOffLine) {
  EXPECT_EQ(condition(10001, "READY", false).effect, Effect::offline);
}

TEST(Conditions, WordsAloneAreUnderstood) {
  const Condition got = condition(0, "Load Tray 2 Letter", false);
  EXPECT_EQ(got.effect, Effect::stops);
  EXPECT_EQ(got.reasons.at(0).sentence, "Tray 2 is out of paper. Load Letter paper.");
}

TEST(Conditions, EveryReasonHasASentenceThatEnds) {
  for (std::uint32_t code = 10000; code < 60000; ++code)
    for (const Reason& reason : condition(code, "SOMETHING", code % 2 == 0).reasons) {
      ASSERT_FALSE(reason.keyword.empty()) << code;
      ASSERT_TRUE(reason.sentence.ends_with('.')) << code << " " << reason.sentence;
      ASSERT_EQ(reason.sentence.find('{'), std::string::npos) << code << " " << reason.sentence;
    }
}

TEST(Conditions, TranslateNames) {
  EXPECT_EQ(media_keyword("A4"), "iso_a4_210x297mm");
  EXPECT_EQ(media_keyword("iso_a4_210x297mm"), "iso_a4_210x297mm");
  EXPECT_EQ(media_keyword("COM10"), "na_number-10_4.125x9.5in");
  EXPECT_EQ(media_keyword("Parchment"), "Parchment");
  EXPECT_EQ(media_keyword(""), "");
  EXPECT_EQ(media_name("na_letter_8.5x11in"), "Letter");
  EXPECT_EQ(tray_keyword("Tray 1"), "tray1");
  EXPECT_EQ(tray_keyword("TRAY2"), "tray2");
  EXPECT_EQ(tray_keyword("MP Feeder"), "multipurpose");
  EXPECT_EQ(tray_name("tray1"), "Tray 1");
  EXPECT_EQ(tray_name("multipurpose"), "The multipurpose feeder");
  EXPECT_EQ(color_value("Cyan Toner Cartridge"), "#00FFFF");
  EXPECT_EQ(color_value("Waste Toner Bottle"), "none");
  EXPECT_EQ(color_name("#00FFFF"), "cyan");
  EXPECT_EQ(color_name("none"), "");
}

}  // namespace
}  // namespace platen::bidi
