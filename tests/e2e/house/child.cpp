#include "child.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace platen::e2e {
namespace {

using namespace std::chrono_literals;

int open_or_throw(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd < 0) throw std::runtime_error("cannot open " + path);
  return fd;
}

pid_t start(std::vector<std::string>& command, int in, int out, int err,
            const Child::Environment& environment) {
  std::vector<char*> argv;
  for (auto& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

Child::Child(std::vector<std::string> command, std::string log_stem, const Environment& environment)
    : log_stem_(std::move(log_stem)) {
  const int in = open_or_throw("/dev/null", O_RDONLY);
  const int out = open_or_throw(log_stem_ + ".out", O_WRONLY | O_CREAT | O_APPEND);
  const int err = open_or_throw(log_stem_ + ".err", O_WRONLY | O_CREAT | O_APPEND);
  pid_ = start(command, in, out, err, environment);
  for (int fd : {in, out, err}) ::close(fd);
  if (pid_ < 0) throw std::runtime_error("cannot start " + command.front());
}

Child::~Child() {
  if (code_) return;
  signal(SIGTERM);
  if (!wait(5s)) {
    signal(SIGKILL);
    wait(5s);
  }
}

std::string Child::out() const {
  return read_file(log_stem_ + ".out");
}
std::string Child::err() const {
  return read_file(log_stem_ + ".err");
}

void Child::signal(int number) const {
  if (!code_) ::kill(pid_, number);
}

std::optional<int> Child::wait(Seconds limit) {
  eventually(
      [this] {
        if (code_) return true;
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
        code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        return true;
      },
      limit);
  return code_;
}

std::string Child::line_after(const std::string& word, Seconds limit) {
  std::string found;
  eventually(
      [&] {
        std::istringstream lines(out());
        for (std::string line; std::getline(lines, line);)
          if (line.starts_with(word + " ")) found = line.substr(word.size() + 1);
        return !found.empty() || wait(Seconds(0));
      },
      limit);
  return found;
}

Finished run(std::vector<std::string> command, Seconds limit, const Child::Environment& environment,
             const std::string& input_file) {
  char out_path[] = "/tmp/platen-run-out-XXXXXX";
  char err_path[] = "/tmp/platen-run-err-XXXXXX";
  const int out = ::mkstemp(out_path);
  const int err = ::mkstemp(err_path);
  const int in = open_or_throw(input_file, O_RDONLY);
  const pid_t pid = start(command, in, out, err, environment);
  for (int fd : {in, out, err}) ::close(fd);

  Finished finished;
  int status = 0;
  bool ended = eventually([&] { return ::waitpid(pid, &status, WNOHANG) == pid; }, limit);
  if (ended) {
    finished.code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  } else {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, &status, 0);
    finished.code = 124;
  }
  finished.out = read_file(out_path);
  finished.err = read_file(err_path);
  ::unlink(out_path);
  ::unlink(err_path);
  return finished;
}

void nap() {
  std::this_thread::sleep_for(10ms);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
}

}  // namespace platen::e2e
