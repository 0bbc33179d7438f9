// How long Platen took to recover: the number that docs/recovery.md tells.
//
//   const auto pulled = clock_.now();
//   ...                                            // the job has been handed back
//   recovered(clock_.now() - pulled, 1s);          // fails past the bound, and tells the time
//   recovered(waited, 72h, Time::simulated);
//
// A test says so once; of several the longest counts. scripts/recovery-times reads the lines that begin with
// "recovered" from a test's output, so they may also come out of a guest. A test that does not say is told
// with the time that it takes as a whole.
#pragma once

#include <chrono>
#include <cstdio>

#include <gtest/gtest.h>

namespace platen {

enum class Time { real, simulated };

inline void recovered(std::chrono::nanoseconds took, std::chrono::nanoseconds most, Time time = Time::real) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  EXPECT_LE(Milliseconds(took).count(), Milliseconds(most).count()) << "milliseconds until it recovered";
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  std::printf("recovered %s.%s %.3f ms %s\n", test->test_suite_name(), test->name(),
              Milliseconds(took).count(), time == Time::real ? "real" : "simulated");
  std::fflush(stdout);
}

}  // namespace platen
