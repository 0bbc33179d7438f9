// A program that a test runs: started with its output captured, ended with the test, whatever happens to the
// test.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "recovered.hpp"

namespace platen::e2e {

using Seconds = std::chrono::duration<double>;

struct Finished {
  int code = -1;  // exit code, or 128 + signal
  std::string out;
  std::string err;
};

class Child {
 public:
  using Environment = std::map<std::string, std::string>;

  // Output goes to the files `log_stem`.out and `log_stem`.err.
  Child(std::vector<std::string> command, std::string log_stem, const Environment& environment = {});
  ~Child();  // SIGTERM, then SIGKILL
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  void signal(int number) const;
  // The exit code once it has ended; nothing when it still runs after `limit`.
  std::optional<int> wait(Seconds limit);
  // The rest of the first line of its output that begins with `word`; empty when none came within `limit`.
  std::string line_after(const std::string& word, Seconds limit);

 private:
  pid_t pid_ = -1;
  std::optional<int> code_;
  std::string log_stem_;
};

// Runs a program to its end. Killed, with code 124, when it takes longer than `limit`.
Finished run(std::vector<std::string> command, Seconds limit, const Child::Environment& environment = {},
             const std::string& input_file = "/dev/null");

// Asks again and again, at short intervals, until `condition` holds; false when it never did within `limit`.
template <class Condition>
bool eventually(Condition condition, Seconds limit = Seconds(20));

void nap();  // the interval of eventually()

template <class Condition>
bool eventually(Condition condition, Seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  do {
    if (condition()) return true;
    nap();
  } while (std::chrono::steady_clock::now() < end);
  return condition();
}

// As eventually(), and tells how long it took (recovered.hpp).
template <class Condition>
bool recovers(Condition condition, Seconds limit) {
  const auto from = std::chrono::steady_clock::now();
  const bool did = eventually(std::move(condition), limit);
  recovered(std::chrono::steady_clock::now() - from,
            std::chrono::duration_cast<std::chrono::nanoseconds>(limit));
  return did;
}

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);

}  // namespace platen::e2e
