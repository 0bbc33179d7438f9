// What the benches share: a process beside this one, the time that both have, and the end when nothing can be
// measured.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <sys/types.h>

namespace platen::bench {

// Runs `serve` in a child process, which ends with this object.
class Child {
 public:
  explicit Child(const std::function<void()>& serve);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

[[nodiscard]] std::int64_t now_ns();
[[nodiscard]] double now_us();
[[noreturn]] void give_up(const std::string& what);

}  // namespace platen::bench
