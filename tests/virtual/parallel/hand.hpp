// A hand that moves the host's lines one by one, and a printer that keeps what it is given.
#pragma once

#include <string>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"
#include "virtual/parallel/extensibility.hpp"
#include "virtual/parallel/peripheral.hpp"

namespace platen::vprinter::ieee1284 {

inline constexpr std::string_view kId = "MFG:Lexmark;MDL:T640;CMD:PJL,PCL;";

struct Hand : testing::Test {
  boost::asio::io_context reactor{one_thread};
  SimulatedClock clock{reactor.get_executor()};
  std::string taken;
  bool printer_takes = true;
  int resets = 0;
  int ack_falls = 0;
  Peripheral peripheral{clock,
                        {},
                        std::string(kId),
                        {.take =
                             [this](std::uint8_t byte) {
                               if (printer_takes) taken += static_cast<char>(byte);
                               return printer_takes;
                             },
                         .reset = [this] { ++resets; },
                         .ack_changed = [this](bool level) { ack_falls += level ? 0 : 1; }}};
  HostLines host;

  template <class Change>
  const PeripheralLines& set(Change change) {
    change(host);
    peripheral.drive(host);
    return peripheral.lines();
  }
  const PeripheralLines& strobe(bool level) {
    return set([level](HostLines& h) { h.strobe = level; });
  }
  const PeripheralLines& auto_feed(bool level) {
    return set([level](HostLines& h) { h.auto_feed = level; });
  }
  const PeripheralLines& init(bool level) {
    return set([level](HostLines& h) { h.init = level; });
  }
  const PeripheralLines& data(std::uint8_t byte) {
    return set([byte](HostLines& h) { h.data = byte; });
  }
  void listen(bool on) {
    set([on](HostLines& h) { h.drives_data = !on; });
  }

  void print(std::uint8_t byte) {
    data(byte);
    strobe(false);
    strobe(true);
  }

  // Events 0 to 6; the lines afterwards.
  const PeripheralLines& negotiate(std::uint8_t request) {
    data(request);
    set([](HostLines& h) { h.select_in = true, h.auto_feed = false; });
    EXPECT_FALSE(peripheral.lines().ack) << "event 2";
    strobe(false);
    return set([](HostLines& h) { h.strobe = h.auto_feed = true; });
  }
  // Events 22 to 28.
  void terminate() {
    const PeripheralLines& after = set([](HostLines& h) { h.select_in = false, h.auto_feed = true; });
    EXPECT_FALSE(after.ack) << "event 24";
    EXPECT_TRUE(after.busy && after.fault) << "event 23";
    EXPECT_TRUE(auto_feed(false).ack) << "event 27";
    auto_feed(true);
    EXPECT_EQ(peripheral.phase(), Phase::idle);
  }

  int nibble() {
    const PeripheralLines lines = auto_feed(false);
    EXPECT_FALSE(lines.ack) << "event 9";
    EXPECT_TRUE(auto_feed(true).ack) << "event 11";
    return lines.fault | lines.select << 1 | lines.paper_error << 2 | lines.busy << 3;
  }
  std::string read_nibbles() {
    std::string text;
    while (!peripheral.lines().fault) {
      const int low = nibble();
      text += static_cast<char>(low | nibble() << 4);
    }
    return text;
  }
  std::string read_bytes() {
    std::string text;
    listen(true);
    while (!peripheral.lines().fault) {
      const PeripheralLines lines = auto_feed(false);
      EXPECT_FALSE(lines.ack) << "event 9";
      text += static_cast<char>(lines.data.value_or(0xff));
      EXPECT_TRUE(auto_feed(true).ack) << "event 11";
      strobe(false);
      strobe(true);
    }
    listen(false);
    return text;
  }

  void begin_ecp(std::uint8_t request) {
    EXPECT_TRUE(negotiate(request).select);
    EXPECT_FALSE(peripheral.lines().paper_error);
    EXPECT_TRUE(auto_feed(false).paper_error) << "event 31";
    auto_feed(true);
  }
  bool send_ecp(std::uint8_t byte, bool command = false) {
    data(byte);
    auto_feed(!command);
    if (!strobe(false).busy) return false;  // event 36
    EXPECT_FALSE(strobe(true).busy) << "event 32";
    return true;
  }
  std::string read_ecp() {
    listen(true);
    auto_feed(false);
    EXPECT_FALSE(init(false).paper_error) << "event 40";
    std::string text;
    std::size_t run = 1;
    while (!peripheral.lines().ack) {
      const PeripheralLines lines = peripheral.lines();
      if (lines.busy) {
        text.append(run, static_cast<char>(lines.data.value_or(0xff)));
        run = 1;
      } else {
        run = std::size_t{lines.data.value_or(0)} + 1;
      }
      EXPECT_TRUE(auto_feed(true).ack) << "event 45";
      auto_feed(false);
    }
    EXPECT_TRUE(init(true).paper_error) << "event 49";
    listen(false);
    auto_feed(true);
    return text;
  }

  void TearDown() override { EXPECT_THAT(peripheral.violations(), testing::IsEmpty()); }
};

inline std::string with_length(std::string_view text) {
  return std::string{static_cast<char>((text.size() + 2) >> 8), static_cast<char>(text.size() + 2)}.append(
      text);
}

}  // namespace platen::vprinter::ieee1284
