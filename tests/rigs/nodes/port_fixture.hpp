// A port on a rig's node, on the real reactor.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "play.hpp"
#include "port/make_port.hpp"
#include "port/port.hpp"

namespace platen::rigs {

inline constexpr std::string_view kAskId = "\x1B%-12345X@PJL INFO ID\r\n";

struct PortTest : testing::Test {
  boost::asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  std::unique_ptr<port::Port> port;

  [[nodiscard]] Deadline soon(Duration span = std::chrono::seconds(10)) const {
    return Deadline::in(clock, span);
  }

  void use(const std::string& uri) {
    auto made = port::make_port(uri, reactor.get_executor(), clock);
    ASSERT_TRUE(made) << made.error().sentence();
    port = std::move(*made);
  }
  Task<void> open() {
    auto opened = co_await port->open(soon());
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().sentence());
  }
  Task<std::size_t> write(std::string_view text) {
    std::size_t done = 0;
    while (done < text.size()) {
      auto count = co_await port->write_some(std::as_bytes(std::span(text.substr(done))), soon());
      if (!count) {
        ADD_FAILURE() << count.error().sentence();
        break;
      }
      done += *count;
    }
    co_return done;
  }
  Task<std::string> read_until(std::string_view word) {
    std::string heard;
    std::array<std::byte, 100> buffer;
    const Deadline deadline = soon();
    while (heard.find(word) == std::string::npos) {
      auto count = co_await port->read_some(buffer, deadline);
      if (!count) {
        ADD_FAILURE() << count.error().sentence() << " after: " << heard;
        break;
      }
      heard.append(reinterpret_cast<const char*>(buffer.data()), *count);
    }
    co_return heard;
  }
};

}  // namespace platen::rigs
