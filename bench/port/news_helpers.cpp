#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <new>
#include <thread>

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "news.hpp"

namespace platen::bench {
namespace {

// The number behind a word in one of /proc's files.
long number_of(pid_t process, const std::string& file, const std::string& word) {
  std::ifstream in("/proc/" + std::to_string(process) + "/" + file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(word)) return std::atol(line.c_str() + word.size());
  give_up("no " + word + " in /proc's " + file);
}

}  // namespace

void pin_to(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0) give_up("cannot choose a processor");
}

Board* Board::make() {
  void* const memory =
      ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) give_up("no memory");
  return new (memory) Board;
}

std::unique_ptr<Child> start_monitor(const std::string& program, const std::string& uri,
                                     const std::string& socket, int processor) {
  return std::make_unique<Child>([&] {
    pin_to(processor);
    ::execl(program.c_str(), program.c_str(), "--port", uri.c_str(), "--socket", socket.c_str(), "--name",
            "bench", nullptr);
    give_up("cannot start " + program);
  });
}

void measure_idle(const std::string& name, pid_t process, int seconds) {
  const auto wakeups = [process] { return number_of(process, "status", "voluntary_ctxt_switches:"); };
  const long before = wakeups();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  std::cout << name << "_wakeups " << (wakeups() - before) * 60 / seconds << " /min\n"
            << name << "_own_memory " << number_of(process, "smaps_rollup", "Private_Dirty:") << " kB\n"
            << name << "_program_text " << number_of(process, "smaps_rollup", "Private_Clean:") << " kB\n";
}

}  // namespace platen::bench
