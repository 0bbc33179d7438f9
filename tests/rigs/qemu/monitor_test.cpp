// platen-monitor in a guest, on real devices of Debian's kernel. What must hold is in guest/monitor_test.cpp;
// each test here is one boot with one kind of port.
#include <iostream>

#include <gtest/gtest.h>

#include "guest.hpp"

namespace platen::rigs {
namespace {

// The printer, plugged into the guest's own kernel over USB/IP, and the tests inside on PORT.
GuestPlan monitor_on(const std::string& port, const std::string& tests) {
  return {.modules = {"vhci-hcd", "usblp"},
          .files = {PLATEN_VPRINTER, PLATEN_MONITOR, PLATEN_GUEST_TEST},
          .script = R"(
export GTEST_COLOR=no
export PLATEN_TEST_CONTROL=/tmp/control PLATEN_TEST_RECORD=/tmp/record
export PLATEN_TEST_PORT=)" +
                    port + R"(
platen-vprinter --out /tmp/out --usb kernel --control $PLATEN_TEST_CONTROL --record $PLATEN_TEST_RECORD >/dev/null &
until_there /dev/usb/lp0
guest-monitor-test --gtest_filter=')" +
                    tests + R"('
)"};
}

TEST(MonitorInDebiansKernel, OnAUsbDeviceThroughUsbfs) {
  Guest guest(monitor_on("usb://043d/0123", "*"));
  EXPECT_EQ(guest.wait(), 0) << guest.said();
  std::cout << guest.said();  // with the times that scripts/recovery-times reads
  EXPECT_NE(guest.said().find("[  PASSED  ] 12 tests."), std::string::npos) << guest.said();
}

TEST(MonitorInDebiansKernel, OnTheKernelsPrinterNode) {
  Guest guest(monitor_on("usblp:/dev/usb/lp0", "GuestMonitor.*"));
  EXPECT_EQ(guest.wait(), 0) << guest.said();
  std::cout << guest.said();  // with the times that scripts/recovery-times reads
  EXPECT_NE(guest.said().find("[  PASSED  ] 10 tests."), std::string::npos) << guest.said();
}

}  // namespace
}  // namespace platen::rigs
