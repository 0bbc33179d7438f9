// bench-parallel: bytes to a printer on a parallel port whose lines are all there is, beside what the wire
// itself allows: each look at a line and each change of one is a call, and the rig's calls take their time.
// To be run with umockdev's library preloaded. Compatibility mode races a bare loop on the same device, which
// has four calls for each byte; ECP is held against the five calls that its handshake has for each (data,
// HostClk down, PeriphAck seen, HostClk up, PeriphAck seen).
#include <algorithm>
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "parallel_rig.hpp"
#include "port/make_port.hpp"

namespace {

using namespace platen;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr const char* device = "/dev/parport0";
constexpr int rounds = 5;
constexpr int looks = 5'000;
constexpr std::size_t job_lines = 60;
constexpr double calls_per_ecp_byte = 5;

double seconds_since(Steady::time_point begin) {
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// No byte is like the one before: run lengths would hide the wire.
std::string job() {
  std::string text = "\x1B%-12345X@PJL\r\n";
  for (std::size_t i = 0; i < job_lines; ++i) text += "@PJL COMMENT abcdefghijklmnopqrstuvwxyz0123456789\r\n";
  return text;
}

// The port as a small program has it: no thread, no negotiation, nobody to ask.
class Bare {
 public:
  Bare() : port_(::open(device, O_RDWR | O_CLOEXEC)) {
    if (port_ < 0 || ::ioctl(port_, PPCLAIM) != 0) throw std::runtime_error("no parallel port");
    control(PARPORT_CONTROL_INIT | PARPORT_CONTROL_SELECT);
  }
  ~Bare() {
    ::ioctl(port_, PPRELEASE);
    ::close(port_);
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  unsigned char status() {
    unsigned char value = 0;
    if (::ioctl(port_, PPRSTATUS, &value) != 0) throw std::runtime_error("no status");
    return value;
  }
  void put(unsigned char byte) {
    while ((status() & PARPORT_STATUS_BUSY) == 0) continue;  // the bit is upside down
    ::ioctl(port_, PPWDATA, &byte);
    control(PARPORT_CONTROL_INIT | PARPORT_CONTROL_SELECT | PARPORT_CONTROL_STROBE);
    control(PARPORT_CONTROL_INIT | PARPORT_CONTROL_SELECT);
  }

 private:
  void control(unsigned char value) { ::ioctl(port_, PPWCONTROL, &value); }
  int port_;
};

double seconds_per_call() {
  Bare bare;
  const auto begin = Steady::now();
  for (int i = 0; i < looks; ++i) (void)bare.status();
  return seconds_since(begin) / looks;
}

void wait_until_taken(rigs::ParallelRig& rig, std::size_t size) {
  const auto end = Steady::now() + 60s;
  while (rig.with([](rigs::PrinterBench& bench) { return bench.taken.size(); }) < size) {
    if (Steady::now() > end) throw std::runtime_error("the printer does not take it all");
    std::this_thread::sleep_for(500us);
  }
}

// Bytes a second.
double bare_rate() {
  rigs::ParallelRig rig;
  const std::string text = job();
  Bare bare;
  const auto begin = Steady::now();
  for (const char c : text) bare.put(static_cast<unsigned char>(c));
  wait_until_taken(rig, text.size());
  return static_cast<double>(text.size()) / seconds_since(begin);
}

Task<void> send(port::Port& port, Clock& clock, std::span<const std::byte> rest) {
  auto opened = co_await port.open(Deadline::in(clock, 10s));
  if (!opened) throw std::runtime_error(opened.error().sentence());
  while (!rest.empty()) {
    auto count = co_await port.write_some(rest, Deadline::in(clock, 60s));
    if (!count) throw std::runtime_error(count.error().sentence());
    rest = rest.subspan(*count);
  }
}

struct Ours {
  double rate;
  double calls_per_byte;
};

Ours our_rate(const std::string& mode) {
  rigs::ParallelRig rig;
  const std::string text = job();
  boost::asio::io_context reactor{one_thread};
  AlarmClock clock(reactor.get_executor());
  auto port =
      port::make_port(std::string("parallel:") + device + "?mode=" + mode, reactor.get_executor(), clock);
  if (!port) throw std::runtime_error(port.error().sentence());
  const auto run = [&reactor](Task<void> task) {
    bool ended = false;
    boost::asio::co_spawn(reactor, std::move(task), [&ended](const std::exception_ptr& thrown) {
      ended = true;
      if (thrown) std::rethrow_exception(thrown);
    });
    reactor.restart();
    while (!ended) reactor.run_one();
  };
  const auto calls = [&rig] { return rig.with([](rigs::PrinterBench& bench) { return bench.ioctls; }); };
  run(send(**port, clock, {}));
  const auto before = calls();
  const auto begin = Steady::now();
  run(send(**port, clock, std::as_bytes(std::span(text))));
  wait_until_taken(rig, text.size());
  const double seconds = seconds_since(begin);
  const double size = static_cast<double>(text.size());
  return {size / seconds, static_cast<double>(calls() - before) / size};
}

}  // namespace

int main() try {
  std::vector<double> bare, compat, compat_share, compat_calls, ecp, ecp_share, ecp_calls;
  for (int round = 0; round < rounds; ++round) {
    bare.push_back(bare_rate());
    const Ours plain = our_rate("compat");
    compat.push_back(plain.rate);
    compat_calls.push_back(plain.calls_per_byte);
    compat_share.push_back(compat.back() / bare.back() * 100);
    double call = 0;
    {
      const rigs::ParallelRig rig;
      call = seconds_per_call();
    }
    const Ours ours = our_rate("ecp");
    ecp.push_back(ours.rate);
    ecp_share.push_back(ours.rate * calls_per_ecp_byte * call * 100);
    ecp_calls.push_back(ours.calls_per_byte);
  }
  std::cout << "port_parallel_compat " << median(compat) / 1000 << " kB/s\n"
            << "port_parallel_compat_bare_ppdev " << median(bare) / 1000 << " kB/s\n"
            << "port_parallel_compat_share " << median(compat_share) << " %\n"
            << "port_parallel_compat_calls " << median(compat_calls) << " /byte\n"
            << "port_parallel_ecp " << median(ecp) / 1000 << " kB/s\n"
            << "port_parallel_ecp_calls " << median(ecp_calls) << " /byte\n"
            << "port_parallel_ecp_share " << median(ecp_share) << " %\n";
  return 0;
} catch (const std::exception& problem) {
  std::cerr << "bench-parallel: " << problem.what() << "\n";
  return 1;
}
