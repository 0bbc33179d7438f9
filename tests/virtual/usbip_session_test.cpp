#include "virtual/usbip/usbip_session.hpp"

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "usb_fakes.hpp"
#include "virtual/usbwire/octets.hpp"

namespace platen::vprinter::usb {
namespace {

constexpr std::uint32_t kSubmit = 1, kUnlink = 2, kSubmitted = 3, kUnlinked = 4;
constexpr std::uint32_t kOut = 0, kInward = 1;

struct Answer {
  std::uint32_t command = 0, sequence = 0;
  std::int32_t status = 0;
  std::uint32_t moved = 0;
  UsbBytes data;
};

// Plays vhci_hcd.
class UsbipSessionTest : public testing::Test {
 protected:
  UsbipSessionTest() { session.start(); }

  static UsbBytes submit(std::uint32_t sequence, std::uint32_t direction, std::uint32_t endpoint,
                         std::uint32_t length, const UsbBytes& data = {}, const UsbSetup& setup = {}) {
    Writer<Order::big> out;
    out.put(kSubmit).put(sequence).put(std::uint32_t{0x10002}).put(direction).put(endpoint);
    out.put(std::uint32_t{0}).put(length).pad(12).put(std::span<const std::uint8_t>(setup));
    out.put(std::span<const std::uint8_t>(data));
    return std::move(out).bytes();
  }
  static UsbBytes unlink(std::uint32_t sequence, std::uint32_t which) {
    Writer<Order::big> out;
    out.put(kUnlink).put(sequence).put(std::uint32_t{0x10002}).pad(8).put(which).pad(24);
    return std::move(out).bytes();
  }
  // The answers so far; `in` tells which carry data.
  std::vector<Answer> answers(bool in = false) {
    std::vector<Answer> all;
    Reader<Order::big> reader(said);
    while (!reader.rest().empty()) {
      Answer answer{reader.get<std::uint32_t>(), reader.get<std::uint32_t>()};
      reader.take(12);
      answer.status = static_cast<std::int32_t>(reader.get<std::uint32_t>());
      answer.moved = reader.get<std::uint32_t>();
      reader.take(20);
      if (in && answer.command == kSubmitted) {
        const auto data = reader.take(answer.moved);
        answer.data.assign(data.begin(), data.end());
      }
      EXPECT_TRUE(reader.good());
      all.push_back(std::move(answer));
    }
    return all;
  }
  void host(const UsbBytes& bytes) { ASSERT_TRUE(session.take(bytes)); }

  PlayedDevice device;
  UsbBytes said;
  UsbipSession session{
      device, [this](const UsbBytes& bytes) { said.insert(said.end(), bytes.begin(), bytes.end()); }};
};

TEST_F(UsbipSessionTest, WhatTheHostSendsReachesTheDeviceAndItsNumberIsAnswered) {
  host(submit(7, kOut, 1, 5, octets("hello")));
  ASSERT_EQ(device.pending.size(), 1U);
  EXPECT_EQ(device.pending[0].endpoint, 1);
  EXPECT_EQ(device.pending[0].data, octets("hello"));
  EXPECT_TRUE(said.empty());
  device.take(5);
  const auto all = answers();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].command, kSubmitted);
  EXPECT_EQ(all[0].sequence, 7U);
  EXPECT_EQ(all[0].status, 0);
  EXPECT_EQ(all[0].moved, 5U);
}

TEST_F(UsbipSessionTest, MessagesThatComeByteByByteAreTheSame) {
  for (std::uint8_t byte : submit(7, kOut, 1, 5, octets("hello"))) host({byte});
  ASSERT_EQ(device.pending.size(), 1U);
  EXPECT_EQ(device.pending[0].data, octets("hello"));
}

TEST_F(UsbipSessionTest, WhatTheDeviceSaysReachesTheHost) {
  host(submit(8, kInward, 2, 512));
  ASSERT_EQ(device.pending.size(), 1U);
  EXPECT_EQ(device.pending[0].endpoint, 2 | kIn);
  EXPECT_EQ(device.pending[0].room, 512U);
  device.say(octets("ready"));
  const auto all = answers(true);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].data, octets("ready"));
}

TEST_F(UsbipSessionTest, AControlTransferCarriesItsSetupAndAStallIsABrokenPipe) {
  device.answer = [](const Urb& urb) {
    EXPECT_EQ(urb.setup[0], 0xa1);
    EXPECT_EQ(urb.room, 1024U);
    return UrbCompletion{.id = urb.id, .status = UrbStatus::stalled};
  };
  host(submit(9, kInward, 0, 1024, {}, {0xa1, 0, 0, 0, 0, 0, 0, 4}));
  ASSERT_EQ(answers(true).size(), 1U);
  EXPECT_EQ(answers(true)[0].status, -EPIPE);
}

TEST_F(UsbipSessionTest, AnUnlinkedReadIsAnsweredOnceAndAsUnlinked) {
  host(submit(10, kInward, 2, 512));
  host(unlink(11, 10));
  const auto all = answers();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].command, kUnlinked);
  EXPECT_EQ(all[0].sequence, 11U);
  EXPECT_EQ(all[0].status, -ECONNRESET);
  EXPECT_TRUE(device.pending.empty());
}

TEST_F(UsbipSessionTest, AnUnlinkedWriteTellsHowMuchThePrinterHadTaken) {
  device.moved_when_canceled = 3;
  host(submit(10, kOut, 1, 5, octets("hello")));
  host(unlink(11, 10));
  const auto all = answers();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].command, kSubmitted);
  EXPECT_EQ(all[0].status, -ECONNRESET);
  EXPECT_EQ(all[0].moved, 3U);
  EXPECT_EQ(all[1].command, kUnlinked);
  EXPECT_EQ(all[1].status, 0);
}

TEST_F(UsbipSessionTest, AnUnlinkThatComesTooLateChangesNothing) {
  host(submit(10, kOut, 1, 5, octets("hello")));
  device.take(5);
  host(unlink(11, 10));
  const auto all = answers();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].status, 0);
  EXPECT_EQ(all[1].command, kUnlinked);
  EXPECT_EQ(all[1].status, 0);
}

TEST_F(UsbipSessionTest, AStreamThatIsNotUsbipEndsTheSession) {
  EXPECT_FALSE(session.take(UsbBytes(48, 0x77)));
  EXPECT_FALSE(UsbipSession(device, [](const UsbBytes&) {}).take(submit(1, kOut, 1, 1U << 30)));
}

}  // namespace
}  // namespace platen::vprinter::usb
