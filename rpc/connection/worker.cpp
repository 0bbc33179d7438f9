#include "rpc/connection/worker.hpp"

#include "rpc/connection/connection.hpp"
#include "rpc/connection/handlers.hpp"
#include "rpc/connection/incoming_call.hpp"

namespace platen::rpc {

Worker::Worker(std::shared_ptr<Handlers> home, IncomingCall& call)
    : home_(std::move(home)), handler_(call.handler), call_(&call) {}

// In the middle of a call only when the reactor is taken down.
Worker::~Worker() {
  if (call_ != nullptr) call_->connection().abandon(*call_);
}

bool Worker::begin() {
  if (call_->canceled()) return false;
  call_->runs_under(&stop_);
  return true;
}

Message& Worker::request() {
  return call_->request;
}

Call& Worker::call() {
  return *call_;
}

void Worker::answer(Message&& with) {
  call_->answer.emplace(std::move(with));
}

void Worker::answer(const Error& why) {
  call_->answer.emplace(why);
}

bool Worker::stopped() const {
  return call_->canceled();
}

bool Worker::finish(const std::exception_ptr& thrown) {
  call_->runs_under(nullptr);
  auto& call = *std::exchange(call_, nullptr);
  call.connection().finish(call, thrown);  // the last of those tells who is at home to rest
  return home_->keep(*this);
}

}  // namespace platen::rpc
