// Runs handlers of calls as coroutines. A coroutine that has served one call waits here for the next of its
// operation, so that a small call neither makes a coroutine nor goes through the reactor's queue.
#pragma once

#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "rpc/connection/worker.hpp"

namespace platen::rpc {

class Handlers : public std::enable_shared_from_this<Handlers> {
 public:
  explicit Handlers(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  Handlers(const Handlers&) = delete;
  Handlers& operator=(const Handlers&) = delete;

  // Runs the handler up to its first wait.
  void run(IncomingCall& call);
  // Nothing will come for now: lets go of the coroutines that wait for work, since they would keep their
  // reactor busy, and keeps none until expect().
  void rest();
  void expect() { resting_ = false; }
  [[nodiscard]] bool keep(Worker& worker);

 private:
  boost::asio::any_io_executor executor_;
  std::vector<Worker*> idle_;  // each owned by its coroutine, which it holds; who ended last is last
  bool resting_ = false;
};

}  // namespace platen::rpc
