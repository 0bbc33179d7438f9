// A coroutine that serves the calls of one operation, one after the other: service.hpp writes its loop.
#pragma once

#include <exception>
#include <memory>
#include <string>

#include <boost/asio/cancellation_signal.hpp>

#include "rpc/call.hpp"
#include "rpc/connection/resume.hpp"
#include "rpc/ndr/ndr.hpp"

namespace platen::rpc {

class Handlers;
class IncomingCall;
class Worker;

// What serves the calls of one operation.
class Handler {
 public:
  virtual ~Handler() = default;
  // For logs and errors: "CancelDoc of monitor".
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual Task<void> live(std::unique_ptr<Worker> worker) const = 0;
};

class Worker {
 public:
  Worker(std::shared_ptr<Handlers> home, IncomingCall& call);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // In this order, for each call, by the coroutine. begin() is false when nobody waits for this one any more.
  [[nodiscard]] bool begin();
  [[nodiscard]] Message& request();
  [[nodiscard]] Call& call();
  void answer(Message&& with);
  void answer(const Error& why);
  [[nodiscard]] bool stopped() const;
  // Tells the caller; false when no further call will come.
  [[nodiscard]] bool finish(const std::exception_ptr& thrown);
  [[nodiscard]] auto next() { return park(resume_); }

 private:
  friend class Handlers;
  std::shared_ptr<Handlers> home_;
  std::shared_ptr<const Handler> handler_;
  IncomingCall* call_;  // none while it waits for the next
  Resume resume_;
  boost::asio::cancellation_signal stop_;
};

}  // namespace platen::rpc
