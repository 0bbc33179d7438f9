// The printer on a USB cable, played against over the cable's socket as a host controller does.
#include "virtual/usbwire/usb_wire.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "desk.hpp"
#include "usb_fakes.hpp"
#include "virtual/usbip/usbip_session.hpp"
#include "virtual/usbwire/octets.hpp"

namespace platen::vprinter::usb {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Duration kPatience = 10s;
constexpr std::uint32_t kWireSubmit = 1, kWireUnlink = 2, kWireSubmitted = 3;
constexpr std::size_t kHeader = 48;
const std::string kEscE =
    "\x1b"
    "E";

class UsbWireTest : public testing::Test {
 protected:
  struct Answer {
    std::int32_t status = 0;
    std::size_t moved = 0;
    UsbBytes data;
  };

  UsbWireTest() {
    wire.start();
    EXPECT_TRUE(plugged());
  }
  ~UsbWireTest() override {
    wire.stop();
    reactor.restart();
    reactor.run_for(kPatience);
    EXPECT_EQ(wire.traffic().open, 0);
    std::filesystem::remove(record);
  }

  static std::filesystem::path fresh_file() {
    std::string pattern = (std::filesystem::temp_directory_path() / "platen-record-XXXXXX").string();
    Fd made(::mkstemp(pattern.data()));
    return pattern;
  }
  CableKind cable() {
    return {.reach = [this](const UsbDevice&) -> Result<Fd> {
              int ends[2];
              if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
                return fail_errno(errno, "make", "a socket pair");
              host.reset(ends[0]);
              fresh = true;
              return Fd(ends[1]);
            },
            .speak = [](UsbDevice& device, Session::Send send) -> std::unique_ptr<Session> {
              return std::make_unique<UsbipSession>(device, std::move(send));
            }};
  }

  template <class Condition>
  [[nodiscard]] bool until(Condition met) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!met() && std::chrono::steady_clock::now() < end) {
      reactor.restart();
      reactor.run_one_for(20ms);
    }
    return met();
  }
  // A fresh cable.
  [[nodiscard]] bool plugged() {
    const bool came = until([this] { return fresh; });
    fresh = false;
    heard.clear();
    answers.clear();
    return came;
  }
  [[nodiscard]] bool pulled() {
    return until([this] {
      listen();
      return closed;
    });
  }

  std::uint32_t submit(bool in, std::uint32_t endpoint, std::uint32_t length, const UsbBytes& data,
                       const UsbSetup& setup = {}) {
    Writer<Order::big> out;
    out.put(kWireSubmit).put(++sequence).put(std::uint32_t{2}).put(std::uint32_t{in}).put(endpoint);
    out.put(std::uint32_t{0}).put(length).pad(12).put(std::span<const std::uint8_t>(setup));
    out.put(std::span<const std::uint8_t>(data));
    reading[sequence] = in;
    say(std::move(out).bytes());
    return sequence;
  }
  std::uint32_t write(std::string_view text) {
    return submit(false, 1, static_cast<std::uint32_t>(text.size()), octets(text));
  }
  std::uint32_t read(std::uint32_t room) { return submit(true, 2, room, {}); }
  std::uint32_t control(const UsbSetup& setup) {
    const auto room = static_cast<std::uint32_t>(setup[6] | setup[7] << 8);
    return submit((setup[0] & kIn) != 0, 0, room, {}, setup);
  }
  std::uint32_t unlink(std::uint32_t which) {
    Writer<Order::big> out;
    out.put(kWireUnlink).put(++sequence).put(std::uint32_t{2}).pad(8).put(which).pad(24);
    say(std::move(out).bytes());
    return sequence;
  }
  void say(const UsbBytes& bytes) {
    ASSERT_EQ(::write(host.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void listen() {
    std::array<std::uint8_t, 65536> bytes;
    const ssize_t n = ::read(host.get(), bytes.data(), bytes.size());
    closed = n == 0;
    if (n > 0) heard.insert(heard.end(), bytes.begin(), bytes.begin() + n);
    while (heard.size() >= kHeader) {
      Reader<Order::big> in(heard);
      const auto command = in.get<std::uint32_t>();
      const auto which = in.get<std::uint32_t>();
      in.take(12);
      Answer answer{.status = static_cast<std::int32_t>(in.get<std::uint32_t>())};
      answer.moved = command == kWireSubmitted ? in.get<std::uint32_t>() : 0;
      const std::size_t size = kHeader + (reading[which] ? answer.moved : 0);
      if (heard.size() < size) return;
      answer.data.assign(heard.begin() + kHeader, heard.begin() + static_cast<std::ptrdiff_t>(size));
      answers[which] = answer;
      heard.erase(heard.begin(), heard.begin() + static_cast<std::ptrdiff_t>(size));
    }
  }
  // The answer to a request; one that says nothing when none came.
  Answer answer(std::uint32_t which) {
    EXPECT_TRUE(until([this, which] {
      listen();
      return answers.contains(which);
    })) << "no answer to request "
        << which;
    return answers[which];
  }
  [[nodiscard]] std::string recorded() const {
    std::ifstream file(record, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  boost::asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  KeptOutput output;
  Printer printer{clock, *model_by_name("Lexmark T640"), output, {}};
  std::filesystem::path record = fresh_file();
  Fd host;
  bool fresh = false;
  bool closed = false;
  UsbBytes heard;
  std::uint32_t sequence = 0;
  std::map<std::uint32_t, bool> reading;
  std::map<std::uint32_t, Answer> answers;
  UsbWire wire{reactor.get_executor(), printer, *usb_model_by_name("E260dn"), cable(), record};
};

TEST_F(UsbWireTest, TheModelIsWhoItSaysOnItsPortsName) {
  EXPECT_EQ(wire.uri(), "usb://043d/0123?serial=7212M3J");
  const Answer device = answer(control({0x80, 6, 0, 1, 0, 0, 18, 0}));
  ASSERT_EQ(device.data.size(), 18U);
  EXPECT_EQ(device.data[8] | device.data[9] << 8, 0x043d);
  EXPECT_EQ(device.data[10] | device.data[11] << 8, 0x0123);
}

TEST_F(UsbWireTest, AJobIsPrintedAndRecordedAndItsEndIsTold) {
  const std::string job = std::string(kUel) +
                          "@PJL JOB NAME=\"x\"\r\n@PJL USTATUS JOB = ON\r\n@PJL ENTER LANGUAGE = PCL\r\n" +
                          kEscE + "\x1b*r0A\x1b*b1W\xff\x1b*rB\f" + kEscE + std::string(kUel) +
                          "@PJL EOJ NAME=\"x\"\r\n" + std::string(kUel);
  EXPECT_EQ(answer(write(job)).moved, job.size());
  EXPECT_EQ(recorded(), job);
  EXPECT_EQ(wire.traffic().bytes_received, job.size());
  ASSERT_EQ(output.jobs.size(), 1U);
  EXPECT_EQ(output.jobs[0].pages, 1);
  const Answer told = answer(read(4096));
  EXPECT_THAT(std::string(told.data.begin(), told.data.end()), HasSubstr("USTATUS JOB"));
}

TEST_F(UsbWireTest, AStalledPrinterHoldsTheWriteBackAndAnUnlinkTellsWhatItHadTaken) {
  printer.stall(true);
  const std::uint32_t held = write("@PJL COMMENT x\r\n");
  const std::uint32_t undone = unlink(held);
  EXPECT_EQ(answer(undone).status, -ECONNRESET);
  EXPECT_FALSE(answers.contains(held));
  const std::uint32_t later = write("@PJL COMMENT y\r\n");
  printer.stall(false);
  EXPECT_EQ(answer(later).moved, 16U);
  EXPECT_EQ(recorded(), "@PJL COMMENT y\r\n");
}

TEST_F(UsbWireTest, PaperThatIsOutShowsInThePortStatus) {
  EXPECT_EQ(answer(control({0xa1, 1, 0, 0, 0, 0, 1, 0})).data, UsbBytes{0x18});
  printer.device().take_paper_out("tray 1");
  printer.device().take_paper_out("tray 2");
  EXPECT_EQ(answer(control({0xa1, 1, 0, 0, 0, 0, 1, 0})).data[0] & 0x20, 0x20);
}

TEST_F(UsbWireTest, ASoftResetEndsTheJobAndTheNextOneBeginsClean) {
  answer(write(std::string(kUel) + "@PJL JOB\r\n@PJL ENTER LANGUAGE = PCL\r\nHalf of a pa"));
  EXPECT_EQ(answer(control({0x21, 2, 0, 0, 0, 0, 0, 0})).status, 0);
  ASSERT_EQ(output.jobs.size(), 1U);
  EXPECT_EQ(output.jobs[0].result, JobResult::disconnected);
  answer(write(std::string(kUel) + "@PJL INFO STATUS\r\n"));
  const Answer told = answer(read(4096));
  EXPECT_THAT(std::string(told.data.begin(), told.data.end()), HasSubstr("CODE="));
}

TEST_F(UsbWireTest, APulledCableLosesTheJobAndComesBackAsAFreshDevice) {
  answer(write(std::string(kUel) + "@PJL JOB\r\n@PJL ENTER LANGUAGE = PCL\r\nHalf of a pa"));
  const std::uint32_t waiting = read(512);
  wire.disconnect();
  ASSERT_TRUE(pulled());
  EXPECT_FALSE(answers.contains(waiting));
  ASSERT_TRUE(plugged());
  ASSERT_EQ(output.jobs.size(), 1U);
  EXPECT_EQ(output.jobs[0].result, JobResult::disconnected);
  EXPECT_EQ(answer(write("@PJL COMMENT\r\n")).moved, 14U);
  EXPECT_EQ(wire.traffic().accepted, 2);
}

TEST_F(UsbWireTest, AFaultStallsTheWriteAtItsByteAndAClearedHaltLetsTheRestIn) {
  ASSERT_EQ(answer(write("0123456789")).moved, 10U);
  ASSERT_TRUE(wire.fault("stall-out-at", "5"));
  const Answer stalled = answer(write("0123456789"));
  EXPECT_EQ(stalled.status, -EPIPE);
  EXPECT_EQ(stalled.moved, 5U);
  EXPECT_EQ(answer(control({0x02, 1, 0, 0, 0x01, 0, 0, 0})).status, 0);
  EXPECT_EQ(answer(write("56789")).moved, 5U);
  EXPECT_EQ(recorded(), "01234567890123456789");
}

TEST_F(UsbWireTest, AFaultUnplugsItAtItsByteUntilItIsPluggedInAgain) {
  ASSERT_TRUE(wire.fault("unplug-at", "7"));
  const std::uint32_t cut = write("0123456789");
  ASSERT_TRUE(pulled());
  EXPECT_EQ(answers[cut].status, -ENODEV);
  EXPECT_EQ(recorded(), "0123456");
  EXPECT_TRUE(wire.refusing());
  wire.refuse(false);
  ASSERT_TRUE(plugged());
  EXPECT_EQ(answer(write("789")).moved, 3U);
}

TEST_F(UsbWireTest, AFaultThatIsNotThereIsRefusedWithThoseThatAre) {
  const auto turned = wire.fault("smoke", "1");
  ASSERT_FALSE(turned);
  EXPECT_THAT(turned.error().sentence(), HasSubstr("unplug-at"));
  EXPECT_FALSE(wire.fault("unplug-at", "soon"));
  EXPECT_FALSE(wire.fault("id", "wrong"));
}

TEST_F(UsbWireTest, ItStaysOutAsLongAsItIsRefused) {
  wire.refuse(true);
  ASSERT_TRUE(pulled());
  EXPECT_TRUE(wire.refusing());
  EXPECT_TRUE(until([this] { return wire.traffic().open == 0; }));
  EXPECT_FALSE(fresh);
  wire.refuse(false);
  EXPECT_TRUE(plugged());
}

TEST_F(UsbWireTest, AHostThatLeavesFindsThePrinterAgain) {
  host.reset();
  EXPECT_TRUE(plugged());
  EXPECT_EQ(answer(write("@PJL COMMENT\r\n")).moved, 14U);
}

TEST_F(UsbWireTest, AHostThatBreaksTheProtocolIsCutOff) {
  say(UsbBytes(kHeader, 0x77));
  EXPECT_TRUE(pulled());
}

}  // namespace
}  // namespace platen::vprinter::usb
