// Prints a file through a running platen-monitor, as platend does, and tells in one line how it went:
//
//   print_job SOCKET FILE      {"outcome":0,"sentence":"","state":2,"deviceId":"…","reasons":"…"}

#include <chrono>
#include <iostream>
#include <thread>

#include <boost/json.hpp>
#include <fcntl.h>

#include "langmon/wire/monitor_interface.hpp"
#include "rpc/blocking_client.hpp"

namespace {

using namespace platen;
using namespace platen::langmon::wire;
using namespace std::chrono_literals;

constexpr std::uint32_t kJob = 1;
constexpr int kConnectTries = 100;
constexpr int kLooks = 900;
constexpr auto kBetween = 100ms;
constexpr Duration kCall = 20s;

int say_failure(const Error& error) {
  std::cout << boost::json::serialize(boost::json::object{{"error", error.sentence()}}) << "\n";
  return 1;
}

Result<boost::json::object> print(rpc::BlockingClient& monitor, const char* file) {
  if (auto hello = monitor.call<Hello>({}, kCall); !hello) return hello.error();
  StartDocRequest start;
  start.job = kJob;
  start.title = "guest";
  start.user = "guest";
  start.language = "PCL";
  start.data = Fd(::open(file, O_RDONLY | O_CLOEXEC));
  start.more_to_say = false;
  if (auto started = monitor.call<StartDoc>(std::move(start), kCall); !started) return started.error();
  for (int look = 0; look < kLooks; ++look) {
    auto snapshot = monitor.call<Snapshot>({}, kCall);
    if (!snapshot) return snapshot.error();
    for (const JobEndReport& end : snapshot->ended) {
      if (end.job != kJob) continue;
      boost::json::object told{{"outcome", static_cast<int>(end.outcome)},
                               {"sentence", end.sentence},
                               {"state", static_cast<int>(snapshot->status.state)}};
      std::string supplies;
      for (const bidi::Supply& supply : snapshot->status.supplies)
        supplies += supply.name + "=" + std::to_string(supply.level) + " ";
      told["supplies"] = supplies;
      return told;
    }
    std::this_thread::sleep_for(kBetween);
  }
  return fail(Errc::timed_out, "print", file);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  for (int tries = 1;; ++tries) {
    auto monitor = rpc::BlockingClient::connect(argv[1], kMonitor, kCall);
    if (!monitor) {
      if (tries == kConnectTries) return say_failure(monitor.error());
      std::this_thread::sleep_for(kBetween);
      continue;
    }
    auto told = print(**monitor, argv[2]);
    if (!told) return say_failure(told.error());
    std::cout << boost::json::serialize(*told) << "\n";
    return 0;
  }
}
