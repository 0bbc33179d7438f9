#include "bidi/sentence.hpp"

#include <gtest/gtest.h>

namespace platen::bidi {
namespace {

TEST(Sentence, SaysTheWorstFirstAndWhatGoesOn) {
  PrinterStatus status;
  EXPECT_EQ(sentence(status), "The printer has not been heard yet.");
  status.state = State::idle;
  EXPECT_EQ(sentence(status), "Ready.");
  status.reasons = {{"media-low", Severity::report, "tray1", "Tray 1 will soon be out of paper.", 0}};
  EXPECT_EQ(sentence(status), "Ready.");
  status.state = State::processing;
  EXPECT_EQ(sentence(status), "Printing.");
  status.reasons = {{"toner-low", Severity::warning, "black-toner", "Black toner is low.", 10006}};
  EXPECT_EQ(sentence(status), "Printing. Black toner is low.");
  status.state = State::stopped;
  status.reasons.insert(status.reasons.begin(),
                        {"door-open", Severity::error, "", "A door is open. Close it.", 40021});
  EXPECT_EQ(sentence(status), "A door is open. Close it.");
}

TEST(Sentence, Q158949StoppedForNoKnownReasonGivesThePrintersWords) {
  PrinterStatus status;
  status.state = State::stopped;
  status.message = "85 POLISH LENS";
  EXPECT_EQ(sentence(status), "The printer says: \"85 POLISH LENS\".");
}

TEST(Sentence, NamesStatesAsTheHttpInterfaceDoes) {
  EXPECT_EQ(state_word(State::offline), "offline");
  EXPECT_EQ(state_word(State::processing), "processing");
  EXPECT_EQ(severity_word(Severity::warning), "warning");
}

}  // namespace
}  // namespace platen::bidi
