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

void Handlers::run(IncomingCall& call) {
  for (auto at = idle_.end(); at != idle_.begin();) {
    auto* worker = *--at;
    if (worker->handler_ != call.handler) continue;
    idle_.erase(at);
    worker->call_ = &call;
    return std::move(worker->resume_)();
  }
  call.request.keep();
  auto worker = std::make_unique<Worker>(shared_from_this(), call);
  const auto stop = worker->stop_.slot();
  boost::asio::co_spawn(executor_, call.handler->live(std::move(worker)),
                        boost::asio::bind_cancellation_slot(stop, [](const std::exception_ptr&) {}));
}

void Handlers::rest() {
  resting_ = true;
  for (auto* worker : std::exchange(idle_, {})) const Resume gone = std::move(worker->resume_);
}

bool Handlers::keep(Worker& worker) {
  if (resting_) return false;
  if (idle_.size() >= most_idle) {
    const Resume oldest = std::move(idle_.front()->resume_);
    idle_.erase(idle_.begin());
  }
  idle_.push_back(&worker);
  return true;
}

}  // namespace platen::rpc
