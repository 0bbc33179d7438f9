#include "port/parallel/parallel_host.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/one_thread.hpp"
#include "memory_lines.hpp"
#include "recovered.hpp"

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
    recovered(clock.now() - begin, 1s, Time::simulated);
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

// Lines that do anything at any time: every call comes back within its bounds, and nothing is believed that
// was not said.
class NonsenseLines final : public ParallelLines {
 public:
  NonsenseLines(SimulatedClock& clock, unsigned seed) : clock_(clock), random_(seed) {}
  Result<void> claim() override { return {}; }
  void release() noexcept override {}
  bool can_reverse() const override { return true; }
  std::uint8_t status() override {
    if (random_() % 4 == 0) status_ = static_cast<std::uint8_t>(random_());
    return status_;
  }
  std::uint8_t data() override { return static_cast<std::uint8_t>(random_()); }
  void set_data(std::uint8_t) override {}
  void set_control(std::uint8_t) override {}
  void set_direction(bool) override {}
  const std::optional<Error>& failure() const override { return failure_; }
  Instant now() const override { return clock_.now(); }
  void pause(Duration span) override { clock_.advance_to(clock_.now() + span); }
  bool wait_for_interrupt(Duration) override { return false; }
  void wake() noexcept override {}

 private:
  SimulatedClock& clock_;
  std::mt19937 random_;
  std::uint8_t status_ = 0;
  std::optional<Error> failure_;
};

TEST(NonsenseTest, EveryCallComesBackWithinItsBounds) {
  constexpr Preference kModes[] = {Preference::automatic, Preference::ecp, Preference::byte,
                                   Preference::nibble,    Preference::epp, Preference::compatibility};
  boost::asio::io_context reactor{one_thread};
  SimulatedClock clock(reactor.get_executor());
  const std::string data(10'000, 'd');
  for (unsigned seed = 0; seed < 18; ++seed) {
    NonsenseLines lines(clock, seed);
    const std::atomic<bool> stop = false;
    ParallelHost host(lines, stop);
    const auto bounded = [&](Duration limit, auto call) {
      const Instant begin = clock.now();
      call();
      EXPECT_LE(clock.now() - begin, limit) << "seed " << seed;
    };
    bool opened = false;
    bounded(5s, [&] { opened = host.open(kModes[seed % 6]).has_value(); });
    if (!opened) continue;
    for (int i = 0; i < 4; ++i) {
      std::string text;
      bounded(2s, [&] { EXPECT_LE(host.send(bytes(data), clock.now() + 20ms), data.size()); });
      bounded(2s, [&] { (void)host.listen(text, clock.now() + 20ms).has_value(); });
      bounded(2s, [&] { host.rest(); });
      bounded(6s, [&] { (void)host.device_id().has_value(); });
      EXPECT_LE(text.size(), 10'000u);
    }
    bounded(7s, [&] { (void)host.reset_printer(); });
    bounded(2s, [&] { host.close(); });
  }
}

// Stalls, late answers and talk at random, in every mode: what was sent arrives once and in order, and so
// does what was said.
TEST_F(ParallelHostTest, LosesAndDoublesNothingWhateverThePrintersMood) {
  constexpr Preference kModes[] = {Preference::ecp, Preference::byte, Preference::nibble, Preference::epp};
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    taken.clear();
    peripheral.faults() = {};
    printer_takes = true;
    ASSERT_TRUE(host.open(kModes[seed % 4]));
    std::string data, said, heard;
    for (int i = 0; i < 300; ++i)
      data.append(random() % 5 == 0 ? random() % 200 : 1, static_cast<char>(random()));
    std::size_t sent = 0;
    for (int turn = 0; sent < data.size() && turn < 10'000; ++turn) {
      printer_takes = random() % 3 != 0;
      peripheral.faults().event_9_late = random() % 10 == 0 ? Duration(30ms) : Duration::zero();
      peripheral.faults().event_6_late = random() % 10 == 0 ? Duration(60ms) : Duration::zero();
      peripheral.faults().premature_end.reset();
      if (random() % 10 == 0) peripheral.faults().premature_end = random() % 5;
      if (random() % 4 == 0) {
        const std::string word = "w" + std::to_string(turn) + std::string(random() % 9, '-');
        peripheral.say(word);
        said += word;
      }
      sent += host.send(bytes(data).subspan(sent), in(Duration(random() % 30 * 1ms)));
      if (random() % 3 == 0) heard += listen();
      if (random() % 5 == 0) host.rest();
      if (random() % 20 == 0) (void)host.compatibility_status();
    }
    printer_takes = true;
    peripheral.faults() = {};
    for (int i = 0; i < 100 && heard.size() < said.size(); ++i) heard += listen();
    host.close();
    (void)peripheral.lines();
    EXPECT_EQ(taken == data, true) << "seed " << seed << ": " << taken.size() << " of " << data.size();
    EXPECT_EQ(heard, said) << "seed " << seed;
    ASSERT_THAT(peripheral.violations(), testing::IsEmpty()) << "seed " << seed;
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace platen::port::ieee1284
