#include "base/lock.hpp"

#include <cstdio>
#include <cstdlib>

namespace platen {
namespace {

thread_local int held = 0;

}  // namespace

void Mutex::lock() {
  mutex_.lock();
  ++held;
}

void Mutex::unlock() {
  --held;
  mutex_.unlock();
}

int locks_held() noexcept {
  return held;
}

#ifndef NDEBUG
void expect_no_lock(const char* doing) noexcept {
  if (held == 0) return;
  std::fprintf(stderr, "%d lock(s) are held by the thread that is about to %s; let go of them first\n", held,
               doing);
  std::abort();
}
#endif

}  // namespace platen
