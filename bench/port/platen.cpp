#include <chrono>
#include <stdexcept>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "port/usb/usb_port.hpp"
#include "usb.hpp"

namespace platen::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t chunk_bytes = 48 * 1024;  // as the language monitor writes

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().sentence());
  return std::move(*result);
}

Task<double> send(port::UsbPort& port, Clock& clock, std::size_t bytes) {
  const std::vector<std::byte> chunk(chunk_bytes);
  const Deadline deadline = Deadline::in(clock, 60s);
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t sent = 0; sent < bytes;) {
    auto taken =
        co_await port.write_some(std::span(chunk).first(std::min(chunk_bytes, bytes - sent)), deadline);
    sent += must(std::move(taken));
  }
  auto drained = co_await port.drain(deadline);
  if (!drained) throw std::runtime_error(drained.error().sentence());
  co_return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Task<double> hear(port::UsbPort& port, Clock& clock, std::size_t bytes) {
  std::vector<std::byte> buffer(chunk_bytes);
  const Deadline deadline = Deadline::in(clock, 60s);
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t heard = 0; heard < bytes;) {
    auto count = co_await port.read_some(buffer, deadline);
    heard += must(std::move(count));
  }
  co_return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Task<double> ask(port::UsbPort& port, Clock& clock, std::size_t times) {
  std::vector<std::byte> buffer(chunk_bytes);
  const Deadline deadline = Deadline::in(clock, 60s);
  std::vector<double> seconds;
  for (; times > 0; --times) {
    const auto begin = std::chrono::steady_clock::now();
    auto taken = co_await port.write_some(std::span(buffer).first(1), deadline);
    must(std::move(taken));
    auto count = co_await port.read_some(buffer, deadline);
    must(std::move(count));
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  co_return median(std::move(seconds));
}

double race(std::size_t bytes, Task<double> (*run)(port::UsbPort& port, Clock& clock, std::size_t bytes)) {
  boost::asio::io_context reactor{one_thread};
  AlarmClock clock(reactor.get_executor());
  double seconds = 0;
  const auto body = [&]() -> Task<void> {
    port::UsbPort port(reactor.get_executor(), clock, {.vendor = usb_vendor, .product = usb_product});
    auto opened = co_await port.open(Deadline::in(clock, 5s));
    if (!opened) throw std::runtime_error(opened.error().sentence());
    seconds = co_await run(port, clock, bytes);
  };
  boost::asio::co_spawn(reactor, body(), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  reactor.run();
  return seconds;
}

}  // namespace

double platen_out(std::size_t bytes) {
  return race(bytes, &send);
}

double platen_in(std::size_t bytes) {
  return race(bytes, &hear);
}

double platen_answer(std::size_t times) {
  return race(times, &ask);
}

}  // namespace platen::bench
