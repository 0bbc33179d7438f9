#include "rpc/connection/handlers.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "rpc/connection/connection.hpp"
#include "rpc/connection/incoming_call.hpp"

namespace platen::rpc {
namespace {

// Coroutines that wait for work; as many as a busy server runs at once, some hundred octets each.
constexpr std::size_t most_idle = 64;

}  // namespace

void Handlers::run(Work&& work) {
  if (!idle_.empty()) {
    auto worker = std::move(idle_.back());
    idle_.pop_back();
    worker->work = std::move(work);
    std::exchange(worker->resume, {})();
    return;
  }
  auto worker = std::make_shared<Worker>();
  worker->work = std::move(work);
  boost::asio::co_spawn(
      executor_, live(weak_from_this(), worker),
      boost::asio::bind_cancellation_slot(worker->stop.slot(), [](const std::exception_ptr&) {}));
}

void Handlers::rest() {
  resting_ = true;
  auto idle = std::move(idle_);
  idle_.clear();
  for (auto& worker : idle) worker->resume.reset();
}

bool Handlers::keep(const std::shared_ptr<Worker>& worker) {
  if (resting_ || idle_.size() >= most_idle) return false;
  idle_.push_back(worker);
  return true;
}

Task<void> Handlers::live(std::weak_ptr<Handlers> handlers, std::shared_ptr<Worker> worker) {
  for (;;) {
    Work& work = worker->work;
    std::exception_ptr thrown;
    work.call->runs_under(&worker->stop);
    try {
      if (!work.call->canceled())
        work.call->answer = co_await (*work.handler)(*work.call, std::move(work.request));
    } catch (...) {
      thrown = std::current_exception();
    }
    work.call->runs_under(nullptr);
    const bool stopped = work.call->canceled();
    if (stopped)
      co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::enable_terminal_cancellation());
    work.connection->finish(work.call, work.waiter, thrown);
    work.connection.reset();
    work.call.reset();
    work.handler.reset();
    work.waiter.reset();
    work.request.octets = {};
    work.request.descriptors.clear();
    auto keeper = handlers.lock();
    if (!keeper || !keeper->keep(worker)) co_return;
    keeper.reset();
    co_await park(worker->resume);
  }
}

}  // namespace platen::rpc
