// Runs handlers of calls as coroutines. A coroutine that has served one call waits here for the next, so that
// a small call neither makes a coroutine nor goes through the reactor's queue.
#pragma once

#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "rpc/connection/resume.hpp"
#include "rpc/ndr/ndr.hpp"
#include "rpc/service.hpp"

namespace platen::rpc {

class Connection;
class IncomingCall;
class Waiter;

// A call that is to be served.
struct Work {
  std::shared_ptr<Connection> connection;
  std::shared_ptr<IncomingCall> call;
  std::shared_ptr<const Service::Handler> handler;
  std::shared_ptr<Waiter> waiter;  // the slot that admitted it; none for a first call
  Message request;
};

class Handlers : public std::enable_shared_from_this<Handlers> {
 public:
  explicit Handlers(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  ~Handlers() { rest(); }
  Handlers(const Handlers&) = delete;
  Handlers& operator=(const Handlers&) = delete;

  // Runs the handler up to its first wait.
  void run(Work&& work);
  // Nothing will come for now: lets go of the coroutines that wait for work, since they would keep their
  // reactor busy, and keeps none until expect().
  void rest();
  void expect() { resting_ = false; }

 private:
  struct Worker {
    Work work;
    Resume resume;
    boost::asio::cancellation_signal stop;
  };
  static Task<void> live(std::weak_ptr<Handlers> handlers, std::shared_ptr<Worker> worker);
  [[nodiscard]] bool keep(const std::shared_ptr<Worker>& worker);

  boost::asio::any_io_executor executor_;
  std::vector<std::shared_ptr<Worker>> idle_;
  bool resting_ = false;
};

}  // namespace platen::rpc
