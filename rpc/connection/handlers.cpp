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
  const auto& handler = work.call->handler;
  for (auto at = idle_.end(); at != idle_.begin();) {
    if ((*--at)->handler_ != handler) continue;
    const auto worker = std::move(*at);
    idle_.erase(at);
    worker->connection_ = std::move(work.connection);
    worker->call_ = std::move(work.call);
    return std::move(worker->resume_)();
  }
  auto worker = std::make_shared<Worker>(weak_from_this(), handler);
  work.call->request.keep();
  worker->connection_ = std::move(work.connection);
  worker->call_ = std::move(work.call);
  boost::asio::co_spawn(
      executor_, handler->live(worker),
      boost::asio::bind_cancellation_slot(worker->stop_.slot(), [](const std::exception_ptr&) {}));
}

void Handlers::rest() {
  resting_ = true;
  auto idle = std::move(idle_);
  idle_.clear();
  for (auto& worker : idle) worker->resume_.reset();
}

bool Handlers::keep(Worker& worker) {
  if (resting_) return false;
  std::shared_ptr<Worker> oldest;
  if (idle_.size() >= most_idle) {
    oldest = std::move(idle_.front());
    idle_.erase(idle_.begin());
    oldest->resume_.reset();
  }
  idle_.push_back(worker.shared_from_this());
  return true;
}

}  // namespace platen::rpc
