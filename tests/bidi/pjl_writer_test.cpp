#include "bidi/pjl_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::bidi::pjl {
namespace {

TEST(PjlWriter, AsksBetweenTwoUels) {
  EXPECT_EQ(envelope(info("STATUS") + echo("t1")),
            "\x1b%-12345X@PJL\r\n@PJL INFO STATUS\r\n@PJL ECHO t1\r\n\x1b%-12345X");
}

TEST(PjlWriter, SubscribesToDeviceJobAndPage) {
  EXPECT_EQ(subscribe(), "@PJL USTATUS DEVICE=ON\r\n@PJL USTATUS JOB=ON\r\n@PJL USTATUS PAGE=ON\r\n");
}

TEST(PjlWriter, WrapsAJob) {
  const Job job{.title = "Report", .language = "PCL", .copies = 2, .display = "Report of Anna"};
  EXPECT_EQ(prologue(job),
            "\x1b%-12345X@PJL\r\n@PJL JOB NAME=\"Report\" DISPLAY=\"Report of Anna\"\r\n@PJL SET COPIES=2\r\n"
            "@PJL ENTER LANGUAGE=PCL\r\n");
  EXPECT_EQ(epilogue(job), "\x1b%-12345X@PJL\r\n@PJL EOJ NAME=\"Report\"\r\n\x1b%-12345X");
}

TEST(PjlWriter, LetsRawDataChooseItsLanguage) {
  EXPECT_EQ(prologue(Job{.title = "x"}), "\x1b%-12345X@PJL\r\n@PJL JOB NAME=\"x\"\r\n");
}

TEST(PjlWriter, ATitleCannotBreakOutOfItsQuotes) {
  EXPECT_EQ(text("a\"\r\n@PJL SET COPIES=99\x1b%-12345X\f"), "a @PJL SET COPIES=99%-12345X");
  const Job job{.title = "\x1b\r\n\"\x07"};
  EXPECT_EQ(job_name(job), "Untitled");
}

TEST(PjlWriter, ALanguageCannotBreakOutOfItsLine) {
  EXPECT_THAT(prologue(Job{.title = "x", .language = "PCL\r\n@PJL RESET"}),
              testing::Not(testing::HasSubstr("\n@PJL RESET")));
}

TEST(PjlWriter, LosesAccentsRatherThanLetters) {
  EXPECT_EQ(text("Übersicht für Zoë – naïve façade, Łódź, Œuvre, ß, ¿…"),
            "Uebersicht fuer Zoe - naive facade, Lodz, OEuvre, ss, ...");
  EXPECT_EQ(text("Ÿžſÿ"), "Yzsy");
  EXPECT_EQ(text("Ελληνικά Report 日本語"), "Report");
}

TEST(PjlWriter, SurvivesBrokenUtf8) {
  EXPECT_EQ(text("a\xC3"), "a");
  EXPECT_EQ(text("a\xFF\xFE"
                 "b\xE2\x82"),
            "ab");
}

TEST(PjlWriter, KeepsWithinWhatPjlTakes) {
  EXPECT_EQ(text(std::string(200, 'x')).size(), max_text);
  EXPECT_LE(text(std::string(79, 'x') + "ÄÄ").size(), max_text);
}

}  // namespace
}  // namespace platen::bidi::pjl
