// What can be set, and the ink that is counted where the printer cannot tell.
#include "house.hpp"

namespace platen::langmon {
namespace {

using testing::HasSubstr;
using wire::BidiAction;

class SetTest : public MonitorTest {
 protected:
  using Answer = std::optional<Result<std::vector<wire::BidiValue>>>;
  SetTest() : MonitorTest("MFG:Lexmark;MDL:Lexmark E260dn;CMD:PJL,PCL;") {}

  Answer ask(BidiAction action, std::string path, std::string value = {}, bool fresh = false) {
    auto answer = std::make_shared<Answer>();
    boost::asio::co_spawn(
        reactor_, monitor_->ask(action, std::move(path), std::move(value), fresh, Deadline::in(clock_, 5s)),
        [answer](std::exception_ptr, Result<std::vector<wire::BidiValue>> values) {
          *answer = std::move(values);
        });
    run(action == BidiAction::set || fresh ? 6s : 0s);
    return *answer;
  }
  Answer set(std::string path, std::string value) {
    return ask(BidiAction::set, std::move(path), std::move(value));
  }
  std::string get(std::string path, bool fresh = false) {
    const auto answer = ask(BidiAction::get, std::move(path), {}, fresh);
    if (!answer) return "no answer";
    return *answer ? (*answer)->at(0).value : answer->error().sentence();
  }
};

TEST_F(SetTest, AThresholdHoldsAtOnceAndIsKept) {
  laser_.black = 20;
  start();
  run(10s);
  EXPECT_TRUE(monitor_->status().reasons.empty());
  ASSERT_TRUE(*set("\\Printer.Consumables.[Black]:LowLevel", "25"));
  EXPECT_EQ(get("\\Printer.Consumables.[Black]:LowLevel"), "25");
  ASSERT_EQ(monitor_->status().reasons.size(), 1u);
  EXPECT_EQ(monitor_->status().reasons[0].keyword, "toner-low");
  auto kept = bidi::SupplyBook::read(heard_.kept);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->text(), heard_.kept);
  ASSERT_TRUE(*set("\\Printer.Consumables.[Black]:EmptyLevel", "22"));
  EXPECT_EQ(monitor_->status().reasons.at(0).keyword, "toner-empty");
}

TEST_F(SetTest, InkIsCountedFromANewCartridgeOnAndRememberedByTheNextMonitor) {
  laser_.tells_supplies = false;
  start();
  run(10s);
  within([this] { monitor_->use_ink({{"black", 1.0}}, 0); });
  EXPECT_TRUE(monitor_->status().supplies.empty());
  ASSERT_TRUE(*set("\\Printer.Consumables.[Black]:Replaced", "true"));
  ASSERT_EQ(monitor_->status().supplies.size(), 1u);
  EXPECT_EQ(monitor_->status().supplies[0].level, 100);
  within([this] { monitor_->use_ink({{"black", 35.0}}, 0); });  // of 175 sheets
  EXPECT_EQ(monitor_->status().supplies[0].level, 80);
  within([this] { monitor_->use_ink({}, 350); });
  EXPECT_EQ(monitor_->status().supplies[0].level, 70);
  EXPECT_EQ(get("\\Printer.Consumables.[Black]:Estimated"), "true");

  within([this] { monitor_->remember(*bidi::SupplyBook::read(heard_.kept)); });
  within([this] { monitor_->use_ink({{"black", 17.5}}, 0); });
  EXPECT_EQ(monitor_->status().supplies[0].level, 60);
}

TEST_F(SetTest, APrintersSettingIsSetAndReadBack) {
  start();
  run(10s);
  EXPECT_THAT(get("\\Printer.Configuration.Job:TimeoutSeconds"), HasSubstr("fresh"));
  EXPECT_EQ(get("\\Printer.Configuration.Job:TimeoutSeconds", true), "90");
  const auto done = set("\\Printer.Configuration.Job:TimeoutSeconds", "120");
  ASSERT_TRUE(*done) << done->error().sentence();
  EXPECT_EQ(laser_.kept["TIMEOUT"], "120");
  EXPECT_EQ(get("\\Printer.Configuration.Job:TimeoutSeconds"), "120");
}

TEST_F(SetTest, WhatThePrinterDoesNotHaveIsSaidAndNotTakenForDone) {
  start();
  run(10s);
  const auto no = set("\\Printer.Configuration.Panel:Language", "GERMAN");
  ASSERT_FALSE(*no);
  EXPECT_TRUE(no->error().is(Errc::unsupported)) << no->error().sentence();
  laser_.talks = false;
  const auto silent = set("\\Printer.Configuration.Job:TimeoutSeconds", "60");
  ASSERT_FALSE(*silent);
  EXPECT_TRUE(silent->error().is(Errc::timed_out));
}

TEST_F(SetTest, DuringAJobOnlyWhatIsOursIsSet) {
  start();
  run(1s);
  auto document = start_job(1);
  document->write("data\n");
  run(100ms);
  EXPECT_TRUE(set("\\Printer.Configuration.Job:TimeoutSeconds", "60")->error().is(Errc::busy));
  EXPECT_TRUE(*set("\\Printer.Consumables.[Black]:LowLevel", "5"));
  document->end();
  finish(1, true);
}

TEST_F(SetTest, MaintenanceByPathSaysWhatTheCommandSays) {
  start();
  run(1s);
  const auto done = set("\\Printer.Maintenance:CleanHead", "true");
  ASSERT_FALSE(*done);
  EXPECT_EQ(done->error().sentence(), monitor_->maintain(wire::Maintenance::clean).error().sentence());
  EXPECT_THAT(done->error().sentence(), HasSubstr("no print heads"));
  EXPECT_THAT(get("\\Printer.Maintenance:CleanHead"), HasSubstr("no value to read"));
}

class InkjetTest : public MonitorTest {
 protected:
  InkjetTest() : MonitorTest("MFG:Lexmark;MDL:Lexmark Z42;CMD:LNPAP;") {}
};

TEST_F(InkjetTest, AnInkjetIsCleanedAtItsPanel) {
  laser_.talks = false;
  start();
  run(10s);
  for (const auto what : {wire::Maintenance::clean, wire::Maintenance::align}) {
    const auto done = monitor_->maintain(what);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), HasSubstr("from its own panel"));
  }
}

}  // namespace
}  // namespace platen::langmon
