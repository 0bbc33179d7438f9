#include "langmon/host/probe.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>

#include "base/event.hpp"
#include "langmon/monitor.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

namespace asio = boost::asio;

class Waiting final : public Listener {
 public:
  explicit Waiting(asio::any_io_executor executor) : changed(std::move(executor)) {}
  void status_changed(const bidi::PrinterStatus& status) override {
    newest = status;
    changed.notify();
  }
  void job_progress(const wire::JobProgressReport&) override {}
  void job_ended(const wire::JobEndReport&) override {}
  void needs_operator(std::uint32_t, const bidi::Reason&) override {}

  bidi::PrinterStatus newest;
  Event changed;
};

}  // namespace

Task<Result<std::string>> probe(Clock& clock, port::Port& port, Deadline deadline) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  Waiting waiting(executor);
  const Options options;
  LanguageMonitor monitor(clock, executor, port, options, waiting);
  bool running = true;
  asio::co_spawn(executor, monitor.run(), [&running, &waiting](std::exception_ptr) {
    running = false;
    waiting.changed.notify();
  });
  // A device id is complete once the printer also told its languages; its status follows those.
  const auto known = [&waiting] {
    return !waiting.newest.device_id.empty() && waiting.newest.state != bidi::State::unknown;
  };
  while (running && !known() && waiting.newest.state != bidi::State::offline)
    if (auto woken = co_await waiting.changed.wait(clock, deadline); !woken) break;
  monitor.stop();
  while (running) (void)co_await waiting.changed.wait(clock, Deadline::in(clock, far_away));
  if (waiting.newest.device_id.empty()) {
    if (waiting.newest.state == bidi::State::offline && !waiting.newest.reasons.empty())
      co_return fail(Errc::closed, "reach the printer at", port.uri(),
                     waiting.newest.reasons.front().sentence);
    co_return fail(Errc::timed_out, "learn who the printer is at", port.uri(),
                   "It does not answer. Name its model when you install it.");
  }
  boost::json::object answer;
  answer["uri"] = port.uri();
  answer["deviceId"] = waiting.newest.device_id;
  answer["model"] = waiting.newest.model;
  co_return boost::json::serialize(answer);
}

}  // namespace platen::langmon
