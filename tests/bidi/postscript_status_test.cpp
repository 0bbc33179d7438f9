#include "bidi/postscript_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bidi/sentence.hpp"
#include "bidi/status_tracker.hpp"

namespace platen::bidi {
namespace {

using MessageKind = PostscriptMessage::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Heard {
  std::vector<PostscriptMessage> messages;
  std::string rest;
};

Heard hear(std::string_view bytes, std::size_t step = 1000) {
  Heard heard;
  PostscriptReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += step)
    for (PostscriptMessage& message : reader.feed(bytes.substr(at, step), heard.rest))
      heard.messages.push_back(std::move(message));
  reader.flush(heard.rest);
  return heard;
}

PostscriptMessage one(std::string_view bytes) {
  const Heard heard = hear(bytes);
  EXPECT_EQ(heard.messages.size(), 1u) << bytes;
  return heard.messages.empty() ? PostscriptMessage{} : heard.messages[0];
}

TEST(PostscriptReader, TakesTheMessagesOutAndLeavesTheRestAsItWas) {
  const Heard heard = hear(
      "before\r\n%%[ job: Report; status: busy; source: USB ]%%\r\n@PJL USTATUS DEVICE\r\nCODE=10023\r\n\f"
      "%%[ PrinterError: out of paper ]%%after 100%%");
  ASSERT_EQ(heard.messages.size(), 2u);
  EXPECT_EQ(heard.messages[0].kind, MessageKind::status);
  EXPECT_THAT(heard.messages[0].fields,
              ElementsAre(Field{"job", "Report"}, Field{"status", "busy"}, Field{"source", "USB"}));
  EXPECT_EQ(heard.messages[1].kind, MessageKind::printer_error);
  EXPECT_EQ(heard.rest, "before\r\n\r\n@PJL USTATUS DEVICE\r\nCODE=10023\r\n\fafter 100%%");
}

TEST(PostscriptReader, HearsTheSameAtEveryCut) {
  const std::string stream =
      "50%%%[ status: idle ]%%%%[ unfinished %%[ Error: undefined; OffendingCommand: foo ]%%\n%%[ a\nb ]%% x "
      "%";
  const Heard whole = hear(stream);
  ASSERT_EQ(whole.messages.size(), 2u);
  EXPECT_EQ(whole.rest, "50%%%[ unfinished \n%%[ a\nb ]%% x %");
  for (std::size_t step = 1; step < stream.size(); ++step) {
    const Heard cut = hear(stream, step);
    EXPECT_EQ(cut.messages, whole.messages) << step;
    EXPECT_EQ(cut.rest, whole.rest) << step;
  }
}

TEST(PostscriptReader, HoldsNoMoreThanAMessageMayHave) {
  PostscriptReader reader;
  std::string rest;
  const std::string endless = "%%[ " + std::string(100'000, 'x');
  EXPECT_THAT(reader.feed(endless, rest), IsEmpty());
  EXPECT_GE(rest.size() + max_postscript_message, endless.size());
  EXPECT_EQ(reader.feed(" %%[ status: idle ]%%", rest).size(), 1u);
}

TEST(PostscriptMessage, IsOfItsKind) {
  EXPECT_EQ(one("%%[ Error: undefined; OffendingCommand: foo ]%%").kind, MessageKind::error);
  EXPECT_EQ(one("%%[ Flushing: rest of job (to end-of-file) will be ignored ]%%").kind,
            MessageKind::flushing);
  EXPECT_EQ(one("%%[ exitserver: permanent state may be changed ]%%").kind, MessageKind::exit_server);
  EXPECT_EQ(one("%%[ status: PrinterError: cover open; source: EtherTalk ]%%").kind,
            MessageKind::printer_error);
  EXPECT_EQ(one("%%[LastPage]%%").kind, MessageKind::other);
  EXPECT_EQ(one("%%[]%%").kind, MessageKind::other);
}

TEST(PostscriptMessage, ThePrintersErrorStopsItUntilItWorksAgain) {
  StatusTracker tracker;
  tracker.connected();
  tracker.told(one("%%[ PrinterError: out of paper; source: USB ]%%"));
  EXPECT_EQ(tracker.status().state, State::stopped);
  ASSERT_EQ(tracker.status().reasons.size(), 1u);
  EXPECT_EQ(tracker.status().reasons[0].keyword, "media-empty");
  EXPECT_EQ(tracker.status().reasons[0].severity, Severity::error);
  tracker.told(one("%%[ job: Report; status: busy; source: USB ]%%"));
  EXPECT_EQ(tracker.status().state, State::processing);
  EXPECT_THAT(tracker.status().reasons, IsEmpty());
  tracker.told(one("%%[ status: idle ]%%"));
  EXPECT_EQ(tracker.status().state, State::idle);
  tracker.told(one("%%[ status: PrinterError: cover open ]%%"));
  EXPECT_EQ(sentence(tracker.status()), "A cover is open. Close it.");
  tracker.told(one("%%[ status: offline ]%%"));
  EXPECT_EQ(tracker.status().state, State::offline);
}

TEST(PostscriptMessage, WordsThatNobodyKnowsAreShownAsTheyAre) {
  const Condition heard = condition(one("%%[ PrinterError: the moon is full ]%%"));
  EXPECT_EQ(heard.effect, Effect::stops);
  ASSERT_EQ(heard.reasons.size(), 1u);
  EXPECT_THAT(heard.reasons[0].sentence, HasSubstr("the moon is full"));
  EXPECT_EQ(condition(one("%%[ status: dreaming ]%%")).effect, Effect::nothing);
}

TEST(PostscriptMessage, AnErrorOfTheDocumentIsTheJobsAndNotThePrinters) {
  const auto message = one("%%[ Error: undefined; OffendingCommand: foo ]%%");
  EXPECT_EQ(condition(message).effect, Effect::nothing);
  EXPECT_THAT(job_trouble(message).value_or(""), HasSubstr("undefined at \"foo\""));
  EXPECT_TRUE(job_trouble(one("%%[ Flushing: rest of job (to end-of-file) will be ignored ]%%")));
  EXPECT_FALSE(job_trouble(one("%%[ status: idle ]%%")));
}

struct Words {
  std::string_view said;
  std::string_view keyword;
};
class PrinterErrors : public testing::TestWithParam<Words> {};
TEST_P(PrinterErrors, HaveAKeyword) {
  const Condition heard = condition(one("%%[ PrinterError: " + std::string(GetParam().said) + " ]%%"));
  ASSERT_FALSE(heard.reasons.empty());
  EXPECT_EQ(heard.reasons[0].keyword, GetParam().keyword);
}
INSTANTIATE_TEST_SUITE_P(Said, PrinterErrors,
                         testing::Values(Words{"out of paper", "media-empty"},
                                         Words{"no paper tray", "input-tray-missing"},
                                         Words{"paper jam", "media-jam"}, Words{"cover open", "cover-open"},
                                         Words{"paper entry misfeed", "media-jam"},
                                         Words{"no toner", "toner-empty"},
                                         Words{"no toner cartridge", "marker-supply-missing"},
                                         Words{"load paper", "media-empty"}));

TEST(PostscriptStatus, SaysThatItWarmsUpOrSleeps) {
  const Condition warm = condition(one("%%[ status: warmup ]%%"));
  EXPECT_EQ(warm.effect, Effect::resting);
  ASSERT_EQ(warm.reasons.size(), 1u);
  EXPECT_EQ(warm.reasons[0].keyword, "warming-up");
  const Condition asleep = condition(one("%%[ status: power save ]%%"));
  ASSERT_EQ(asleep.reasons.size(), 1u);
  EXPECT_EQ(asleep.reasons[0].keyword, "power-saver");
  EXPECT_EQ(asleep.reasons[0].severity, Severity::report);
}

}  // namespace
}  // namespace platen::bidi
