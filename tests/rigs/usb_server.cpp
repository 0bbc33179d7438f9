// usb_server PROGRAM ARGUMENT…: runs a program that sees a USB of our own, with nothing plugged in at first.
//
// The program finds PLATEN_USB_RIG in its environment: the number of a descriptor on which it plugs printers
// in and asks after them (usb_desk.hpp lists the words). Exits as the program does.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/one_thread.hpp"
#include "usb_desk.hpp"

namespace {

namespace asio = boost::asio;
using platen::rig::UsbDesk;

constexpr const char* preload = "libumockdev-preload.so.0";
constexpr const char* marker = "PLATEN_USB_RIG_SERVER";
constexpr int wrong = 125;

std::string libraries() {
  const std::string runtime = RIG_RUNTIME;
  return runtime.empty() ? preload : runtime + ":" + preload;
}

// Sending uevents needs the preloaded library in this process too.
void start_again_preloaded(char** words) {
  if (std::getenv(marker)) return;
  ::setenv(marker, "1", 1);
  ::setenv("LD_PRELOAD", libraries().c_str(), 1);
  // umockdev and GLib are not instrumented, and hand data between threads in ways that a sanitizer cannot
  // see. The program under test gets its own options back.
  if (const char* options = std::getenv("TSAN_OPTIONS")) ::setenv("PLATEN_RIG_TSAN_OPTIONS", options, 1);
  ::setenv("TSAN_OPTIONS", "report_bugs=0", 1);
  if (const char* options = std::getenv("ASAN_OPTIONS")) ::setenv("PLATEN_RIG_ASAN_OPTIONS", options, 1);
  ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
  ::execv("/proc/self/exe", words);
  std::perror("usb_server: start again");
  std::exit(wrong);
}

void give_back(const char* name, const char* kept) {
  if (const char* options = std::getenv(kept))
    ::setenv(name, options, 1);
  else
    ::unsetenv(name);
  ::unsetenv(kept);
}

pid_t start_child(char** words, int line) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setenv("PLATEN_USB_RIG", std::to_string(line).c_str(), 1);
  give_back("TSAN_OPTIONS", "PLATEN_RIG_TSAN_OPTIONS");
  give_back("ASAN_OPTIONS", "PLATEN_RIG_ASAN_OPTIONS");
  ::unsetenv(marker);
  ::execv(words[0], words);
  std::perror(words[0]);
  ::_exit(wrong);
}

class Line {
 public:
  Line(asio::io_context& reactor, UsbDesk& desk, int fd) : socket_(reactor), desk_(desk) {
    socket_.assign(asio::local::stream_protocol(), fd);
    listen();
  }

 private:
  void listen() {
    asio::async_read_until(socket_, heard_, '\n', [this](boost::system::error_code ec, std::size_t) {
      if (ec) return;
      std::istream stream(&heard_);
      std::string line;
      std::getline(stream, line);
      const std::string answer = desk_.obey(line) + "\n";
      asio::write(socket_, asio::buffer(answer), ec);
      if (!ec) listen();
    });
  }

  asio::local::stream_protocol::socket socket_;
  UsbDesk& desk_;
  asio::streambuf heard_;
};

int serve(char** words) {
  int lines[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lines) != 0) return wrong;
  UMockdevTestbed* const testbed = umockdev_testbed_new();
  const int inherited = ::dup(lines[1]);  // without close-on-exec
  const pid_t child = start_child(words, inherited);
  if (child < 0) return wrong;
  ::close(inherited);
  ::close(lines[1]);

  asio::io_context reactor{platen::one_thread};
  int status = 0;
  {
    UsbDesk desk(reactor, testbed);
    Line line(reactor, desk, lines[0]);
    asio::posix::stream_descriptor ended(reactor, static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    ended.async_wait(asio::posix::stream_descriptor::wait_read,
                     [child, &status, &reactor](boost::system::error_code) {
                       ::waitpid(child, &status, 0);  // it has ended: this does not wait
                       reactor.stop();
                     });
    // Whoever ends the server ends the program.
    asio::signal_set signals(reactor, SIGTERM, SIGINT);
    signals.async_wait([child](boost::system::error_code ec, int number) {
      if (!ec) ::kill(child, number);
    });
    reactor.run();
    // umockdev's thread may wait for an answer; it gets one until the desk is gone.
  }
  umockdev_testbed_clear(testbed);
  g_object_unref(testbed);
  std::cout.flush();
  // Without the libraries' own farewells: threads of umockdev may still be at work.
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) {
    std::cerr << "usb_server PROGRAM ARGUMENT…\n";
    return wrong;
  }
  start_again_preloaded(words);
  return serve(words + 1);
}
