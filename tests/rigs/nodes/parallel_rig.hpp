// /dev/parport0 without a port: umockdev answers ppdev's ioctls, and the virtual printer is on the other end
// of the cable.
//
//   ParallelRig rig;                                   // under libumockdev-preload, or before a child is
//   started under it rig.with([](auto& bench) { bench.printer.device().set_fault(Fault::cover_open, true);
//   });
//
// The printer runs on a thread of the rig's; with() gives it to others, one at a time.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "base/alarm_clock.hpp"
#include "base/one_thread.hpp"
#include "virtual/parallel/registers.hpp"
#include "virtual/parallel/wire.hpp"

typedef struct _UMockdevTestbed UMockdevTestbed;
typedef struct _UMockdevIoctlClient UMockdevIoctlClient;

namespace platen::rigs {

// Whatever comes out is kept in memory.
struct KeptJobs final : vprinter::Output {
  void put_out(const vprinter::Page&, const vprinter::PageRecord&) override { ++pages; }
  void job_ended(const vprinter::JobRecord& record) override { jobs.push_back(record); }
  int pages = 0;
  std::vector<vprinter::JobRecord> jobs;
};

// What happens to the printer once it has taken this text.
struct Mishap {
  enum class What { cover_open, unplugged };
  std::string after;
  What what;
  Duration lasting;
};

struct PrinterBench {
  explicit PrinterBench(std::string device_id);
  void let_happen();
  void unplug();
  void plug_in();  // after a power cycle

  boost::asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  KeptJobs output;
  vprinter::Printer printer;
  vprinter::ParallelWire wire;
  vprinter::ieee1284::HostLines host;
  std::string taken;
  bool claimed = false;
  int interrupts = 0;  // since the host cleared them last
  std::uint64_t ioctls = 0;
  bool unplugged = false;  // the cable: all lines are pulled up
  std::vector<Mishap> mishaps;
  std::optional<Instant> mishap_ends;
};

class ParallelRig {
 public:
  static constexpr std::string_view kId =
      "MFG:Lexmark International;MDL:Lexmark T640;CMD:PJL,PCL,POSTSCRIPT;CLS:PRINTER;DES:Lexmark T640;";

  explicit ParallelRig(std::string device_id = std::string(kId));
  ~ParallelRig();
  ParallelRig(const ParallelRig&) = delete;
  ParallelRig& operator=(const ParallelRig&) = delete;

  template <class F>
  auto with(F look) {
    const std::lock_guard lock(mutex_);
    return look(bench_);
  }
  [[nodiscard]] std::string taken() {
    return with([](PrinterBench& bench) { return bench.taken; });
  }
  // As if the adapter were pulled out: every ioctl fails.
  void pull_out() { gone_ = true; }

 private:
  static int on_ioctl(void* handler, UMockdevIoctlClient* client, void* self);
  [[nodiscard]] int answer(unsigned long request, void* argument);
  void run();
  void raise_interrupt();
  void clear_interrupt();

  std::mutex mutex_;
  PrinterBench bench_;
  std::atomic<bool> gone_ = false;
  std::atomic<bool> quit_ = false;
  UMockdevTestbed* testbed_ = nullptr;
  int interrupt_in_ = -1;  // the device's other end: a byte in there makes it readable
  int interrupt_out_ = -1;
  std::thread thread_;
};

}  // namespace platen::rigs
