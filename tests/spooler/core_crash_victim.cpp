// Submits jobs to a spooler without end and prints the id of each that was acknowledged; made to be killed.
//   spooler-core-crash-victim STATE [MOST_BYTES_PER_FILE BYTES_PER_DOCUMENT]
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <sys/resource.h>

#include "base/alarm_clock.hpp"
#include "base/log.hpp"
#include "base/one_thread.hpp"
#include "base/posix_launcher.hpp"
#include "spooler/spooler.hpp"
#include "spooler/test_page.hpp"

using namespace platen;
using namespace platen::spooler;
using namespace std::chrono_literals;

namespace {

// The parent knows what a job's document must hold by its name.
std::string document_of(int number, std::size_t size) {
  std::string line = "document " + std::to_string(number) + "\n", text;
  if (size == 0) size = static_cast<std::size_t>(number % 50) * 1000 + 10;
  while (text.size() < size) text += line;
  return text;
}

Task<void> submit_for_ever(Clock& clock, Spooler& spooler, int from, int step, std::size_t size) {
  for (int number = from;; number += step) {
    JobRequest request;
    request.printer = "T640";
    request.name = std::to_string(number);
    request.type = "text/plain";
    request.hold = true;
    TextSource source(document_of(number, size));
    auto job = co_await spooler.submit(std::move(request), source, Deadline::in(clock, 1min));
    if (!job) {
      std::printf("refused %s\n", job.error().sentence().c_str());
      std::fflush(stdout);
      std::_Exit(3);
    }
    std::printf("%u %d\n", job->id, number);
    std::fflush(stdout);
  }
}

Task<void> begin(Clock& clock, boost::asio::io_context& reactor, Spooler& spooler, std::size_t size) {
  auto started = co_await spooler.start();
  if (!started) {
    std::printf("refused %s\n", started.error().sentence().c_str());
    std::fflush(stdout);
    std::_Exit(2);
  }
  for (int i = 0; i < 4; ++i)
    boost::asio::co_spawn(reactor, submit_for_ever(clock, spooler, i, 4, size), boost::asio::detached);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  spdlog::set_level(spdlog::level::off);
  std::signal(SIGXFSZ, SIG_IGN);
  if (argc > 2) {
    const auto most = static_cast<rlim_t>(std::atol(argv[2]));
    const rlimit limit{most, most};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  const std::size_t size = argc > 3 ? static_cast<std::size_t>(std::atol(argv[3])) : 0;
  boost::asio::io_context reactor{one_thread};
  AlarmClock clock(reactor.get_executor());
  PosixLauncher launcher(reactor.get_executor(), clock);
  Settings settings;
  settings.state = argv[1];
  settings.libexec = "/nowhere";
  Spooler spooler(clock, reactor.get_executor(), launcher, settings);
  boost::asio::co_spawn(reactor, begin(clock, reactor, spooler, size), boost::asio::detached);
  reactor.run();
}
