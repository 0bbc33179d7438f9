// The usblp device as the monitor uses it: through /dev/usb/lp0, on the real reactor.

#include "usblp_rig.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "port_fixture.hpp"

namespace platen::rigs {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace asio = boost::asio;

struct UsblpTest : PortTest {
  UsblpRig rig;

  using Body = Task<void> (*)(UsblpTest& t);
  void run(Body body) {
    use("usblp:/dev/usb/lp0");
    platen::play(reactor, body(*this));
  }
};

TEST_F(UsblpTest, PrintsBitExactAndHearsTheAnswer) {
  run([](UsblpTest& t) -> Task<void> {
    co_await t.open();
    std::string job = "\x1B%-12345X@PJL\r\n";
    for (int i = 0; i < 1000; ++i) job += "@PJL COMMENT " + std::to_string(i) + "\r\n";
    job += kAskId;
    EXPECT_EQ(co_await t.write(job), job.size());
    EXPECT_THAT(co_await t.read_until("\f"), HasSubstr("LEXMARK T640"));
    t.rig.with([&](UsblpBench& bench) { EXPECT_EQ(bench.taken, job); });
  });
}

TEST_F(UsblpTest, ReadsTheDeviceIdAndTheLines) {
  run([](UsblpTest& t) -> Task<void> {
    co_await t.open();
    auto id = co_await t.port->device_id(t.soon());
    EXPECT_EQ(id ? *id : id.error().sentence(), ParallelRig::kId);
    auto lines = co_await t.port->status_lines(t.soon());
    EXPECT_TRUE(lines && lines->selected && !lines->error && !lines->paper_empty);
    t.rig.with(
        [](UsblpBench& bench) { bench.printer.device().set_fault(vprinter::Fault::cover_open, true); });
    lines = co_await t.port->status_lines(t.soon());
    EXPECT_TRUE(lines && lines->error);
  });
}

TEST_F(UsblpTest, HearsThePrinterWhileItTakesNoData) {
  run([](UsblpTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("\x1B%-12345X@PJL USTATUS DEVICE=ON\r\n");
    t.rig.with([](UsblpBench& bench) { bench.printer.stall(true); });
    const std::string more(8000, ' ');
    for (;;) {
      auto count = co_await t.port->write_some(std::as_bytes(std::span(more)), t.soon(100ms));
      if (count) continue;
      EXPECT_TRUE(count.error().is(Errc::timed_out)) << count.error().sentence();
      break;
    }
    t.rig.with([](UsblpBench& bench) { bench.printer.device().set_fault(vprinter::Fault::jam, true); });
    EXPECT_THAT(co_await t.read_until("\f"), HasSubstr("CODE=42"));
  });
}

TEST_F(UsblpTest, EmptyReadsAreNoEndAndCostNoSpinning) {
  rig.with([](UsblpBench& bench) { bench.empty_reads = true; });
  run([](UsblpTest& t) -> Task<void> {
    co_await t.open();
    std::array<std::byte, 16> buffer;
    auto count = co_await t.port->read_some(buffer, t.soon(200ms));
    EXPECT_TRUE(!count && count.error().is(Errc::timed_out));
    co_await t.write(kAskId);
    EXPECT_THAT(co_await t.read_until("\f"), HasSubstr("LEXMARK"));
  });
}

TEST_F(UsblpTest, APrinterThatIsUnpluggedEndsReadsAndWrites) {
  run([](UsblpTest& t) -> Task<void> {
    co_await t.open();
    t.rig.with([](UsblpBench& bench) { bench.gone = true; });
    std::array<std::byte, 16> buffer;
    auto count = co_await t.port->read_some(buffer, t.soon());
    EXPECT_TRUE(!count && count.error().is(Errc::closed));
    count = co_await t.port->write_some(buffer, t.soon());
    EXPECT_TRUE(!count && count.error().is(Errc::closed));
  });
}

TEST_F(UsblpTest, AbortingResetsThePrinterSoftly) {
  run([](UsblpTest& t) -> Task<void> {
    co_await t.open();
    co_await t.write("\x1B%-12345X@PJL JOB NAME=\"x\"\r\n@PJL ENTER LANGUAGE=PCL\r\nhello");
    auto aborted = co_await t.port->abort_job(t.soon());
    EXPECT_TRUE(aborted) << (aborted ? "" : aborted.error().sentence());
    t.rig.with([](UsblpBench& bench) {
      EXPECT_EQ(bench.soft_resets, 1);
      EXPECT_EQ(bench.output.jobs.size(), 1u);
    });
    co_await t.write(kAskId);
    EXPECT_THAT(co_await t.read_until("\f"), HasSubstr("LEXMARK"));
  });
}

TEST_F(UsblpTest, ClosingEndsThePendingRead) {
  run([](UsblpTest& t) -> Task<void> {
    co_await t.open();
    std::optional<Error> seen;
    asio::co_spawn(
        t.reactor,
        [](UsblpTest& test, std::optional<Error>& out) -> Task<void> {
          std::array<std::byte, 16> buffer;
          auto count = co_await test.port->read_some(buffer, test.soon());
          if (!count) out = count.error();
        }(t, seen),
        asio::detached);
    (void)co_await sleep(t.clock, 10ms);
    t.port.reset();
    for (int i = 0; i < 1000 && !seen; ++i) (void)co_await sleep(t.clock, 5ms);
    EXPECT_TRUE(seen && seen->is(Errc::closed));
  });
}

TEST_F(UsblpTest, ADeviceThatIsNotThereIsSaidToBeMissing) {
  use("usblp:/dev/usb/lp9");
  platen::play(reactor, [](UsblpTest& t) -> Task<void> {
    auto opened = co_await t.port->open(t.soon());
    EXPECT_TRUE(!opened && opened.error().is(Errc::not_found));
    EXPECT_THAT(opened ? "" : opened.error().sentence(), HasSubstr("modprobe usblp"));
  }(*this));
}

}  // namespace
}  // namespace platen::rigs
