// /dev/usb/lp0 without USB: umockdev answers usblp's reads, writes and ioctls for the virtual printer.
//
// As ParallelRig (parallel_rig.hpp), whose rules hold here too.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "base/one_thread.hpp"
#include "parallel_rig.hpp"
#include "virtual/channel.hpp"

namespace platen::rigs {

struct UsblpBench {
  UsblpBench();

  boost::asio::io_context reactor{one_thread};
  AlarmClock clock{reactor.get_executor()};
  KeptJobs output;
  vprinter::Printer printer;
  std::string said;     // not fetched yet
  std::string waiting;  // in the driver, not taken yet
  std::string taken;
  bool gone = false;
  bool empty_reads = false;  // says "zero bytes" where it has nothing, as some printers do
  int soft_resets = 0;
  int opens = 0;
  std::unique_ptr<vprinter::Channel> channel;

  void plug_in();
  void pump();
};

class UsblpRig {
 public:
  UsblpRig();
  ~UsblpRig();
  UsblpRig(const UsblpRig&) = delete;
  UsblpRig& operator=(const UsblpRig&) = delete;

  template <class F>
  auto with(F look) {
    const std::lock_guard lock(mutex_);
    return look(bench_);
  }

 private:
  static int on_ioctl(void* handler, UMockdevIoctlClient* client, void* self);
  static int on_read(void* handler, UMockdevIoctlClient* client, void* self);
  static int on_write(void* handler, UMockdevIoctlClient* client, void* self);
  void run();
  void show_readiness();

  std::mutex mutex_;
  UsblpBench bench_;
  std::atomic<bool> quit_ = false;
  UMockdevTestbed* testbed_ = nullptr;
  int far_end_ = -1;
  int near_end_ = -1;
  bool readable_ = false;
  bool writable_ = true;
  std::thread thread_;
};

}  // namespace platen::rigs
