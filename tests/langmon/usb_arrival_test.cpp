// A printer that comes back is opened because it came, not because time passed: here none does.
#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"
#include "langmon/monitor.hpp"
#include "port/usb/usb_port.hpp"
#include "rigs/usb_rig.hpp"

namespace platen::langmon {
namespace {

using bidi::State;
using namespace std::chrono_literals;

class UsbArrivalTest : public testing::Test, public Listener {
 protected:
  // How long this test would wait before it fails.
  static constexpr auto patience = 20s;

  UsbArrivalTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "platen-usb-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    out_ = pattern;
  }
  ~UsbArrivalTest() override { std::filesystem::remove_all(out_); }

  void SetUp() override {
    boost::asio::co_spawn(reactor_, monitor_.run(), [this](std::exception_ptr thrown) {
      EXPECT_FALSE(thrown);
      running_ = false;
    });
  }
  void TearDown() override {
    monitor_.stop();
    EXPECT_TRUE(until([this] { return !running_; })) << "the monitor does not end";
  }

  void plug_in(int socket) {
    const std::string number = std::to_string(socket);
    rig_.tell("plug " + number + " E260dn");
    rig_.tell("printer " + number + " " + out_ + " Lexmark T640");
  }
  template <class Condition>
  bool until(Condition so) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!so() && std::chrono::steady_clock::now() < end) {
      reactor_.restart();
      reactor_.run_one_for(50ms);
    }
    return so();
  }
  bool reaches(State state) {
    return until([this, state] { return monitor_.status().state == state; });
  }

  void status_changed(const bidi::PrinterStatus&) override {}
  void job_progress(const wire::JobProgressReport&) override {}
  void job_ended(const wire::JobEndReport&) override {}
  void needs_operator(std::uint32_t, const bidi::Reason&) override {}

  rig::UsbRig rig_;
  std::string out_;
  boost::asio::io_context reactor_{one_thread};
  SimulatedClock clock_{reactor_.get_executor()};  // stands still: no wait ends by its deadline
  port::UsbPort port_{
      reactor_.get_executor(), clock_, {.vendor = 0x043d, .product = 0x0123, .serial = "7212M3J"}};
  LanguageMonitor monitor_{clock_, reactor_.get_executor(), port_, Options{}, *this};
  bool running_ = true;
};

TEST_F(UsbArrivalTest, APrinterThatComesAndGoesIsOpenedEachTimeItComes) {
  ASSERT_TRUE(reaches(State::offline)) << "nothing is plugged in yet";
  for (const int socket : {1, 2, 3, 1, 2, 3, 1, 2}) {
    plug_in(socket);
    ASSERT_TRUE(reaches(State::idle)) << "at socket " << socket;
    rig_.tell("unplug " + std::to_string(socket));
    ASSERT_TRUE(reaches(State::offline)) << "out of socket " << socket;
  }
}

TEST_F(UsbArrivalTest, AnotherPrinterThatComesIsNotTakenForIt) {
  ASSERT_TRUE(reaches(State::offline));
  rig_.tell("plug 1 E250d");
  rig_.tell("plug 2 E260dn serial=OTHER");
  plug_in(3);
  ASSERT_TRUE(reaches(State::idle));
  EXPECT_EQ(rig_.counts(1)["claimed"], 0);
  EXPECT_EQ(rig_.counts(2)["claimed"], 0);
  EXPECT_EQ(rig_.counts(3)["claimed"], 1);
}

}  // namespace
}  // namespace platen::langmon
