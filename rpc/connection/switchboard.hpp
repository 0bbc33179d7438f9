// What all connections of one server, or of one client, share: the services, the bounds, the audit, the
// deadlines, the handlers, and each other, so that an answer that comes down the wrong connection is
// recognised for what it is.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/deadline_queue.hpp"
#include "base/event.hpp"
#include "rpc/audit.hpp"
#include "rpc/connection/due.hpp"
#include "rpc/connection/handlers.hpp"
#include "rpc/connection/parcel.hpp"
#include "rpc/limits.hpp"
#include "rpc/service.hpp"
#include "rpc/wire/pdu.hpp"

namespace platen::rpc {

class Connection;

class Switchboard : public std::enable_shared_from_this<Switchboard> {
 public:
  Switchboard(Clock& clock, boost::asio::any_io_executor executor);
  ~Switchboard() { handlers_->rest(); }
  Switchboard(const Switchboard&) = delete;
  Switchboard& operator=(const Switchboard&) = delete;

  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] const boost::asio::any_io_executor& executor() const { return executor_; }
  [[nodiscard]] DeadlineQueue& deadlines() { return *deadlines_; }

  // nullptr when no service has that interface in a version that serves `wanted`.
  [[nodiscard]] const Service* find(const SyntaxId& wanted) const;

  // Whether any service does.
  [[nodiscard]] bool takes_descriptors() const;

  void join(Connection* connection);
  void leave(Connection* connection);
  [[nodiscard]] const std::vector<Connection*>& connections() const { return connections_; }

  // Who waits is resumed, and what is to be served begins, when what is going on now is over: nothing is
  // called back from within a parser or a close.
  void put_off(Due& what);
  void forget(Due& what) noexcept;
  void run(IncomingCall& call) { handlers_->run(call); }
  // Around what the reactor calls: at its end, all of the above happens, in the order in which it came, and
  // then the small messages leave that were sent meanwhile. The board must outlast it.
  class Turn {
   public:
    explicit Turn(Switchboard& board) : board_(board) {
      if (board_.parcel_ == nullptr) board_.parcel_ = &parcel_;
    }
    ~Turn() {
      if (board_.parcel_ != &parcel_) return;
      do {
        if (board_.first_ != nullptr) board_.catch_up();
        if (parcel_.to() != nullptr) ship(parcel_);
      } while (board_.first_ != nullptr || parcel_.to() != nullptr);
      board_.parcel_ = nullptr;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Switchboard& board_;
    Parcel parcel_;
  };
  // The turn's, with room for a message that is small enough: what was in its way has left. None when there
  // is no turn.
  [[nodiscard]] Parcel* parcel_for(const Connection& to, std::size_t size) {
    if (parcel_ != nullptr && parcel_->to() != nullptr && !parcel_->fits(to, size)) ship(*parcel_);
    return parcel_;
  }
  // Before anything else is sent to it: what is there for it.
  void ship_to(const Connection& to) {
    if (parcel_ != nullptr && parcel_->to() == &to) ship(*parcel_);
  }

  std::map<Uuid, Service> services;
  Limits limits;
  Audit audit;
  std::size_t running = 0;  // handlers
  Event idle;               // when a handler ends

 private:
  struct Later;
  void catch_up();
  static void ship(Parcel& parcel);
  [[nodiscard]] Due* next_due() noexcept;

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<DeadlineQueue> deadlines_;
  std::shared_ptr<Handlers> handlers_;
  std::vector<Connection*> connections_;
  Due* first_ = nullptr;
  Due* last_ = nullptr;
  Parcel* parcel_ = nullptr;  // of the turn that is under way
  bool promised_ = false;
};

// Whether a service of interface `offered` can answer who asks for `wanted`.
[[nodiscard]] bool serves(const InterfaceId& offered, const SyntaxId& wanted);

}  // namespace platen::rpc
