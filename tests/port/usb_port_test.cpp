#include "port/usb/usb_port.hpp"

#include <array>
#include <optional>
#include <random>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

#include "port/usb/out_pipe.hpp"
#include "recovered.hpp"
#include "usb_fixture.hpp"

namespace platen::port {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
namespace asio = boost::asio;

struct UsbPortTest : UsbTest {
  using Body = Task<void> (*)(UsbPortTest& t);
  void run(Body body) { play(reactor, body(*this)); }
};

struct Sizes : UsbPortTest, testing::WithParamInterface<std::size_t> {};

TEST_P(Sizes, AJobArrivesBitForBit) {
  plug();
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    const std::string job = job_of(GetParam());
    auto sent = co_await t.write(job);
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().sentence());
    EXPECT_TRUE(t.rig.heard(1) == job);
    EXPECT_EQ(t.rig.counts(1)["empty"], 0);
  });
}

INSTANTIATE_TEST_SUITE_P(Usb, Sizes,
                         testing::Values(1, 511, 512, 513, 16384, 16385, 65536, 100'000, 3'000'036));

TEST_F(UsbPortTest, SeveralWritesAreInFlightAndTheRestWaits) {
  plug("takes=0");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    const std::string job = job_of(1 << 20);
    auto taken = co_await t.port->write_some(std::as_bytes(std::span(job)), t.soon());
    EXPECT_EQ(taken.value(), usb::OutPipe::most_taken);
    auto more = co_await t.port->write_some(std::as_bytes(std::span(job)), t.soon(30ms));
    EXPECT_TRUE(!more && more.error().is(Errc::timed_out));
    auto drained = co_await t.port->drain(t.soon(30ms));
    EXPECT_TRUE(!drained && drained.error().is(Errc::timed_out));
    EXPECT_EQ(t.rig.counts(1)["most-writes"], 4);
  });
}

TEST_F(UsbPortTest, AReadIsPendingThoughNobodyAsks) {
  plug();
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    EXPECT_EQ(t.rig.counts(1)["reads"], 1);
    t.rig.say_from(1, "paper out\r\n");
    auto heard = co_await t.read(11);
    EXPECT_EQ(heard, "paper out\r\n");
    EXPECT_EQ(t.rig.counts(1)["reads"], 1);
  });
}

TEST_F(UsbPortTest, AnIdlePortWakesNobody) {
  plug();
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    auto sent = co_await t.write("a little");
    EXPECT_TRUE(sent);
  });
  reactor.restart();
  reactor.poll();
  EXPECT_EQ(reactor.run_for(300ms), 0u);
  rig.say_from(1, "and now");
  EXPECT_GT(reactor.run_one_for(10s), 0u);
}

TEST_F(UsbPortTest, ReadsWhileItWrites) {
  plug("");
  rig.tell("report 1 10000");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    std::string expected;
    for (int i = 1; i <= 100; ++i) expected += "report " + std::to_string(i) + "\n";
    std::optional<std::string> heard;
    asio::co_spawn(
        t.reactor,
        [](UsbPortTest& test, std::size_t size, std::optional<std::string>& out) -> Task<void> {
          out = co_await test.read(size);
        }(t, expected.size(), heard),
        asio::detached);
    const std::string job = job_of(1'000'000);
    auto sent = co_await t.write(job);
    EXPECT_TRUE(sent);
    for (int i = 0; i < 1000 && !heard; ++i) (void)co_await sleep(t.clock, 5ms);
    EXPECT_EQ(heard.value_or(""), expected);
    EXPECT_TRUE(t.rig.heard(1) == job);
  });
}

TEST_F(UsbPortTest, AReplyQueueOf64BytesDoesNotStallPrinting) {
  plug("reply-queue=64");
  rig.tell("report 1 1000");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    const std::string job = job_of(300'000);
    auto sent = co_await t.write(job);  // nobody calls read_some()
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().sentence());
    EXPECT_TRUE(t.rig.heard(1) == job);
    auto heard = co_await t.read(20);
    EXPECT_THAT(heard, StartsWith("report 1\nreport 2\n"));
  });
}

TEST_F(UsbPortTest, AStallIsClearedAndNoByteIsLostOrDoubled) {
  plug("stall-out-at=50001");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    const std::string job = job_of(200'000);
    auto sent = co_await t.write(job);
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().sentence());
    EXPECT_TRUE(t.rig.heard(1) == job);
    EXPECT_EQ(t.rig.counts(1)["cleared"], 1);
  });
}

TEST_F(UsbPortTest, AStallThatComesBackAtOnceEndsThePort) {
  plug("stall-out-at=5000 out-stalls=1000");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    auto sent = co_await t.write(job_of(200'000));
    EXPECT_TRUE(!sent && sent.error().is(Errc::closed));
    EXPECT_THAT(sent ? "" : sent.error().sentence(), HasSubstr("Switch it off and on"));
    EXPECT_LE(t.rig.counts(1)["cleared"], 2);
  });
}

TEST_F(UsbPortTest, AStalledReadGoesOn) {
  plug("in-stalls=1");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    t.rig.say_from(1, "ready");
    auto heard = co_await t.read(5);
    EXPECT_EQ(heard, "ready");
  });
}

TEST_F(UsbPortTest, ABabblingPrinterIsStillHeard) {
  plug("babbles=1");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    t.rig.say_from(1, "ready");
    auto heard = co_await t.read(5);
    EXPECT_EQ(heard, "ready");
  });
}

TEST_F(UsbPortTest, EmptyAnswersAreAskedForEverMoreSlowly) {
  plug("empty-reads=1");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    t.rig.say_from(1, "late");
    auto heard = co_await t.read(4);
    EXPECT_EQ(heard, "late");
    auto sent = co_await t.write(job_of(10'000));
    EXPECT_TRUE(sent);
  });
}

TEST_F(UsbPortTest, AReadThatHangsDoesNotHinderPrinting) {
  plug("in-hang=1");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    const std::string job = job_of(100'000);
    auto sent = co_await t.write(job);
    EXPECT_TRUE(sent);
    EXPECT_TRUE(t.rig.heard(1) == job);
    std::array<std::byte, 8> buffer;
    auto none = co_await t.port->read_some(buffer, t.soon(20ms));
    EXPECT_TRUE(!none && none.error().is(Errc::timed_out));
  });
}

TEST_F(UsbPortTest, UnpluggingEndsAllWaitsAtOnce) {
  plug("takes=0");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    std::optional<Error> read_error;
    asio::co_spawn(
        t.reactor,
        [](UsbPortTest& test, std::optional<Error>& out) -> Task<void> {
          std::array<std::byte, 8> buffer;
          auto count = co_await test.port->read_some(buffer, test.soon());
          if (!count) out = count.error();
        }(t, read_error),
        asio::detached);
    const std::string job = job_of(800'000);
    std::optional<Error> write_error;
    asio::co_spawn(
        t.reactor,
        [](UsbPortTest& test, std::string bytes, std::optional<Error>& out) -> Task<void> {
          auto sent = co_await test.write(bytes);
          if (!sent) out = sent.error();
        }(t, job, write_error),
        asio::detached);
    for (int i = 0; i < 1000 && t.rig.counts(1)["writes"] < 4; ++i) (void)co_await sleep(t.clock, 1ms);
    t.rig.tell("unplug 1");
    const Instant pulled = t.clock.now();
    while (!read_error || !write_error) (void)co_await sleep(t.clock, 1ms);
    recovered(t.clock.now() - pulled, 1s);
    EXPECT_TRUE(read_error->is(Errc::closed)) << read_error->sentence();
    EXPECT_TRUE(write_error->is(Errc::closed)) << write_error->sentence();
    t.port->close();
    auto again = co_await t.port->open(t.soon(100ms));
    EXPECT_TRUE(!again && again.error().is(Errc::not_found));
  });
}

TEST_F(UsbPortTest, APrinterThatComesBackIsTheSameAtAnotherSocket) {
  plug("unplug-at=70000");
  make({.vendor = lexmark, .product = 0x00F3, .serial = "6210V1L"});
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    auto sent = co_await t.write(job_of(200'000));
    EXPECT_TRUE(!sent && sent.error().is(Errc::closed));
    t.port->close();
    t.rig.tell("plug 2 E250d");
    auto opened = co_await t.port->open(t.soon());
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().sentence());
    const std::string job = job_of(200'000, 2);
    auto again = co_await t.write(job);
    EXPECT_TRUE(again);
    EXPECT_TRUE(t.rig.heard(2) == job);
  });
}

TEST_F(UsbPortTest, AbortingTakesBackWhatIsInFlightAndResetsThePrinter) {
  plug("takes=20000");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    const std::string job = job_of(60'000);
    auto taken = co_await t.port->write_some(std::as_bytes(std::span(job)), t.soon());
    EXPECT_EQ(taken.value(), 60'000u);
    auto aborted = co_await t.port->abort_job(t.soon(800ms));
    EXPECT_TRUE(aborted) << (aborted ? "" : aborted.error().sentence());
    EXPECT_EQ(t.rig.counts(1)["resets"], 1);
    EXPECT_EQ(t.rig.counts(1)["writes"], 0);
    EXPECT_EQ(t.rig.counts(1)["reads"], 1);
    t.rig.tell("knob 1 takes=-1");
    const std::string next = job_of(40'000, 2);
    auto sent = co_await t.write(next);
    EXPECT_TRUE(sent);
    EXPECT_TRUE(t.rig.heard(1) == job.substr(0, 20'000) + next);
  });
}

TEST_F(UsbPortTest, APrinterThatKnowsOnlyTheOldResetGetsThat) {
  plug("refuses-reset=1");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    auto aborted = co_await t.port->abort_job(t.soon());
    EXPECT_TRUE(aborted);
    EXPECT_EQ(t.rig.counts(1)["resets"], 1);
  });
}

TEST_F(UsbPortTest, APrinterThatKnowsNoResetIsToldToBeWithinTheJobStill) {
  plug("refuses-reset=1 refuses-old-reset=1 takes=10");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    const std::string job = job_of(1000);
    (void)co_await t.port->write_some(std::as_bytes(std::span(job)), t.soon());
    auto aborted = co_await t.port->abort_job(t.soon());
    EXPECT_TRUE(!aborted && aborted.error().is(Errc::unsupported));
    t.rig.tell("knob 1 takes=-1");
    auto sent = co_await t.write("next");
    EXPECT_TRUE(sent);
    EXPECT_EQ(t.rig.heard(1), job.substr(0, 10) + "next");
  });
}

TEST_F(UsbPortTest, APrinterThatWouldHangIsNotReset) {
  EXPECT_TRUE(quirks.add("043d:00f3 | no-soft-reset | a test | none", "test").empty());
  plug();
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    auto aborted = co_await t.port->abort_job(t.soon());
    EXPECT_TRUE(!aborted && aborted.error().is(Errc::unsupported));
    EXPECT_EQ(t.rig.counts(1)["resets"], 0);
    EXPECT_TRUE(t.port->is_open());
  });
}

TEST_F(UsbPortTest, LettingGoOfAPrinterThatDoesNotAnswerHoldsNobodyUp) {
  // One with several protocols: the kernel puts the first back, and waits for the printer.
  rig.tell("plug 1 E260dn release-ms=700");
  make({.vendor = lexmark, .product = 0x0123});
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    const Instant begin = t.clock.now();
    t.port->close();
    (void)co_await sleep(t.clock, 1ms);
    recovered(t.clock.now() - begin, 500ms);
    auto opened = co_await t.port->open(t.soon());
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().sentence());
  });
}

TEST_F(UsbPortTest, ClosingEndsWaitsAndFreesTheDevice) {
  plug("takes=0");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    EXPECT_EQ(t.rig.counts(1)["claimed"], 1);
    std::optional<Error> seen;
    asio::co_spawn(
        t.reactor,
        [](UsbPortTest& test, std::optional<Error>& out) -> Task<void> {
          std::array<std::byte, 8> buffer;
          auto count = co_await test.port->read_some(buffer, test.soon());
          if (!count) out = count.error();
        }(t, seen),
        asio::detached);
    (void)co_await sleep(t.clock, 1ms);
    const std::string job = job_of(60'000);
    (void)co_await t.port->write_some(std::as_bytes(std::span(job)), t.soon());
    t.port.reset();
    for (int i = 0; i < 1000 && !seen; ++i) (void)co_await sleep(t.clock, 1ms);
    EXPECT_TRUE(seen && seen->is(Errc::closed));
    for (int i = 0; i < 1000 && t.rig.counts(1)["claimed"] == 1; ++i) (void)co_await sleep(t.clock, 1ms);
    EXPECT_EQ(t.rig.counts(1)["claimed"], 0);
    EXPECT_EQ(t.rig.heard(1), "");
  });
}

TEST_F(UsbPortTest, TakesItFromTheKernelsDriverAndNeverGivesItBack) {
  plug("usblp=1");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    EXPECT_EQ(t.rig.counts(1)["usblp"], 0);
    t.port->close();
    EXPECT_EQ(t.rig.counts(1)["usblp"], 0);
  });
}

TEST_F(UsbPortTest, AWaitingWriteThatIsCancelledTakesNothing) {
  plug("takes=0");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    constexpr std::size_t most = usb::OutPipe::most_taken;
    const std::string job = job_of(most + 1000);
    auto first = co_await t.port->write_some(std::as_bytes(std::span(job)), t.soon());
    EXPECT_EQ(first.value(), most);
    const auto rest = std::as_bytes(std::span(job)).subspan(most);
    auto second = co_await t.port->write_some(rest, t.soon(20ms));
    EXPECT_TRUE(!second && second.error().is(Errc::timed_out));
    t.rig.tell("knob 1 takes=-1");
    auto third = co_await t.write(std::string_view(job).substr(most));
    EXPECT_TRUE(third);
    EXPECT_TRUE(t.rig.heard(1) == job);
  });
}

TEST_F(UsbPortTest, APrinterThatAnotherProgramHoldsIsWaitedForAndThenSaidToBeBusy) {
  plug();
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    UsbPort second(t.reactor.get_executor(), t.clock, {.vendor = lexmark, .product = 0x00F3}, t.quirks);
    auto refused = co_await second.open(t.soon(300ms));
    EXPECT_TRUE(!refused && refused.error().is(Errc::busy));
    EXPECT_THAT(refused ? "" : refused.error().sentence(), HasSubstr("Another program uses it"));
    auto alarm = t.clock.set(t.clock.now() + 100ms, [&t] { t.port->close(); });
    const Instant waits_from = t.clock.now();
    auto opened = co_await second.open(t.soon());
    recovered(t.clock.now() - waits_from - 100ms, 2s);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().sentence());
  });
}

TEST_F(UsbPortTest, EmptyPacketsAreSentOnlyWhenAQuirkAsksForThem) {
  EXPECT_TRUE(quirks.add("043d:00d7 | zero-length | a test | michaelrsweet/pappl#434", "test").empty());
  rig.tell("plug 1 E238");
  make({.vendor = lexmark, .product = 0x00D7});
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    for (const char* part : {"whole", "not whole"}) {
      auto sent = co_await t.write(std::string(part == std::string("whole") ? 640 : 641, 'x'));
      EXPECT_TRUE(sent);
    }
    EXPECT_EQ(t.rig.counts(1)["empty"], 1);
    std::byte nothing[1];
    auto none = co_await t.port->write_some(std::span(nothing).first(0), t.soon());
    EXPECT_EQ(none.value(), 0u);
    EXPECT_EQ(t.rig.counts(1)["empty"], 1) << "a write of nothing is not one";
  });
}

TEST_F(UsbPortTest, APrinterThatMustNotBeReadIsNot) {
  EXPECT_TRUE(quirks.add("043d:* | unidir | a test | none", "test").empty());
  plug();
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    const std::string job = job_of(20'000);
    auto sent = co_await t.write(job);
    EXPECT_TRUE(sent);
    EXPECT_EQ(t.rig.counts(1)["reads"], 0);
  });
}

TEST_F(UsbPortTest, AQuirkMayGoByTheDeviceId) {
  EXPECT_TRUE(quirks.add("id:*lexmark e250d;* | unidir | a test | none", "test").empty());
  plug();
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    EXPECT_EQ(t.rig.counts(1)["reads"], 0);
  });
}

TEST_F(UsbPortTest, AQuirkGivesThePrinterBackToTheKernel) {
  EXPECT_TRUE(quirks.add("043d:00f3 | reattach | a test | none", "test").empty());
  plug("usblp=1");
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    t.port->close();
    EXPECT_EQ(t.rig.counts(1)["usblp"], 1);
  });
}

struct Seeds : UsbPortTest, testing::WithParamInterface<unsigned> {};

TEST_P(Seeds, HoweverOftenWritesAreCancelledAJobArrivesOnce) {
  plug("takes=0 stall-out-at=" + std::to_string(150'000 + GetParam()));
  run([](UsbPortTest& t) -> Task<void> {
    co_await t.open();
    std::mt19937 random(GetParam());
    const std::string job = job_of(1'200'000, GetParam());
    auto rest = std::as_bytes(std::span(job));
    int cancelled = 0;
    while (!rest.empty()) {
      if (random() % 4 == 0) t.rig.tell("knob 1 takes=" + std::to_string(random() % 40'000));
      const auto chunk = rest.first(std::min<std::size_t>(rest.size(), 1 + random() % 60'000));
      asio::cancellation_signal stop;
      auto alarm = t.clock.set(t.clock.now() + std::chrono::microseconds(random() % 3000),
                               [&stop] { stop.emit(asio::cancellation_type::terminal); });
      auto writing = t.port->write_some(chunk, t.soon(std::chrono::microseconds(random() % 3000)));
      auto [thrown, taken] = co_await asio::co_spawn(
          t.reactor, std::move(writing),
          asio::bind_cancellation_slot(stop.slot(), asio::as_tuple(asio::use_awaitable)));
      if (thrown || (!taken && (taken.error().is(Errc::timed_out) || taken.error().is(Errc::canceled)))) {
        ++cancelled;
        continue;
      }
      EXPECT_TRUE(taken) << taken.error().sentence();
      if (!taken) co_return;
      rest = rest.subspan(*taken);
    }
    EXPECT_GT(cancelled, 0);
    t.rig.tell("knob 1 takes=-1");
    auto drained = co_await t.port->drain(t.soon());
    EXPECT_TRUE(drained);
    EXPECT_TRUE(t.rig.heard(1) == job);
    EXPECT_EQ(t.rig.counts(1)["cleared"], 1);
  });
}

INSTANTIATE_TEST_SUITE_P(Usb, Seeds, testing::Range(1u, 6u));

TEST_F(UsbPortTest, WhatIsNotOpenSaysSo) {
  plug();
  run([](UsbPortTest& t) -> Task<void> {
    std::array<std::byte, 8> buffer{};
    auto read = co_await t.port->read_some(buffer, t.soon());
    EXPECT_TRUE(!read && read.error().is(Errc::closed));
    auto written = co_await t.port->write_some(buffer, t.soon());
    EXPECT_TRUE(!written && written.error().is(Errc::closed));
    t.port->close();
  });
}

}  // namespace
}  // namespace platen::port
