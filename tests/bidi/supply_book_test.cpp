#include "bidi/supply_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bidi/ipp_status.hpp"
#include "bidi/sentence.hpp"
#include "bidi/status_tracker.hpp"

namespace platen::bidi {
namespace {

PrinterStatus mute(std::string model = "Lexmark E260dn") {
  PrinterStatus status;
  status.state = State::idle;
  status.model = std::move(model);
  return status;
}

TEST(SupplyBook, SaysNothingBeforeACartridgeIsKnownToBeNew) {
  SupplyBook book;
  book.used("black", 10);
  PrinterStatus status = mute();
  book.apply(status, false);
  EXPECT_TRUE(status.supplies.empty());
}

TEST(SupplyBook, CountsWhatAPageTakesOfTheRatedCartridge) {
  SupplyBook book;
  book.replaced("black-toner");
  for (int page = 0; page < 350; ++page) book.used("black", rated_coverage);
  book.used("cyan", 100);
  PrinterStatus status = mute();
  book.apply(status, false);
  ASSERT_EQ(status.supplies.size(), 1u);
  EXPECT_EQ(status.supplies[0].name, "Black toner");
  EXPECT_EQ(status.supplies[0].color, "#000000");
  EXPECT_EQ(status.supplies[0].level, 90);  // of 3500 pages
  EXPECT_TRUE(status.supplies[0].estimated);
  EXPECT_EQ(ipp_status(status).marker_names.at(0), "Black toner (estimate)");
}

TEST(SupplyBook, SaysNothingOfAModelThatNobodyRated) {
  SupplyBook book;
  book.replaced("black-toner");
  PrinterStatus status = mute("Acme 9");
  book.apply(status, false);
  EXPECT_TRUE(status.supplies.empty());
  book.set_yield("black-toner", 1000);
  book.used_pages(100);
  book.apply(status, false);
  ASSERT_EQ(status.supplies.size(), 1u);
  EXPECT_EQ(status.supplies[0].level, 90);
}

TEST(SupplyBook, APrintersOwnLevelWins) {
  SupplyBook book;
  book.replaced("black-toner");
  book.set_low("black-toner", 30);
  book.set_empty("black-toner", 5);
  PrinterStatus status = mute();
  status.supplies = {{.name = "Toner", .type = "toner", .color = "#000000", .level = 40}};
  book.apply(status, true);
  EXPECT_EQ(status.supplies[0].level, 40);
  EXPECT_FALSE(status.supplies[0].estimated);
  EXPECT_EQ(status.supplies[0].low_level, 30);
  EXPECT_EQ(status.supplies[0].empty_level, 5);
}

TEST(SupplyBook, IsReadAsItWasWritten) {
  SupplyBook book;
  book.replaced("black-toner");
  book.used("black", 12.345678);
  book.set_low("cyan-toner", 20);
  book.set_yield("black-toner", 9000);
  auto read = SupplyBook::read(book.text());
  ASSERT_TRUE(read) << read.error().sentence();
  EXPECT_EQ(read->text(), book.text());
  EXPECT_TRUE(SupplyBook::read(""));
}

TEST(SupplyBook, RefusesWhatItDidNotWrite) {
  for (const char* text :
       {"x\n", "platen-supplies 2\n", "platen-supplies 1\nblack-toner 5\n",
        "platen-supplies 1\nblack-toner 5 0 0 1 nan\n", "platen-supplies 1\nblack-toner 5 0 0 1 -1.0\n",
        "platen-supplies 1\nblack-toner 500 0 0 1 1.0\n"})
    EXPECT_FALSE(SupplyBook::read(text)) << text;
}

struct Estimating : testing::Test {
  StatusTracker tracker;
  PjlReader reader;
  void SetUp() override {
    tracker.connected();
    (void)tracker.device_id("MFG:Lexmark International;MDL:Lexmark E260dn;");
    say(10001, "Ready", true);
    tracker.book().replaced("black-toner");
    (void)tracker.reconsider();
  }
  void say(int code, const std::string& words, bool online) {
    for (const Message& message :
         reader.feed("@PJL USTATUS DEVICE\r\nCODE=" + std::to_string(code) + "\r\nDISPLAY=\"" + words +
                     "\"\r\nONLINE=" + (online ? "TRUE" : "FALSE") + "\r\n\f"))
      (void)tracker.told(message);
  }
  const Supply& black() const { return tracker.status().supplies.at(0); }
};

TEST_F(Estimating, ThePrintersComplaintKnowsBetterThanTheCount) {
  EXPECT_EQ(black().level, 100);
  say(10006, "Black Toner Low", true);
  EXPECT_EQ(black().level, 10);
  EXPECT_TRUE(black().estimated);
}

TEST_F(Estimating, AnEmptyCartridgeThatThePrinterIsReadyWithoutWasReplaced) {
  tracker.book().used("black", 100);
  (void)tracker.reconsider();
  const int before = black().level;
  say(40039, "Black Cartridge Empty", false);
  say(40021, "Door Open", false);
  say(10001, "Ready", true);
  EXPECT_LT(before, 100);
  // "cartridge" does not say of which kind, so nothing was counted anew.
  EXPECT_EQ(black().level, before);
  say(40038, "Replace Black Toner", false);
  EXPECT_EQ(black().level, 0);
  say(40021, "Door Open", false);
  say(10023, "Busy", true);
  EXPECT_LT(black().level, 100);
  say(10001, "Ready", true);
  EXPECT_EQ(black().level, 100);
}

TEST_F(Estimating, TheThresholdOfAPersonMakesTheReason) {
  tracker.book().used("black", 100);  // of 175
  tracker.book().set_low("black-toner", 50);
  const Changes changes = tracker.reconsider();
  ASSERT_EQ(changes.begun.size(), 1u);
  EXPECT_EQ(changes.begun[0].keyword, "toner-low");
  EXPECT_EQ(sentence(tracker.status()), "Ready. Black toner is low. This is an estimate.");
  tracker.book().set_empty("black-toner", 50);
  EXPECT_EQ(tracker.reconsider().begun.at(0).keyword, "toner-empty");
}

}  // namespace
}  // namespace platen::bidi
