#include "langmon/host/service.hpp"

#include <unistd.h>

#include "langmon/host/pipe_source.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {
namespace {

// A spooler that does not take a callback for this long is asked to watch anew; it gets the newest state
// then.
constexpr Duration callback_patience = std::chrono::seconds(10);
// A Watch returns so long before its caller's deadline, that its reply still arrives in time.
constexpr Duration watch_margin = std::chrono::seconds(1);

}  // namespace

MonitorService::MonitorService(Clock& clock, boost::asio::any_io_executor executor, LanguageMonitor& monitor,
                               Ledger& ledger, std::string port_uri, std::shared_ptr<spdlog::logger> log,
                               std::function<void()> quit)
    : clock_(clock),
      executor_(std::move(executor)),
      monitor_(monitor),
      ledger_(ledger),
      port_uri_(std::move(port_uri)),
      log_(std::move(log)),
      quit_(std::move(quit)),
      service_(wire::kMonitor) {
  using rpc::Call;
  service_.on<wire::Hello>([this](Call& call, wire::HelloRequest request) -> Task<Result<wire::HelloReply>> {
    log_->info("spooler {} is here ({})", request.spooler_version, call.peer().text());
    wire::HelloReply reply{PLATEN_VERSION, port_uri_, ::getpid()};
    co_return reply;
  });
  service_.on<wire::StartDoc>(
      [this](Call&, wire::StartDocRequest request) -> Task<Result<wire::StartDocReply>> {
        co_return start(std::move(request));
      });
  service_.on<wire::FinishDoc>(
      [this](Call&, wire::FinishDocRequest request) -> Task<Result<wire::FinishDocReply>> {
        auto finished = monitor_.finish_job(request.job, request.ok);
        if (!finished) co_return finished.error();
        co_return wire::FinishDocReply{};
      });
  service_.on<wire::CancelDoc>(
      [this](Call&, wire::CancelDocRequest request) -> Task<Result<wire::CancelDocReply>> {
        co_return wire::CancelDocReply{monitor_.cancel_job(request.job)};
      });
  service_.on<wire::Snapshot>([this](Call&, wire::SnapshotRequest) -> Task<Result<wire::SnapshotReply>> {
    wire::SnapshotReply reply{monitor_.status(), monitor_.job(), ledger_.ended()};
    co_return reply;
  });
  service_.on<wire::Acknowledge>(
      [this](Call&, wire::AcknowledgeRequest request) -> Task<Result<wire::AcknowledgeReply>> {
        auto acknowledged = ledger_.acknowledge(request.job);
        if (!acknowledged) co_return acknowledged.error();
        co_return wire::AcknowledgeReply{};
      });
  service_.on<wire::Watch>(
      [this](Call& call, wire::WatchRequest) -> Task<Result<wire::WatchReply>> { return watch(call); });
  service_.on<wire::Bidi>([this](Call& call, wire::BidiRequest request) -> Task<Result<wire::BidiReply>> {
    auto values = co_await monitor_.ask(request.action, std::move(request.path), std::move(request.value),
                                        request.fresh, call.deadline());
    if (!values) co_return values.error();
    wire::BidiReply reply{std::move(*values)};
    co_return reply;
  });
  service_.on<wire::Maintain>(
      [this](Call&, wire::MaintainRequest request) -> Task<Result<wire::MaintainReply>> {
        auto done = monitor_.maintain(request.what);
        if (!done) co_return done.error();
        co_return wire::MaintainReply{};
      });
  service_.on<wire::UseInk>([this](Call&, wire::UseInkRequest request) -> Task<Result<wire::UseInkReply>> {
    monitor_.use_ink(request.uses, request.uncounted_pages);
    co_return wire::UseInkReply{};
  });
  service_.on<wire::Quit>([this](Call& call, wire::QuitRequest) -> Task<Result<wire::QuitReply>> {
    log_->info("{} asks us to quit", call.peer().text());
    // Later, so that this answer still goes out.
    boost::asio::post(executor_, quit_);
    co_return wire::QuitReply{};
  });
}

Result<wire::StartDocReply> MonitorService::start(wire::StartDocRequest request) {
  const std::string job = "job " + std::to_string(request.job);
  if (draining_)
    return fail(Errc::busy, "start " + job, "on " + port_uri_, "This monitor is ending. Start a new one.");
  auto source = make_source(clock_, executor_, std::move(request.data));
  if (!source) return source.error();
  Ticket ticket{.job = request.job,
                .title = std::move(request.title),
                .language = std::move(request.language),
                .more_to_say = request.more_to_say};
  auto started = monitor_.start_job(std::move(ticket), std::move(*source));
  if (!started) return started.error();
  ledger_.forget(request.job);
  log_->info("{} of {} starts", job, request.user);
  return wire::StartDocReply{};
}

Task<Result<wire::WatchReply>> MonitorService::watch(rpc::Call& call) {
  struct Watching {
    MonitorService& service;
    explicit Watching(MonitorService& owner) : service(owner) {
      service.monitor_.watch(++service.watchers_ > 0);
    }
    ~Watching() {
      service.monitor_.watch(--service.watchers_ > 0);
      service.ledger_.changed().notify();
    }
  } watching(*this);
  const Deadline until = Deadline::at(call.deadline().when() - watch_margin);
  Ledger::Cursor cursor;
  while (!call.canceled() && !until.passed(clock_)) {
    Ledger::News news = ledger_.next(cursor);
    if (!std::holds_alternative<std::monostate>(news)) {
      auto told = co_await tell(call, std::move(news));
      if (!told) co_return told.error();
      continue;
    }
    auto woken = co_await ledger_.changed().wait(clock_, until);
    if (!woken && woken.error().is(Errc::canceled)) co_return woken.error();
  }
  co_return wire::WatchReply{};
}

Task<Result<void>> MonitorService::tell(rpc::Call& call, Ledger::News news) {
  const Deadline deadline = call.deadline().within(clock_, callback_patience);
  Result<wire::CallbackReply> answer = wire::CallbackReply{};
  if (auto* status = std::get_if<wire::StatusChangedRequest>(&news))
    answer = co_await call.call_back<wire::StatusChanged>(std::move(*status), deadline);
  else if (auto* end = std::get_if<wire::JobEndedRequest>(&news))
    answer = co_await call.call_back<wire::JobEnded>(std::move(*end), deadline);
  else if (auto* wants = std::get_if<wire::NeedsOperatorRequest>(&news))
    answer = co_await call.call_back<wire::NeedsOperator>(std::move(*wants), deadline);
  else if (auto* progress = std::get_if<wire::JobProgressRequest>(&news))
    answer = co_await call.call_back<wire::JobProgress>(*progress, deadline);
  if (!answer) co_return answer.error();
  co_return Result<void>();
}

}  // namespace platen::langmon
