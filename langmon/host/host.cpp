#include "langmon/host/host.hpp"

#include <boost/asio/co_spawn.hpp>
#include <unistd.h>

#include "base/log.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

// Handlers end as soon as they are cancelled; this is only so that nothing waits without an end.
constexpr Duration handlers_patience = std::chrono::seconds(5);
// After the last job's end the spooler is told so before the connection closes; one that listens acknowledges
// within milliseconds.
constexpr Duration farewell_patience = std::chrono::milliseconds(500);

rpc::ServerOptions only_root_and_ourselves() {
  rpc::ServerOptions options;
  options.allow = [](const rpc::Peer& peer) { return peer.uid == 0 || peer.uid == ::getuid(); };
  return options;
}

}  // namespace

Host::Host(Clock& clock, boost::asio::any_io_executor executor, port::Port& port, HostSettings settings)
    : clock_(clock),
      executor_(executor),
      settings_(std::move(settings)),
      log_(named_log("monitor " + settings_.name)),
      ledger_(clock, executor, log_),
      monitor_(clock, executor, port, settings_.monitor, ledger_),
      service_(clock, executor, monitor_, ledger_, settings_.uri.empty() ? port.uri() : settings_.uri, log_,
               [this] { finish(); }),
      server_(clock, executor, only_root_and_ourselves()) {
  server_.add(service_.service());
  if (!settings_.supplies.empty()) {
    supplies_ = std::make_unique<SupplyFile>(settings_.supplies, log_);
    monitor_.remember(supplies_->read());
    ledger_.keep_in(*supplies_);
  }
  if (settings_.snmp) mib_ = std::make_unique<MibSource>(clock, executor, *settings_.snmp);
}

Result<void> Host::listen() {
  return server_.listen(settings_.socket);
}

Task<void> Host::run() {
  int running = 0;
  Event ended(executor_);
  const auto start = [this, &running, &ended](Task<void> part) {
    ++running;
    boost::asio::co_spawn(executor_, std::move(part), [this, &running, &ended](std::exception_ptr thrown) {
      if (thrown) log_->critical("the monitor ended by an exception");
      --running;
      ended.notify();
    });
  };
  start(monitor_.run());
  if (mib_) start(monitor_.poll(*mib_));
  co_await wait_until_unwanted();
  monitor_.stop();
  while (running > 0) (void)co_await ended.wait(clock_, Deadline::in(clock_, far_away));
  // The spooler is told of what has just ended, when it listens and is quick.
  const Deadline farewell = Deadline::in(clock_, farewell_patience);
  while (service_.watchers() > 0 && !ledger_.ended().empty() && !farewell.passed(clock_))
    (void)co_await ledger_.changed().wait(clock_, farewell);
  server_.stop();
  if (auto over = co_await server_.ended(Deadline::in(clock_, handlers_patience)); !over)
    log_->warn("{}", over.error().sentence());
  log_->info("ends");
}

bool Host::has_work() const {
  // Before the printer got anything of a job, its spooler can as well give it to our successor.
  const auto job = monitor_.job();
  return job && !(finishing_ && job->phase == wire::JobPhase::connecting);
}

Task<void> Host::wait_until_unwanted() {
  Instant wanted_at = clock_.now();
  while (!stopping_ && !(finishing_ && !has_work())) {
    const Instant now = clock_.now();
    const bool wanted = has_work() || service_.watchers() > 0;
    // A spooler that is connected and does not watch is looked for only when the time is over.
    if (wanted || (now >= wanted_at + settings_.linger && server_.connections() > 0)) wanted_at = now;
    if (now >= wanted_at + settings_.linger) co_return;
    const Deadline until =
        wanted ? Deadline::in(clock_, far_away) : Deadline::at(wanted_at + settings_.linger);
    (void)co_await ledger_.changed().wait(clock_, until);
  }
}

void Host::finish() {
  finishing_ = true;
  service_.drain();
  ledger_.changed().notify();
}

void Host::stop() {
  stopping_ = true;
  service_.drain();
  ledger_.changed().notify();
}

}  // namespace platen::langmon
