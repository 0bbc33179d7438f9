#include "base/posix_launcher.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace platen {
namespace {

// The child between fork and exec: only calls that are safe there. Reports errno of a failed exec through
// `report`.
struct ChildPlan {
  const char* program;
  char* const* argv;
  char* const* envp;
  std::vector<std::pair<int, int>> moves;  // from (already above all targets), to
  int highest = 2;
  int report = -1;
  bool own_session = false;
};

[[noreturn]] void become(const ChildPlan& plan) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::signal(number, SIG_DFL);
  if (plan.own_session) ::setsid();

  int report = plan.report;
  for (auto [from, to] : plan.moves) ::dup2(from, to);  // dup2 clears close-on-exec
  // All other descriptors of ours are close-on-exec; this catches those of libraries that are not.
  auto wanted = [&plan](int fd) {
    return std::any_of(plan.moves.begin(), plan.moves.end(), [fd](auto move) { return move.second == fd; });
  };
  for (int fd = 3; fd <= plan.highest; ++fd)
    if (!wanted(fd)) ::close(fd);
  ::syscall(SYS_close_range, static_cast<unsigned>(plan.highest + 1), static_cast<unsigned>(report - 1), 0U);
  ::syscall(SYS_close_range, static_cast<unsigned>(report + 1), ~0U, 0U);
  ::execvpe(plan.program, plan.argv, plan.envp);
  int why = errno;
  [[maybe_unused]] auto n = ::write(report, &why, sizeof why);
  ::_exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (auto& s : strings) out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry; ++entry) {
    std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) out.push_back(std::move(text));
  }
  for (const auto& [name, value] : added) out.push_back(name + "=" + value);
  return out;
}

class PosixProcess final : public Process {
 public:
  PosixProcess(const boost::asio::any_io_executor& executor, Clock& clock, pid_t pid, Fd pidfd,
               std::string program)
      : clock_(clock), pid_(pid), pidfd_(executor, pidfd.release()), program_(std::move(program)) {}

  ~PosixProcess() override {
    if (status_) return;
    if (reap(WNOHANG)) return;
    // Still running, and nobody waits for it any more: a watcher of its own reaps it.
    auto pidfd = std::make_shared<boost::asio::posix::stream_descriptor>(std::move(pidfd_));
    pidfd->async_wait(boost::asio::posix::descriptor_base::wait_read,
                      [pidfd, pid = pid_](boost::system::error_code ec) {
                        if (!ec) ::waitpid(pid, nullptr, WNOHANG);
                      });
  }

  [[nodiscard]] std::int64_t id() const override { return pid_; }

  Task<Result<ExitStatus>> wait(Deadline deadline) override {
    while (!status_) {
      if (reap(WNOHANG)) break;
      auto [ec] = co_await before(clock_, deadline, [this](auto token) {
        return pidfd_.async_wait(boost::asio::posix::descriptor_base::wait_read, token);
      });
      if (ec) co_return fail(ec, "wait for the end of", program_ + " (process " + std::to_string(pid_) + ")");
    }
    co_return *status_;
  }

  void signal(int number) override {
    if (!status_) ::syscall(SYS_pidfd_send_signal, pidfd_.native_handle(), number, nullptr, 0);
  }

 private:
  bool reap(int flags) {
    int raw = 0;
    const pid_t got = ::waitpid(pid_, &raw, flags);
    if (got == 0) return false;
    if (got < 0)
      status_ = ExitStatus{true, SIGKILL};  // reaped behind our back: it is gone, and we do not know how
    else if (WIFSIGNALED(raw))
      status_ = ExitStatus{true, WTERMSIG(raw)};
    else
      status_ = ExitStatus{false, WEXITSTATUS(raw)};
    return true;
  }

  Clock& clock_;
  pid_t pid_;
  boost::asio::posix::stream_descriptor pidfd_;
  std::string program_;
  std::optional<ExitStatus> status_;
};

}  // namespace

std::string ExitStatus::sentence() const {
  if (!signaled) return "exited with code " + std::to_string(code);
  return "was killed by signal " + std::to_string(code) + " (" + ::strsignal(code) + ")";
}

PosixLauncher::PosixLauncher(boost::asio::any_io_executor executor, Clock& clock)
    : executor_(std::move(executor)), clock_(clock) {}

Result<std::unique_ptr<Process>> PosixLauncher::launch(Command command) {
  const std::string advice = "Check that Platen is installed completely.";
  auto report = make_pipe();
  if (!report) return report.error();

  for (int number : {0, 1}) {
    if (command.descriptors.contains(number)) continue;
    Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) return fail_errno(errno, "open", "/dev/null");
    command.descriptors[number] = std::move(null);
  }

  // Everything the child moves into place is first lifted above all targets, so that no move overwrites
  // another.
  ChildPlan plan{};
  plan.highest = std::max(2, command.descriptors.rbegin()->first);
  std::vector<Fd> lifted;
  for (const auto& [target, fd] : command.descriptors) {
    lifted.emplace_back(::fcntl(fd.get(), F_DUPFD_CLOEXEC, plan.highest + 1));
    if (!lifted.back()) return fail_errno(errno, "hand a descriptor to", command.program);
    plan.moves.emplace_back(lifted.back().get(), target);
  }
  Fd report_end(::fcntl(report->write_end.get(), F_DUPFD_CLOEXEC, plan.highest + 2));
  if (!report_end) return fail_errno(errno, "start", command.program);

  std::vector<std::string> args = command.args;
  args.insert(args.begin(), command.program);
  auto environment = merged_environment(command.environment);
  auto argv = pointers(args);
  auto envp = pointers(environment);
  plan.program = args.front().c_str();
  plan.argv = argv.data();
  plan.envp = envp.data();
  plan.report = report_end.get();
  plan.own_session = command.own_session;

  const pid_t pid = ::fork();
  if (pid < 0)
    return fail_errno(errno, "start", command.program, "The system may be out of processes or memory.");
  if (pid == 0) become(plan);

  report_end.reset();
  report->write_end.reset();
  int why = 0;
  if (::read(report->read_end.get(), &why, sizeof why) == sizeof why) {
    ::waitpid(pid, nullptr, 0);
    return fail_errno(why, "start", command.program, advice);
  }
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) {
    const int number = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return fail_errno(number, "watch", command.program);
  }
  return std::unique_ptr<Process>(
      std::make_unique<PosixProcess>(executor_, clock_, pid, std::move(pidfd), command.program));
}

}  // namespace platen
