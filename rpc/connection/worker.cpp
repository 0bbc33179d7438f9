#include "rpc/connection/worker.hpp"

#include "rpc/connection/connection.hpp"
#include "rpc/connection/handlers.hpp"
#include "rpc/connection/incoming_call.hpp"

namespace platen::rpc {

Worker::Worker(std::weak_ptr<Handlers> home, std::shared_ptr<const Handler> of)
    : home_(std::move(home)), handler_(std::move(of)) {}

Worker::~Worker() = default;

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
  connection_->finish(call_, thrown);
  call_.reset();
  connection_.reset();  // the last of them tells who is at home to rest
  auto home = home_.lock();
  return home && home->keep(*this);
}

}  // namespace platen::rpc
