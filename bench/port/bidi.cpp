// bench-bidi: how fast the language monitor answers bidi questions from memory, idle and while a job streams;
// and afresh, from a printer that answers at once. Prints `name value unit` lines, medians.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"
#include "langmon/laser.hpp"
#include "langmon/monitor.hpp"

namespace {

using namespace platen;
using namespace platen::langmon;
using namespace std::chrono_literals;

constexpr int questions = 5000;

struct Silent final : Listener {
  void status_changed(const bidi::PrinterStatus&) override {}
  void job_progress(const wire::JobProgressReport&) override {}
  void job_ended(const wire::JobEndReport&) override {}
  void needs_operator(std::uint32_t, const bidi::Reason&) override {}
};

// A document that always has more.
struct Endless final : ByteSource {
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline) override {
    std::ranges::fill(into, std::byte{'x'});
    co_return into.size();
  }
};

struct Bench {
  boost::asio::io_context reactor{one_thread};
  SimulatedClock clock{reactor.get_executor()};
  port::MemoryPort port{reactor.get_executor(), clock, "MFG:Lexmark;MDL:Lexmark T640;", "memory:laser"};
  Laser laser{port.share_far(), clock, reactor.get_executor()};
  Silent listener;
  LanguageMonitor monitor{clock, reactor.get_executor(), port, {}, listener};

  void run(Duration span) { run_simulation(reactor, clock, span); }

  // Real time, whatever the simulated clock says.
  double median_us(wire::BidiAction action, std::string path, int times, bool fresh) {
    std::vector<double> took;
    for (int i = 0; i < times; ++i) {
      bool done = false;
      const auto began = std::chrono::steady_clock::now();
      boost::asio::co_spawn(
          reactor, monitor.ask(action, path, {}, fresh, Deadline::in(clock, 5s)),
          [&](std::exception_ptr, const Result<std::vector<wire::BidiValue>>& values) {
            took.push_back(
                std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count());
            done = values.has_value();
          });
      run(fresh ? 1s : 0s);
      if (!done) throw std::runtime_error("a question was not answered");
    }
    std::ranges::sort(took);
    return took[took.size() / 2];
  }
};

}  // namespace

int main() try {
  Bench bench;
  boost::asio::co_spawn(bench.reactor, bench.monitor.run(), boost::asio::detached);
  bench.run(10s);
  using enum wire::BidiAction;
  const std::string level = "\\Printer.Consumables.[Black]:Level";
  std::cout << "bidi_get_idle " << bench.median_us(get, level, questions, false) << " us\n"
            << "bidi_getall_idle " << bench.median_us(get_all, "", questions, false) << " us\n"
            << "bidi_get_fresh " << bench.median_us(get, level, 100, true) << " us\n";
  bench.port.far().stall(
      true);  // the printer takes no more: the job is in the middle for as long as we measure
  auto started =
      bench.monitor.start_job({.job = 1, .title = "Report", .language = "PCL"}, std::make_unique<Endless>());
  if (!started) throw std::runtime_error(started.error().sentence());
  bench.run(100ms);
  std::cout << "bidi_get_mid_job " << bench.median_us(get, level, questions, false) << " us\n"
            << "bidi_getall_mid_job " << bench.median_us(get_all, "", questions, false) << " us\n";
  bench.laser.stop();
  bench.monitor.stop();
  bench.run(10s);
  return 0;
} catch (const std::exception& problem) {
  std::cerr << "bench-bidi: " << problem.what() << "\n";
  return 1;
}
