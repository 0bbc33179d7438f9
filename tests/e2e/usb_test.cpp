// The whole chain with a printer on the USB: libusb and all programs are what they always are.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "house/house.hpp"
#include "rigs/usb_rig.hpp"

namespace platen::e2e {
namespace {

using testing::HasSubstr;

constexpr const char* uri = "usb://043d/0123?serial=7212M3J";

struct Usb : testing::Test {
  explicit Usb(std::vector<std::string> service_options = {}) : house({}, std::move(service_options)) {}

  rig::UsbRig rig;
  House house;

  void plug(int socket) {
    const std::string number = std::to_string(socket);
    std::filesystem::create_directories(paper());
    rig.tell("plug " + number + " E260dn usblp=1");
    rig.tell("printer " + number + " " + paper() + " Lexmark T640");
  }
  [[nodiscard]] std::string paper() const { return house.folder() / "usb"; }
  [[nodiscard]] std::size_t pages() const {
    const std::string lines = read_file(paper() + "/pages.jsonl");
    return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
  }
  void install() {
    const auto done = house.platen({"install", source("inf/platen.inf"), "--port", uri, "--name", "Cable"});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("Lexmark E260dn")) << "found by its own device id";
  }
};

TEST_F(Usb, APrinterIsListedInstalledByItsIdAndPrints) {
  plug(1);
  const auto ports = house.platen({"ports"});
  EXPECT_THAT(ports.out, HasSubstr(uri));
  EXPECT_THAT(ports.out, HasSubstr("Lexmark E260dn, serial number 7212M3J"));
  install();
  const auto id = house.print("Cable", house.text("hello.txt", "Hello on the cable"));
  EXPECT_TRUE(house.job_reaches(id, "completed"));
  EXPECT_EQ(pages(), 1u);
  EXPECT_THAT(house.platen({"ink", "Cable"}).out, HasSubstr("Black Toner Cartridge"));
}

TEST_F(Usb, AJobThatWaitsForPaperSurvivesThePlugAndIsPrintedOnce) {
  plug(1);
  install();
  rig.tell("tell 1 paper-out Tray 1");
  const auto id = house.print("Cable", house.text("hello.txt", "Hello on the cable"));
  EXPECT_TRUE(house.sentence_has("Cable", "Tray 1 is out of paper"));
  rig.tell("unplug 1");
  EXPECT_TRUE(house.sentence_has("Cable", "cannot be reached", Seconds(2)));
  plug(3);
  EXPECT_TRUE(recovers([&] { return house.job(id).at("state").as_string() == "completed"; }, Seconds(150)));
  EXPECT_EQ(pages(), 1u);
}

TEST_F(Usb, AMonitorThatIsKilledLeavesThePrinterToTheNext) {
  plug(1);
  install();
  rig.tell("tell 1 paper-out Tray 1");
  const auto id = house.print("Cable", house.text("hello.txt", "Hello on the cable"));
  EXPECT_TRUE(house.sentence_has("Cable", "Tray 1 is out of paper"));
  for (const pid_t monitor : house.processes("platen-monitor")) ::kill(monitor, SIGKILL);
  rig.tell("tell 1 paper-in Tray 1");
  EXPECT_TRUE(recovers([&] { return house.job(id).at("state").as_string() == "completed"; }, Seconds(60)));
  EXPECT_GE(pages(), 1u);
}

// With the INF files where an installed Platen has them.
struct PlugAndPlay : Usb {
  PlugAndPlay() : Usb({"--inf-dir", source("inf")}) {}
  [[nodiscard]] bool listed() const {
    return house.platen({"printers"}).out.find("Lexmark-E260dn") != std::string::npos;
  }
};

TEST_F(PlugAndPlay, APrinterThatIsPluggedInIsThereAndPrintsAndIsTheSameAtAnotherSocket) {
  plug(1);
  ASSERT_TRUE(eventually([this] { return listed(); })) << house.service_log();
  const auto first = house.print("Lexmark-E260dn", house.text("one.txt", "Hello on the cable"));
  EXPECT_TRUE(house.job_reaches(first, "completed"));
  rig.tell("unplug 1");
  EXPECT_TRUE(house.sentence_has("Lexmark-E260dn", "cannot be reached"));
  plug(3);
  EXPECT_TRUE(house.sentence_has("Lexmark-E260dn", "Ready"));
  const auto second = house.print("Lexmark-E260dn", house.text("two.txt", "Hello on another cable"));
  EXPECT_TRUE(house.job_reaches(second, "completed"));
  EXPECT_EQ(pages(), 2u);
  EXPECT_EQ(house.platen_json({"printers"}).at("printers").as_array().size(), 1u);
}

TEST_F(PlugAndPlay, APrinterThatNoInfKnowsIsToldInTheLogWithItsDeviceIdAndWhatToDo) {
  rig.tell("plug 1 E120n");
  ASSERT_TRUE(eventually([this] { return house.service_log().find("was plugged in") != std::string::npos; }));
  EXPECT_THAT(house.service_log(), HasSubstr("MDL:Lexmark E120n;"));
  EXPECT_THAT(house.service_log(), HasSubstr("platen install INF --port 'usb://043d/00cc?at=1-1'"));
  EXPECT_TRUE(house.platen_json({"printers"}).at("printers").as_array().empty());
}

}  // namespace
}  // namespace platen::e2e
