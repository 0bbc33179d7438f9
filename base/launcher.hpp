// Starting other programs, injected: PosixLauncher starts real ones, a test can play them in-process.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/fd.hpp"

namespace platen {

struct Command {
  std::string program;                             // a path, or a name looked for in PATH
  std::vector<std::string> args;                   // without the program's own name
  std::map<std::string, std::string> environment;  // added to ours
  // What the child gets as descriptor N. Descriptors 0–2 that are not named are /dev/null, except stderr,
  // which is inherited; all others are closed.
  std::map<int, Fd> descriptors;
  bool own_session = false;  // survives us and our terminal's Ctrl-C
};

struct ExitStatus {
  bool signaled = false;
  int code = 0;  // exit code, or the signal's number
  [[nodiscard]] bool ok() const { return !signaled && code == 0; }
  [[nodiscard]] std::string sentence() const;  // "exited with code 3", "was killed by signal 9"
};

// A started program. Destroying it does not end the program; but the launcher reaps it all the same.
class Process {
 public:
  virtual ~Process() = default;
  [[nodiscard]] virtual std::int64_t id() const = 0;
  virtual Task<Result<ExitStatus>> wait(Deadline deadline) = 0;
  virtual void signal(int number) = 0;  // harmless when it has ended
};

class Launcher {
 public:
  virtual ~Launcher() = default;
  [[nodiscard]] virtual Result<std::unique_ptr<Process>> launch(Command command) = 0;
};

}  // namespace platen
