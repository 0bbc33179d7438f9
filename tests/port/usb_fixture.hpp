// A USB port, a reactor for it, and the rig at whose socket 1 the printer is plugged in.
#pragma once

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "play.hpp"
#include "port/usb/usb_port.hpp"
#include "rigs/usb_rig.hpp"

namespace platen::port {

using namespace std::chrono_literals;

inline constexpr std::uint16_t lexmark = 0x043D;

// Bytes that repeat nowhere near: what is lost, doubled or out of order shows.
inline std::string job_of(std::size_t size, std::uint32_t seed = 1) {
  std::string bytes(size, '\0');
  std::uint32_t state = seed;
  for (char& byte : bytes) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

struct UsbTest : testing::Test {
  rig::UsbRig rig;
  boost::asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  QuirkTable quirks;
  std::optional<UsbPort> port;

  void make(usb::Address address) { port.emplace(reactor.get_executor(), clock, std::move(address), quirks); }
  // An E250d at socket 1, with these knobs, and a port for it.
  void plug(const std::string& knobs = "") {
    rig.tell("plug 1 E250d " + knobs);
    make({.vendor = lexmark, .product = 0x00F3});
  }
  template <class Test>
  void run(Test& test, Task<void> (*body)(Test& t)) {
    play(reactor, body(test));
  }
  [[nodiscard]] Deadline soon(Duration span = 10s) const { return Deadline::in(clock, span); }

  Task<void> open() {
    auto opened = co_await port->open(soon());
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().sentence());
  }

  // Until all is taken; the error that ended it otherwise.
  Task<Result<void>> write(std::string_view bytes, Duration patience = 10s) {
    auto rest = std::as_bytes(std::span(bytes));
    while (!rest.empty()) {
      auto taken = co_await port->write_some(rest, soon(patience));
      if (!taken) co_return taken.error();
      rest = rest.subspan(*taken);
    }
    co_return co_await port->drain(soon(patience));
  }

  // Until `size` bytes have come, or nothing more does.
  Task<std::string> read(std::size_t size, Duration patience = 10s) {
    std::string heard;
    std::array<std::byte, 1000> buffer;
    while (heard.size() < size) {
      auto count = co_await port->read_some(buffer, soon(patience));
      if (!count) break;
      heard.append(reinterpret_cast<const char*>(buffer.data()), *count);
    }
    co_return heard;
  }
};

}  // namespace platen::port
