#include "port/parallel/parallel_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_lines.hpp"

namespace platen::port::ieee1284 {
namespace {

using namespace std::chrono_literals;

struct ParallelHostTest : testing::Test, Bench {
  ParallelHost host{lines, stop};

  std::string listen() {
    std::string text;
    auto heard = host.listen(text, in(1s));
    EXPECT_TRUE(heard) << (heard ? "" : heard.error().sentence());
    return text;
  }
};

struct ParallelHostModeTest : ParallelHostTest, testing::WithParamInterface<Preference> {};

TEST_P(ParallelHostModeTest, TalksBothWaysInTurns) {
  ASSERT_TRUE(host.open(GetParam()));
  std::string sent, heard, said;
  for (int i = 0; i < 50; ++i) {
    const std::string part = "part " + std::to_string(i) + std::string(i, 'x');
    for (std::size_t n = 0; n < part.size();) {
      n += host.send(bytes(part).subspan(n), in(1s));
      heard += listen();
    }
    sent += part;
    said += "reply " + std::to_string(i) + ";";
    peripheral.say("reply " + std::to_string(i) + ";");
    if (i % 3 == 0) {
      host.rest();
      heard += listen();
    }
  }
  for (int i = 0; i < 10; ++i) heard += listen();
  EXPECT_EQ(taken, sent);
  EXPECT_EQ(heard, said);
  auto text = host.device_id();
  EXPECT_EQ(text ? *text : text.error().sentence(), id);
  host.close();
  EXPECT_EQ(peripheral.phase(), vprinter::ieee1284::Phase::idle);
  EXPECT_FALSE(lines.claimed);
  EXPECT_THAT(peripheral.violations(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Modes, ParallelHostModeTest,
                         testing::Values(Preference::automatic, Preference::ecp, Preference::byte,
                                         Preference::nibble, Preference::epp));

TEST_F(ParallelHostTest, TakesTheBestModeThatBothHave) {
  ASSERT_TRUE(host.open(Preference::automatic));
  EXPECT_EQ(host.mode_name(), "ECP with run lengths");
  host.close();
  lines.tristate = false;
  ASSERT_TRUE(host.open(Preference::automatic));
  EXPECT_EQ(host.mode_name(), "nibble");
  host.close();
  peripheral.faults().no_event_2 = true;
  ASSERT_TRUE(host.open(Preference::automatic));
  EXPECT_EQ(host.mode_name(), "compatibility");
  EXPECT_EQ(host.send(bytes("old"), in(1s)), 3u);
  EXPECT_EQ(taken, "old");
}

TEST_F(ParallelHostTest, IsCalledWhileItRests) {
  for (const Preference mode : {Preference::ecp, Preference::byte, Preference::nibble}) {
    ASSERT_TRUE(host.open(mode));
    host.rest();
    EXPECT_FALSE(host.called());
    peripheral.say("cover open");
    EXPECT_TRUE(host.called());
    EXPECT_EQ(listen(), "cover open");
    host.rest();
    EXPECT_FALSE(host.called());
    host.close();
  }
}

TEST_F(ParallelHostTest, HearsThePrinterThatTakesNoMoreData) {
  for (const Preference mode : {Preference::ecp, Preference::byte, Preference::nibble}) {
    ASSERT_TRUE(host.open(mode));
    printer_takes = false;
    EXPECT_EQ(host.send(bytes("ab"), in(50ms)), 1u);
    peripheral.say("load paper");
    EXPECT_EQ(listen(), "load paper");
    EXPECT_EQ(host.send(bytes("b"), in(50ms)), 0u);
    printer_takes = true;
    EXPECT_EQ(host.send(bytes("b"), in(50ms)), 1u);
    EXPECT_EQ(std::exchange(taken, ""), "ab");
    host.close();
  }
}

TEST_F(ParallelHostTest, SaysWithinASecondThatThePrinterIsGone) {
  for (const Preference mode : {Preference::ecp, Preference::byte, Preference::nibble}) {
    lines.unplugged = false;
    ASSERT_TRUE(host.open(mode));
    host.rest();
    lines.unplugged = true;
    const Instant begin = clock.now();
    std::string text;
    Result<void> heard;
    while ((heard = host.listen(text, in(100ms))) && clock.now() - begin < 5s)
      (void)host.send(bytes("x"), in(20ms));
    EXPECT_TRUE(!heard && heard.error().is(Errc::closed));
    EXPECT_LT(clock.now() - begin, 1s);
    host.close();
  }
}

TEST_F(ParallelHostTest, OpensNothingWhereNothingIs) {
  lines.unplugged = true;
  auto opened = host.open(Preference::automatic);
  EXPECT_TRUE(!opened && opened.error().is(Errc::timed_out));
  EXPECT_FALSE(lines.claimed);
}

TEST_F(ParallelHostTest, ResetsThePrinterFromEveryMode) {
  for (const Preference mode : {Preference::ecp, Preference::byte, Preference::nibble, Preference::epp}) {
    ASSERT_TRUE(host.open(mode));
    EXPECT_EQ(host.send(bytes("job"), in(1s)), 3u);
    host.rest();
    EXPECT_TRUE(host.reset_printer());
    EXPECT_EQ(host.send(bytes("next"), in(1s)), 4u);
    host.close();
  }
  EXPECT_EQ(resets, 4);
}

TEST_F(ParallelHostTest, TheStatusLinesAreThoseOfCompatibilityMode) {
  ASSERT_TRUE(host.open(Preference::nibble));
  host.rest();
  peripheral.set_conditions({.paper_empty = true, .selected = true, .error = true});
  const Status status = host.compatibility_status();
  EXPECT_TRUE(status.paper_error && status.select && !status.fault);
}

}  // namespace
}  // namespace platen::port::ieee1284
