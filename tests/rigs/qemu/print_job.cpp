// Prints a file through a running platen-monitor, as platend does, and tells in one line how it went:
//
//   print_job SOCKET FILE JOB    {"outcome":0,"sentence":"","seconds":1.5,"reasons":"cover-open
//   ","supplies":"…","idle":true}
//
// `reasons` is everything that was wrong meanwhile; `idle` whether the printer is well again at the end.

#include <chrono>
#include <iostream>
#include <set>
#include <string>
#include <thread>

#include <boost/json.hpp>
#include <fcntl.h>

#include "langmon/wire/monitor_interface.hpp"
#include "rpc/blocking_client.hpp"

namespace {

using namespace platen;
using namespace platen::langmon::wire;
using namespace std::chrono_literals;

constexpr int kConnectTries = 100;
constexpr int kLooks = 800;
constexpr auto kBetween = 100ms;
constexpr Duration kCall = 20s;

int say_failure(const Error& error) {
  std::cout << boost::json::serialize(boost::json::object{{"error", error.sentence()}}) << "\n";
  return 1;
}

Result<void> start(rpc::BlockingClient& monitor, const char* file, std::uint32_t job) {
  if (auto hello = monitor.call<Hello>({}, kCall); !hello) return hello.error();
  StartDocRequest request;
  request.job = job;
  request.title = "guest";
  request.user = "guest";
  request.language = "PCL";
  request.data = Fd(::open(file, O_RDONLY | O_CLOEXEC));
  request.more_to_say = false;
  if (auto started = monitor.call<StartDoc>(std::move(request), kCall); !started) return started.error();
  return {};
}

// Looks until the job has ended and the printer is well again.
Result<boost::json::object> watch(rpc::BlockingClient& monitor, std::uint32_t job) {
  const auto began = std::chrono::steady_clock::now();
  boost::json::object told;
  std::set<std::string> reasons;
  for (int look = 0; look < kLooks; ++look) {
    auto snapshot = monitor.call<Snapshot>({}, kCall);
    if (!snapshot) return snapshot.error();
    for (const bidi::Reason& reason : snapshot->status.reasons) reasons.insert(reason.keyword);
    for (const JobEndReport& end : snapshot->ended) {
      if (end.job != job) continue;
      told["outcome"] = static_cast<int>(end.outcome);
      told["sentence"] = end.sentence;
      const std::chrono::duration<double> span = std::chrono::steady_clock::now() - began;
      told["seconds"] = span.count();
      AcknowledgeRequest thanks{.job = job};
      if (auto done = monitor.call<Acknowledge>(thanks, kCall); !done) return done.error();
    }
    if (!told.empty() && snapshot->status.state == bidi::State::idle) {
      std::string text;
      for (const bidi::Supply& supply : snapshot->status.supplies)
        text += supply.name + "=" + std::to_string(supply.level) + " ";
      told["supplies"] = text;
      text.clear();
      for (const std::string& reason : reasons) text += reason + " ";
      told["reasons"] = text;
      told["idle"] = true;
      return told;
    }
    std::this_thread::sleep_for(kBetween);
  }
  return fail(Errc::timed_out, "print", "the job", boost::json::serialize(told));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto job = static_cast<std::uint32_t>(std::stoul(argv[3]));
  for (int tries = 1;; ++tries) {
    auto monitor = rpc::BlockingClient::connect(argv[1], kMonitor, kCall);
    if (!monitor) {
      if (tries == kConnectTries) return say_failure(monitor.error());
      std::this_thread::sleep_for(kBetween);
      continue;
    }
    if (auto started = start(**monitor, argv[2], job); !started) return say_failure(started.error());
    auto told = watch(**monitor, job);
    if (!told) return say_failure(told.error());
    std::cout << boost::json::serialize(*told) << "\n";
    return 0;
  }
}
