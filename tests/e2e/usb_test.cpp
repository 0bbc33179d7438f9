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

// What the host sent into one socket of IEEE 1284.4, out of all that went over the wire: a packet has a
// header of six bytes, of which the second is the peripheral's socket and the next two are the length.
std::string into_socket(const std::string& wire, unsigned char number) {
  constexpr std::size_t header = 6;
  std::string data;
  for (std::size_t at = 0; at + header <= wire.size();) {
    const auto byte = [&wire, at](std::size_t i) { return static_cast<unsigned char>(wire[at + i]); };
    const std::size_t length = byte(2) * 256U + byte(3);
    if (length < header || at + length > wire.size()) {
      ADD_FAILURE() << "no packet at byte " << at;
      break;
    }
    if (byte(1) == number) data.append(wire, at + header, length - header);
    at += length;
  }
  return data;
}

TEST_F(Usb, APrinterThatTalksInPacketsIsInstalledPrintsBitExactAndTellsItsInk) {
  constexpr unsigned char print_socket = 2;
  std::filesystem::create_directories(paper());
  rig.tell("plug 1 MS317dn");
  rig.tell("printer 1 " + paper() + " Lexmark T640");
  const auto done = house.platen({"install", source("inf/platen.inf"), "--port",
                                  "usb://043d/0226?serial=4514Q6F&protocol=3", "--name", "Packets"});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("Lexmark MS317dn"));
  ASSERT_TRUE(house.sentence_has("Packets", "Ready"));
  EXPECT_THAT(house.platen({"ink", "Packets"}).out, HasSubstr("Black Toner Cartridge"));

  // Printer language of every byte that is text, long enough for many packets and for the credit to run out.
  std::string document =
      "\x1b"
      "E";
  for (int page = 0; page < 3; ++page) {
    for (int row = 0; row < 50; ++row) {
      for (int i = 0; i < 70; ++i) document += static_cast<char>('!' + (page * 31 + row * 7 + i * 11) % 90);
      document += "\r\n";
    }
    document += '\f';
  }
  document +=
      "\x1b"
      "E";
  const auto id =
      house.print("Packets", house.text("job.pcl", document), {"--type", "application/octet-stream"});
  EXPECT_TRUE(house.job_reaches(id, "completed"));
  EXPECT_EQ(pages(), 3u);
  EXPECT_THAT(into_socket(rig.heard(1), print_socket), HasSubstr(document));
  EXPECT_EQ(rig.counts(1).at("alternate"), 2) << "that of protocol 3";
}

// With the INF files as `cmake --install` lays them out.
struct PlugAndPlay : Usb {
  PlugAndPlay() : Usb({"--inf-dir", installed().string() + "/share/platen/inf"}) {}
  ~PlugAndPlay() override { std::filesystem::remove_all(installed()); }
  static std::filesystem::path installed() {
    const std::filesystem::path prefix = "/tmp/platen-prefix-" + std::to_string(::getpid());
    if (std::filesystem::exists(prefix)) return prefix;
    const auto done = run(
        {PLATEN_CMAKE, "--install", PLATEN_BUILD_DIR, "--component", "inf", "--prefix", prefix}, Seconds(30));
    EXPECT_EQ(done.code, 0) << done.out << done.err;
    return prefix;
  }
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
