#include <cstdio>
#include <cstdlib>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "contestant.hpp"

namespace platen::bench {

Child::Child(const std::function<void()>& serve) {
  std::fflush(stdout);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) give_up("cannot make a process");
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == parent) serve();
  ::_exit(0);
}

Child::~Child() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

double now_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void give_up(const std::string& what) {
  std::fprintf(stderr, "bench-rpc: %s\n", what.c_str());
  std::exit(1);
}

}  // namespace platen::bench
