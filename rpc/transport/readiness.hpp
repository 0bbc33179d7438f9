// Tells when a socket has something to read, and when it has room: what socket.async_wait() does, for the one
// place where its cost counts.
//
// Asio makes a new wait of each, and asks the kernel anew for it (epoll_ctl), lest something that came before
// be missed. Whoever has read all there was, and knows that the other side was alive after that, can miss
// nothing: the kernel will tell of what comes next. So one operation stays with the reactor for good, and is
// performed each time. It works on Asio's reactor below its public interface (1.81), since that has no word
// for it.
//
// One thread at a time, on a reactor that locks no descriptors (base/one_thread.hpp): what is told to the
// user may close it. The reactor must outlive it, or find somebody reading when it is taken down.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/detail/reactor.hpp>
#include <boost/asio/detail/reactor_op.hpp>

#include "base/fd.hpp"
#include "rpc/transport/transport.hpp"

namespace platen::rpc {

class ReadinessUser {
 public:
  enum class Next {
    told,  // all was read, and the other side was alive after that: the kernel will tell of more
    ask,   // there may be more
    over,  // nothing more is wanted, for now or for ever
  };
  // There is something to read, an end, or an error.
  [[nodiscard]] virtual Next on_readable(const std::shared_ptr<TransportUser>& user) = 0;
  // It was closed meanwhile.
  virtual void on_closed(TransportUser& user) = 0;
  // There is room to write, or an error to be met.
  virtual void on_room(std::shared_ptr<TransportUser> user) = 0;

 protected:
  ~ReadinessUser() = default;
};

class Readiness {
 public:
  Readiness(const boost::asio::any_io_executor& executor, ReadinessUser& user, Fd socket);
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] bool open() const { return static_cast<bool>(socket_); }

  // From now on on_readable(), each time, until that says `over`, or on_closed(). Keeps `user` alive until
  // then.
  void read(std::shared_ptr<TransportUser> user);
  // One on_room(). Keeps `user` alive until then.
  void await_room(std::shared_ptr<TransportUser> user);
  // Ends what is asked for, with on_closed() and on_room().
  void close();

 private:
  using Reactor = boost::asio::detail::reactor;
  using Operation = boost::asio::detail::reactor_op;
  class Reading final : public Operation {
   public:
    explicit Reading(Readiness& of) : Operation({}, &perform, &complete), of_(of) {}
    void begin();
    std::shared_ptr<TransportUser> user;

   private:
    static status perform(Operation* base);
    static void complete(void* owner, boost::asio::detail::operation* base,
                         const boost::system::error_code& /*ec*/, std::size_t /*octets*/);
    Readiness& of_;
    bool over_ = false;
  };
  class Room final : public Operation {
   public:
    explicit Room(Readiness& of) : Operation({}, &perform, &complete), of_(of) {}
    void begin();
    std::shared_ptr<TransportUser> user;

   private:
    static status perform(Operation* /*base*/) { return done_and_exhausted; }
    static void complete(void* owner, boost::asio::detail::operation* base,
                         const boost::system::error_code& /*ec*/, std::size_t /*octets*/);
    Readiness& of_;
  };

  ReadinessUser& user_;
  Fd socket_;
  Reactor& reactor_;
  Reactor::per_descriptor_data registered_ = nullptr;
  Reading reading_;
  Room room_;
};

}  // namespace platen::rpc
