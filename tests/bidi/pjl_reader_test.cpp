#include "bidi/pjl_reader.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::bidi {
namespace {

using namespace std::string_view_literals;

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = Unsolicited::Kind;

template <class T>
const T& only(const std::vector<Message>& messages) {
  EXPECT_EQ(messages.size(), 1u);
  return std::get<T>(messages.at(0));
}

TEST(PjlReader, ReadsTheAnswerToAQuestion) {
  PjlReader reader;
  const auto messages =
      reader.feed("@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"00 READY\"\r\nONLINE=TRUE\r\n\f");
  const auto& reply = only<Reply>(messages);
  EXPECT_EQ(reply.command, "INFO STATUS");
  EXPECT_TRUE(reply.answers("info status"));
  EXPECT_THAT(reply.fields,
              ElementsAre(Field{"CODE", "10001"}, Field{"DISPLAY", "00 READY"}, Field{"ONLINE", "TRUE"}));
  EXPECT_FALSE(reply.truncated);
  EXPECT_EQ(reader.dropped(), 0u);
}

TEST(PjlReader, GivesTheSameMessagesHoweverTheBytesAreCut) {
  const std::string bytes =
      "@PJL USTATUS DEVICE\r\nCODE=40021\r\nDISPLAY=\"12 PRINTER OPEN\"\r\nONLINE=FALSE\r\n\f"
      "@PJL ECHO platen-7\r\n\f"
      "@PJL INFO ID\r\n\"LEXMARK T640\"\r\n\f"
      "@PJL USTATUS PAGE\r\n3\r\n\f";
  PjlReader whole;
  const auto expected = whole.feed(bytes);
  ASSERT_EQ(expected.size(), 4u);
  for (std::size_t step : {1u, 2u, 3u, 7u, 50u}) {
    PjlReader reader;
    std::vector<Message> got;
    for (std::size_t at = 0; at < bytes.size(); at += step)
      for (Message& message : reader.feed(std::string_view(bytes).substr(at, step)))
        got.push_back(std::move(message));
    EXPECT_EQ(got, expected) << "in steps of " << step;
  }
}

TEST(PjlReader, AMessageWithAMessagesBeginningWithinIsTheSameHoweverItIsCut) {
  for (std::string_view bytes :
       {"@PJL @PJL USTATUS TIMED\nCODE=10001\n\f"sv, "xx@PJL y@PJL ECHO z\r\n\f"sv}) {
    PjlReader whole;
    std::vector<Message> expected = whole.feed(bytes);
    std::erase_if(expected, [](const Message& m) { return std::holds_alternative<Noise>(m); });
    for (std::size_t step = 1; step < bytes.size(); ++step) {
      PjlReader reader;
      std::vector<Message> got;
      for (std::size_t at = 0; at < bytes.size(); at += step)
        for (Message& message : reader.feed(bytes.substr(at, step)))
          if (!std::holds_alternative<Noise>(message)) got.push_back(std::move(message));
      EXPECT_EQ(got, expected) << bytes << " in steps of " << step;
    }
  }
}

TEST(PjlReader, TellsAnEchoBeforeItsFormFeed) {
  PjlReader reader;
  EXPECT_EQ(only<Echo>(reader.feed("@PJL ECHO platen 12\r\n")).words, "platen 12");
  EXPECT_TRUE(reader.feed("\f").empty());
}

TEST(PjlReader, ReadsJobsAndPages) {
  PjlReader reader;
  auto news =
      job_news(only<Unsolicited>(reader.feed("@PJL USTATUS JOB\r\nEND\r\nNAME=\"x\"\r\nPAGES=5\r\n\f")));
  ASSERT_TRUE(news);
  EXPECT_EQ(news->what, JobNews::What::ended);
  EXPECT_EQ(news->name, "x");
  EXPECT_EQ(news->pages, 5u);
  news = job_news(only<Unsolicited>(reader.feed("@PJL USTATUS JOB\r\nSTART\r\nNAME=\"END\"\r\nID=12\r\n\f")));
  ASSERT_TRUE(news);
  EXPECT_EQ(news->what, JobNews::What::started);
  EXPECT_EQ(news->id, 12u);
  news = job_news(only<Unsolicited>(reader.feed("@PJL USTATUS JOB\r\nCANCELED\r\nNAME=\"x\"\r\n\f")));
  EXPECT_EQ(news->what, JobNews::What::canceled);
  EXPECT_EQ(page_news(only<Unsolicited>(reader.feed("@PJL USTATUS PAGE\r\n17\r\n\f"))), 17u);
  EXPECT_FALSE(job_news(Unsolicited{Kind::job, {{"NAME", "x"}}}));
}

TEST(PjlReader, AJobsNameIsNeverTakenForAMessage) {
  PjlReader reader;
  const auto messages = reader.feed("@PJL USTATUS JOB\r\nEND\r\nNAME=\"@PJL USTATUS JOB\"\r\nPAGES=1\r\n\f");
  EXPECT_EQ(job_news(only<Unsolicited>(messages))->name, "@PJL USTATUS JOB");
}

TEST(PjlReader, TakesTheDialectsOfOtherMakers) {
  PjlReader reader;
  // Apostrophes, LF alone, blanks around '=', no line end before the form feed, NULs in between, lower case.
  const auto messages =
      reader.feed("\0@PJL  Ustatus\tDevice\nCODE = 10001\n\0DISPLAY='Ready'\nONLINE=TRUE\f"sv);
  const auto& message = only<Unsolicited>(messages);
  EXPECT_EQ(message.kind, Kind::device);
  EXPECT_THAT(message.fields,
              ElementsAre(Field{"CODE", "10001"}, Field{"DISPLAY", "Ready"}, Field{"ONLINE", "TRUE"}));
}

// The same news in the dialects of several makers.
TEST(PjlReader, HearsTheSameInEveryDialect) {
  const std::vector<Field> said{{"CODE", "40021"}, {"DISPLAY", "COVER OPEN"}, {"ONLINE", "FALSE"}};
  for (std::string_view bytes :
       {// as in the reference
        "@PJL USTATUS DEVICE\r\nCODE=40021\r\nDISPLAY=\"COVER OPEN\"\r\nONLINE=FALSE\r\n\f"sv,
        // Brother: apostrophes, blanks around '='
        "@PJL USTATUS DEVICE \r\nCODE = 40021\r\nDISPLAY = 'COVER OPEN'\r\nONLINE = FALSE\r\n\f"sv,
        // Panasonic: no line end before the form feed
        "@PJL USTATUS DEVICE\r\nCODE=40021\r\nDISPLAY=\"COVER OPEN\"\r\nONLINE=FALSE\f"sv,
        // HP on a slow port: zeros where it had nothing to say, line feeds alone
        "\0\0@PJL USTATUS DEVICE\nCODE=40021\n\0DISPLAY=\"COVER OPEN\"\nONLINE=FALSE\n\f"sv,
        // HP: a panel of several lines, padded
        "@PJL USTATUS DEVICE\r\nCODE=40021\r\nDISPLAY=\"COVER OPEN      \"\r\nONLINE=FALSE\r\n\f"sv,
        // behind a line end that nobody asked for
        "\r\n\r\n@PJL USTATUS DEVICE\r\nCODE=40021\r\nDISPLAY=\"COVER OPEN\"\r\nONLINE=FALSE\r\n\f\r\n"sv}) {
    PjlReader reader;
    const auto messages = reader.feed(bytes);
    ASSERT_EQ(messages.size(), 1u) << bytes;
    std::vector<Field> fields = std::get<Unsolicited>(messages[0]).fields;
    for (Field& field : fields) field.value = trim(field.value);
    EXPECT_EQ(fields, said) << bytes;
  }
}

TEST(PjlReader, NewsMayStandBetweenAnswersButNotWithin) {
  PjlReader reader;
  const auto messages = reader.feed(
      "@PJL INFO ID\r\n\"LEXMARK T640\"\r\n\f@PJL USTATUS PAGE\r\n3\r\n\f@PJL INQUIRE PAPER\r\nA4\r\n\f"
      "@PJL USTATUS TIMED\r\nCODE=10001\r\nDISPLAY=\"READY\"\r\nONLINE=TRUE\r\n\f@PJL ECHO x\r\n\f");
  ASSERT_EQ(messages.size(), 5u);
  EXPECT_TRUE(std::get<Reply>(messages[0]).answers("INFO ID"));
  EXPECT_EQ(std::get<Unsolicited>(messages[1]).kind, Kind::page);
  EXPECT_TRUE(std::get<Reply>(messages[2]).answers("INQUIRE PAPER"));
  EXPECT_EQ(std::get<Unsolicited>(messages[3]).kind, Kind::timed);
  EXPECT_EQ(std::get<Echo>(messages[4]).words, "x");
}

TEST(PjlReader, EndsAMessageWithoutFormFeedAtTheNextOne) {
  PjlReader reader;
  const auto messages = reader.feed("@PJL INFO PAGECOUNT\r\n1234\r\n@PJL USTATUS PAGE\r\n1\r\n\f");
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_THAT(std::get<Reply>(messages[0]).lines, ElementsAre("1234"));
}

TEST(PjlReader, EndsAMessageWithoutFormFeedWhenThePrinterFallsSilent) {
  PjlReader reader;
  EXPECT_TRUE(reader.feed("@PJL INFO PAGECOUNT\r\nPAGECOUNT=1234").empty());
  EXPECT_TRUE(reader.open());
  EXPECT_THAT(only<Reply>(reader.flush()).fields, ElementsAre(Field{"PAGECOUNT", "1234"}));
  EXPECT_FALSE(reader.open());
  EXPECT_TRUE(reader.flush().empty());
}

TEST(PjlReader, KnowsTheAnswerOfAPrinterThatDoesNotKnow) {
  PjlReader reader;
  EXPECT_TRUE(only<Reply>(reader.feed("@PJL INFO SUPPLIES\r\n?\r\n\f")).unsupported());
  EXPECT_TRUE(only<Reply>(reader.feed("@PJL INFO SUPPLIES\r\n\"?\"\r\n\f")).unsupported());
}

TEST(PjlReader, KeepsTheTabOfOptions) {
  PjlReader reader;
  const auto messages =
      reader.feed("@PJL INFO CONFIG\r\nLANGUAGES [2 ENUMERATED]\r\n\tPCL\r\n\tPOSTSCRIPT\r\n\f");
  const auto& reply = only<Reply>(messages);
  EXPECT_THAT(reply.lines, ElementsAre("LANGUAGES [2 ENUMERATED]", "\tPCL", "\tPOSTSCRIPT"));
  EXPECT_EQ(reply.fields.size(), 1u);
}

TEST(PjlReader, FindsItsFeetAgainAfterGarbage) {
  std::mt19937 random(310703);
  std::string garbage(20000, '\0');
  for (char& c : garbage) c = static_cast<char>(random());
  PjlReader reader;
  std::vector<Message> got = reader.feed(garbage);
  for (Message& m : reader.feed("\n@PJL USTATUS DEVICE\r\nCODE=10001\r\n\f")) got.push_back(std::move(m));
  ASSERT_GE(got.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<Noise>(got.front()));
  EXPECT_EQ(std::get<Unsolicited>(got.back()).fields.at(0).value, "10001");
  EXPECT_GT(reader.dropped(), 15000u);
}

TEST(PjlReader, FindsAMessageThatFollowsGarbageOnTheSameLine) {
  const std::string garbage(9000, '\x01');
  for (std::size_t cut = 0; cut <= 24; ++cut) {
    PjlReader reader;
    const std::string message = "@PJL USTATUS DEVICE\r\nCODE=10001\r\n\f";
    std::vector<Message> got = reader.feed(garbage + message.substr(0, cut));
    for (Message& m : reader.feed(std::string_view(message).substr(cut))) got.push_back(std::move(m));
    ASSERT_TRUE(std::holds_alternative<Unsolicited>(got.back())) << cut;
    std::uint64_t noise = 0;
    for (const Message& m : got)
      if (auto* n = std::get_if<Noise>(&m)) noise += n->size;
    EXPECT_EQ(noise, garbage.size()) << cut;
  }
}

TEST(PjlReader, AMessageTornByGarbageIsMarkedAndTheNextIsWhole) {
  PjlReader reader;
  const auto messages = reader.feed(
      "@PJL USTATUS DEVICE\r\nCODE=100\x02\x03 @PJL USTATUS DEVICE\r\nCODE=40022\r\nONLINE=FALSE\r\n\f");
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_TRUE(std::get<Unsolicited>(messages[0]).fields.empty());
  EXPECT_TRUE(std::get<Unsolicited>(messages[0]).truncated);
  EXPECT_TRUE(std::holds_alternative<Noise>(messages[1]));
  EXPECT_EQ(std::get<Unsolicited>(messages[2]).fields.at(0).value, "40022");
  EXPECT_FALSE(std::get<Unsolicited>(messages[2]).truncated);
}

TEST(PjlReader, ReportsPostScriptStatusAsNoise) {
  PjlReader reader;
  EXPECT_EQ(only<Noise>(reader.feed("%%[ status: idle ]%%\r\n")).sample, "%%[ status: idle ]%%");
}

TEST(PjlReader, HoldsNoMoreThanItsLimit) {
  PjlReader reader;
  (void)reader.feed("@PJL INFO VARIABLES\r\n");
  const std::string line(1000, 'x');
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(reader.feed(line + "\r\n").empty());
  const auto messages = reader.feed("\f");
  const auto& reply = only<Reply>(messages);
  EXPECT_TRUE(reply.truncated);
  std::size_t held = 0;
  for (const std::string& kept : reply.lines) held += kept.size();
  EXPECT_LE(held, max_message_bytes);
  EXPECT_EQ(held + reader.dropped(), 1'000'000u);
}

TEST(PjlReader, CutsALineWithoutEnd) {
  PjlReader reader;
  (void)reader.feed("@PJL INFO ID\r\n");
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(reader.feed(std::string(1000, 'x')).empty());
  const auto messages = reader.feed("\r\n\f");
  EXPECT_EQ(only<Reply>(messages).lines.at(0).size(), max_line_bytes);
  EXPECT_TRUE(only<Reply>(messages).truncated);
  EXPECT_EQ(reader.dropped(), 1'000'000u - max_line_bytes + 1);  // the CR did not fit either
}

TEST(PjlReader, StartsAfreshAfterAReset) {
  PjlReader reader;
  (void)reader.feed("@PJL USTATUS DEVICE\r\nCODE=1");
  reader.reset();
  EXPECT_THAT(only<Unsolicited>(reader.feed("@PJL USTATUS PAGE\r\n1\r\n\f")).fields,
              ElementsAre(Field{"", "1"}));
}

}  // namespace
}  // namespace platen::bidi
