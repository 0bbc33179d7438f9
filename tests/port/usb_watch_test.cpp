#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "port/usb/watch.hpp"
#include "usb_fixture.hpp"

namespace platen::port {
namespace {

using testing::ElementsAre;

struct UsbWatchTest : UsbTest {
  std::vector<std::string> seen;
  std::unique_ptr<UsbWatch> watch;

  void SetUp() override { rig.tell("plug 1 E250d"); }

  void start() {
    auto started = UsbWatch::start(
        reactor.get_executor(),
        [this](UsbWatch::Change change, const usb::Printer& printer) {
          seen.push_back((change == UsbWatch::Change::arrived ? "arrived " : "left ") +
                         printer.address().uri());
        },
        quirks);
    ASSERT_TRUE(started) << started.error().sentence();
    watch = std::move(*started);
  }
  void run_until(std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    reactor.restart();
    while (seen.size() < count && std::chrono::steady_clock::now() < end) reactor.run_one_for(100ms);
  }
};

TEST_F(UsbWatchTest, TellsOfPrintersThatAreThereArriveAndLeave) {
  start();
  EXPECT_TRUE(seen.empty()) << "not from within start()";
  run_until(1);
  EXPECT_THAT(seen, ElementsAre("arrived usb://043d/00f3?serial=6210V1L"));
  rig.tell("plug 2 E120n");
  run_until(2);
  rig.tell("unplug 1");
  run_until(3);
  rig.tell("plug 4 E250d");
  run_until(4);
  EXPECT_THAT(seen,
              ElementsAre("arrived usb://043d/00f3?serial=6210V1L", "arrived usb://043d/00cc?at=1-2",
                          "left usb://043d/00f3?serial=6210V1L", "arrived usb://043d/00f3?serial=6210V1L"));
}

TEST_F(UsbWatchTest, SaysNothingOnceItIsDestroyed) {
  start();
  watch.reset();
  reactor.restart();
  reactor.run_for(10s);
  EXPECT_TRUE(reactor.stopped()) << "it also leaves the reactor without work";
  EXPECT_TRUE(seen.empty());
}

}  // namespace
}  // namespace platen::port
