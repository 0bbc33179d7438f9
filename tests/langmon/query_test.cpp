// What people and programs ask of a printer.
#include "house.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

using testing::HasSubstr;
using testing::Not;
using wire::BidiAction;

class QueryTest : public MonitorTest {
 protected:
  using Answer = std::optional<Result<std::vector<wire::BidiValue>>>;

  std::shared_ptr<Answer> ask(BidiAction action, std::string path, bool fresh, Duration patience = 5s) {
    auto answer = std::make_shared<Answer>();
    boost::asio::co_spawn(reactor_,
                          monitor_->ask(action, std::move(path), {}, fresh, Deadline::in(clock_, patience)),
                          [answer](std::exception_ptr, Result<std::vector<wire::BidiValue>> values) {
                            *answer = std::move(values);
                          });
    return answer;
  }
};

TEST_F(QueryTest, MemoryAnswersAtOnceEvenWhileAJobStreams) {
  start();
  run(1s);
  auto document = start_job(1);
  document->write("data\n");
  run(100ms);
  port_.far().stall(true);
  document->write(std::string(500'000, 'x'));
  run(1s);
  auto answer = ask(BidiAction::enumerate, "", false);
  run(0s);
  ASSERT_TRUE(*answer);
  ASSERT_TRUE(**answer);
  EXPECT_THAT(***answer, Not(testing::IsEmpty()));
  auto all = ask(BidiAction::get_all, "", false);
  run(0s);
  ASSERT_TRUE(*all);
  EXPECT_TRUE(**all);
}

TEST_F(QueryTest, APrinterThatSleepsIsNotWokenButByOneWhoInsists) {
  start();
  within([this] { monitor_->watch(true); });
  run(10s);
  laser_.device(35078, "Power Saver", true);
  run(1s);
  const int before = laser_.questions();
  run(24h);
  EXPECT_EQ(laser_.questions(), before);
  EXPECT_EQ(monitor_->status().state, bidi::State::idle);
  auto answer = ask(BidiAction::get, "\\Printer.Consumables.[Black]:Level", true);
  run(1s);
  ASSERT_TRUE(*answer);
  EXPECT_TRUE(**answer);
  EXPECT_GT(laser_.questions(), before);
  // What it did not tell while it slept, it is asked when it wakes.
  const int asked = laser_.supply_questions();
  laser_.device(35078, "Power Saver", true);
  run(10s);
  laser_.device(10001, "Ready", true);
  run(10s);
  EXPECT_GT(laser_.supply_questions(), asked);
}

TEST_F(QueryTest, FreshAsksThePrinter) {
  start();
  run(10s);
  const int before = laser_.supply_questions();
  laser_.black = 13;
  auto answer = ask(BidiAction::get_all, "", true);
  run(1s);
  ASSERT_TRUE(*answer);
  ASSERT_TRUE(**answer) << (*answer)->error().sentence();
  EXPECT_EQ(laser_.supply_questions(), before + 1);
  EXPECT_THAT(***answer, testing::Contains(testing::Field(&wire::BidiValue::value, "13")));
}

TEST_F(QueryTest, FreshOpensAPortThatWasLeftToOthers) {
  start({.keep_open = false});
  run(1min);
  auto answer = ask(BidiAction::enumerate, "", true);
  run(2s);
  ASSERT_TRUE(*answer);
  EXPECT_TRUE(**answer);
  run(1min);
  EXPECT_FALSE(port_.far().is_open());
}

TEST_F(QueryTest, FreshEndsAtItsDeadlineWhenThePrinterIsSilent) {
  laser_.talks = false;
  start();
  run(10s);
  auto answer = ask(BidiAction::enumerate, "", true, 3s);
  recovers([&answer] { return answer->has_value(); }, 4s);
  ASSERT_TRUE(*answer);
  ASSERT_FALSE(**answer);
  EXPECT_TRUE((*answer)->error().is(Errc::timed_out));
}

TEST_F(QueryTest, FreshIsRefusedAtOnceWhileAJobStreams) {
  start();
  run(1s);
  auto document = start_job(1);
  document->write("data\n");
  run(100ms);
  auto answer = ask(BidiAction::enumerate, "", true);
  run(0s);
  ASSERT_TRUE(*answer);
  ASSERT_FALSE(**answer);
  EXPECT_TRUE((*answer)->error().is(Errc::busy));
}

TEST_F(QueryTest, WhatALaserCannotDoIsRefusedWithASentence) {
  start();
  run(1s);
  for (const auto what : {wire::Maintenance::clean, wire::Maintenance::align, wire::Maintenance::test_page}) {
    auto done = monitor_->maintain(what);
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().is(Errc::unsupported));
    EXPECT_THAT(done.error().advice, HasSubstr("printer"));
  }
  auto set = ask(BidiAction::set, "\\Printer.Configuration", false);
  run(0s);
  ASSERT_TRUE(*set);
  ASSERT_FALSE(**set);
  EXPECT_TRUE((*set)->error().is(Errc::not_found));
}

TEST_F(QueryTest, APanelThatChangesTenTimesASecondIsNotAnsweredWithTenQuestionsASecond) {
  start();
  run(5s);
  const int before = laser_.supply_questions();
  for (int i = 0; i < 100; ++i) {
    laser_.device(i % 2 ? 40021 : 10001, i % 2 ? "12 PRINTER OPEN" : "Ready", i % 2 == 0);
    run(100ms);
  }
  laser_.device(10001, "Ready", true);
  recovers([this] { return monitor_->status().state == bidi::State::idle; }, 1s);
  run(5s);
  EXPECT_GE(laser_.supply_questions(), before + 1);
  EXPECT_LE(laser_.supply_questions(), before + 1 + 15s / refresh_gap);
}

}  // namespace
}  // namespace platen::langmon
