// The parallel port as the monitor uses it: through /dev/parport0, on the real reactor.

#include "parallel_rig.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "port_fixture.hpp"

namespace platen::rigs {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace asio = boost::asio;

struct RigTest : PortTest {
  ParallelRig rig;

  using Body = Task<void> (*)(RigTest& t);
  void run(Body body) { platen::play(reactor, body(*this)); }
  void TearDown() override {
    port.reset();
    rig.with([](PrinterBench& bench) {
      const auto& tally = bench.wire.peripheral().tally();
      if (HasFailure())
        std::cerr << "phase " << static_cast<int>(bench.wire.peripheral().phase()) << ", unread "
                  << bench.wire.peripheral().unread() << ", in " << tally.bytes_in << ", out "
                  << tally.bytes_out << ", negotiations " << tally.negotiations << ", resets " << tally.resets
                  << ", taken " << bench.taken.size() << "\n";
      EXPECT_THAT(bench.wire.peripheral().violations(), testing::IsEmpty());
      EXPECT_FALSE(bench.claimed);
    });
  }
};

constexpr std::string_view kMode = "\x1B%-12345X@PJL\r\n";

struct RigModeTest : RigTest, testing::WithParamInterface<const char*> {};

TEST_P(RigModeTest, PrintsBitExactAndHearsTheAnswer) {
  use(std::string("parallel:/dev/parport0?mode=") + GetParam());
  run([](RigTest& t) -> Task<void> {
    co_await t.open();
    std::string job(kMode);
    for (int i = 0; i < 40; ++i) job += "@PJL COMMENT " + std::to_string(i) + std::string(i, 'x') + "\r\n";
    job += kAskId;
    EXPECT_EQ(co_await t.write(job), job.size());
    const std::string heard = co_await t.read_until("\f");
    EXPECT_THAT(heard, HasSubstr("LEXMARK T640"));
    EXPECT_EQ(t.rig.taken(), job);
  });
}

INSTANTIATE_TEST_SUITE_P(Modes, RigModeTest, testing::Values("auto", "ecp", "byte", "nibble", "epp"));

TEST_F(RigTest, ReadsTheDeviceIdAndTheLines) {
  use("parallel:/dev/parport0");
  run([](RigTest& t) -> Task<void> {
    co_await t.open();
    auto id = co_await t.port->device_id(t.soon());
    EXPECT_EQ(id ? *id : id.error().sentence(), ParallelRig::kId);
    auto lines = co_await t.port->status_lines(t.soon());
    EXPECT_TRUE(lines && lines->selected && !lines->error && !lines->paper_empty);
    t.rig.with(
        [](PrinterBench& bench) { bench.printer.device().set_fault(vprinter::Fault::cover_open, true); });
    lines = co_await t.port->status_lines(t.soon());
    EXPECT_TRUE(lines && lines->error);
  });
}

TEST_F(RigTest, HearsAnUnsolicitedWordWhileItIsIdle) {
  use("parallel:/dev/parport0?mode=nibble");
  run([](RigTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("\x1B%-12345X@PJL USTATUS DEVICE=ON\r\n");
    (void)co_await sleep(t.clock, 300ms);
    t.rig.with(
        [](PrinterBench& bench) { bench.printer.device().set_fault(vprinter::Fault::cover_open, true); });
    EXPECT_THAT(co_await t.read_until("\f"), HasSubstr("USTATUS DEVICE"));
  });
}

TEST_F(RigTest, HearsThePrinterWhileItTakesNoData) {
  use("parallel:/dev/parport0");
  run([](RigTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("\x1B%-12345X@PJL USTATUS DEVICE=ON\r\n");
    t.rig.with([](PrinterBench& bench) { bench.printer.stall(true); });
    const std::string more(100, ' ');
    for (;;) {
      auto count = co_await t.port->write_some(std::as_bytes(std::span(more)), t.soon(150ms));
      if (count) continue;
      EXPECT_TRUE(count.error().is(Errc::timed_out)) << count.error().sentence();
      break;
    }
    t.rig.with([](PrinterBench& bench) { bench.printer.device().set_fault(vprinter::Fault::jam, true); });
    EXPECT_THAT(co_await t.read_until("\f"), HasSubstr("CODE=42"));
    t.rig.with([](PrinterBench& bench) { bench.printer.stall(false); });
    EXPECT_EQ(co_await t.write("\r\n"), 2u);
  });
}

TEST_F(RigTest, AWriteThatNobodyTakesEndsAtItsDeadlineAndTellsWhatWasTaken) {
  use("parallel:/dev/parport0?mode=nibble");
  run([](RigTest& t) -> Task<void> {
    co_await t.open();
    t.rig.with([](PrinterBench& bench) { bench.printer.stall(true); });
    std::size_t taken = 0;
    const std::string data(50, 'x');
    for (int i = 0; i < 5; ++i) {
      const Instant begin = t.clock.now();
      auto count = co_await t.port->write_some(std::as_bytes(std::span(data)), t.soon(50ms));
      EXPECT_LT(t.clock.now() - begin, 3s);
      if (count) taken += *count;
    }
    t.rig.with([](PrinterBench& bench) { bench.printer.stall(false); });
    while (t.rig.taken().size() < taken) (void)co_await sleep(t.clock, 5ms);
    EXPECT_EQ(t.rig.taken().size(), taken);
  });
}

TEST_F(RigTest, AbortingPullsInitAndThePrinterBeginsAgain) {
  use("parallel:/dev/parport0");
  run([](RigTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("\x1B%-12345X@PJL JOB NAME=\"x\"\r\n@PJL ENTER LANGUAGE=PCL\r\nhello");
    auto aborted = co_await t.port->abort_job(t.soon());
    EXPECT_TRUE(aborted) << (aborted ? "" : aborted.error().sentence());
    t.rig.with([](PrinterBench& bench) {
      EXPECT_EQ(bench.output.jobs.size(), 1u);
      EXPECT_EQ(bench.wire.peripheral().tally().resets, 1);
    });
    co_await t.write(kAskId);
    EXPECT_THAT(co_await t.read_until("\f"), HasSubstr("LEXMARK"));
  });
}

TEST_F(RigTest, ClosesWhileAReadIsPendingAndOpensAgain) {
  use("parallel:/dev/parport0");
  run([](RigTest& t) -> Task<void> {
    for (int i = 0; i < 5; ++i) {
      co_await t.open();
      std::optional<Error> seen;
      asio::co_spawn(
          t.reactor,
          [](RigTest& test, std::optional<Error>& out) -> Task<void> {
            std::array<std::byte, 16> buffer;
            auto count = co_await test.port->read_some(buffer, test.soon());
            if (!count) out = count.error();
          }(t, seen),
          asio::detached);
      (void)co_await sleep(t.clock, 5ms);
      t.port->close();
      for (int n = 0; n < 1000 && !seen; ++n) (void)co_await sleep(t.clock, 5ms);
      EXPECT_TRUE(seen && seen->is(Errc::closed));
    }
  });
}

TEST_F(RigTest, APortThatIsPulledOutEndsThePendingRead) {
  use("parallel:/dev/parport0");
  run([](RigTest& t) -> Task<void> {
    co_await t.open();
    t.rig.pull_out();
    std::array<std::byte, 16> buffer;
    auto count = co_await t.port->read_some(buffer, t.soon());
    EXPECT_TRUE(!count && count.error().is(Errc::closed));
    EXPECT_FALSE(t.port->is_open());
  });
  rig.with([](PrinterBench& bench) { bench.claimed = false; });
}

struct RigUnplugTest : RigTest, testing::WithParamInterface<const char*> {};

TEST_P(RigUnplugTest, ACableThatIsPulledIsNoticedWhileDataWaits) {
  use(std::string("parallel:/dev/parport0?mode=") + GetParam());
  run([](RigTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write(kMode);
    t.rig.with([](PrinterBench& bench) { bench.unplug(); });
    const Deadline patience = t.soon();
    const std::string data(4000, 'x');
    Result<std::size_t> count;
    while ((count = co_await t.port->write_some(std::as_bytes(std::span(data)), t.soon())))
      if (patience.passed(t.clock)) break;
    EXPECT_TRUE(!count && count.error().is(Errc::closed)) << (count ? "" : count.error().sentence());
    t.rig.with([](PrinterBench& bench) { bench.plug_in(); });
    co_await t.open();
    co_await t.write(kAskId);
    EXPECT_THAT(co_await t.read_until("\f"), HasSubstr("LEXMARK"));
  });
}

INSTANTIATE_TEST_SUITE_P(Modes, RigUnplugTest, testing::Values("ecp", "byte", "nibble"));

TEST_F(RigTest, APortThatIsNotThereIsSaidToBeMissing) {
  use("parallel:/dev/parport7");
  run([](RigTest& t) -> Task<void> {
    auto opened = co_await t.port->open(t.soon());
    EXPECT_TRUE(!opened && opened.error().is(Errc::not_found));
    EXPECT_THAT(opened ? "" : opened.error().sentence(), HasSubstr("modprobe"));
  });
}

}  // namespace
}  // namespace platen::rigs
