// The one mutex of the house, for the few places where threads meet; everything else lives on one reactor
// thread.
//
//   Mutex mutex_;
//   int value_ PLATEN_GUARDED_BY(mutex_) = 0;
//   ...
//   const Lock lock(mutex_);
//   ++value_;
//
// No lock is held across a call to another process: whoever calls says expect_no_lock(), and a debug build
// ends there with both places' names when a lock is held. Clang checks the annotations when it compiles.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/clock.hpp"

#if defined(__clang__)
#define PLATEN_ANNOTATE(annotation) __attribute__((annotation))
#else
#define PLATEN_ANNOTATE(annotation)
#endif
#define PLATEN_CAPABILITY PLATEN_ANNOTATE(capability("mutex"))
#define PLATEN_SCOPED PLATEN_ANNOTATE(scoped_lockable)
#define PLATEN_ACQUIRE(...) PLATEN_ANNOTATE(acquire_capability(__VA_ARGS__))
#define PLATEN_RELEASE(...) PLATEN_ANNOTATE(release_capability(__VA_ARGS__))
#define PLATEN_REQUIRES(...) PLATEN_ANNOTATE(requires_capability(__VA_ARGS__))
#define PLATEN_GUARDED_BY(mutex) PLATEN_ANNOTATE(guarded_by(mutex))

namespace platen {

class PLATEN_CAPABILITY Mutex {
 public:
  void lock() PLATEN_ACQUIRE();
  void unlock() PLATEN_RELEASE();

 private:
  std::mutex mutex_;
};

class PLATEN_SCOPED Lock {
 public:
  explicit Lock(Mutex& mutex) PLATEN_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Lock() PLATEN_RELEASE() { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

// For threads that wait for each other. Coroutines use Event.
class Signal {
 public:
  // Called with `mutex` held, which is let go of meanwhile. False when `span` passed first. May wake early:
  // look again.
  bool wait_for(Mutex& mutex, Duration span) PLATEN_REQUIRES(mutex) {
    return changed_.wait_for(mutex, span) == std::cv_status::no_timeout;
  }
  void notify() { changed_.notify_all(); }

 private:
  std::condition_variable_any changed_;
};

// How many locks this thread holds.
[[nodiscard]] int locks_held() noexcept;
// Debug builds: ends the program when this thread holds a lock. `doing` is what it was about to do.
#ifdef NDEBUG
inline void expect_no_lock(const char* /*doing*/) noexcept {}
#else
void expect_no_lock(const char* doing) noexcept;
#endif

}  // namespace platen
