// Tells when a socket has something to read, and when it has room: what socket.async_wait() does, for the one
// place where its cost counts.
//
// Asio asks the kernel anew for each wait (epoll_ctl), lest something that came before be missed. Whoever has
// read all there was, and knows that the other side was alive after that, can miss nothing: the kernel will
// tell of what comes next. await_news() spares that system call, a tenth of a small call's time; nothing is
// allocated for it either. It works on Asio's reactor below its public interface (1.81), since that has no
// word for it.
//
// One thread at a time. The reactor must outlive it, or find somebody waiting when it is taken down.
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
  virtual void on_readable(boost::system::error_code ec, std::shared_ptr<TransportUser> keep) = 0;

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

  // One on_readable() once there is something to read, an end, or an error. Keeps `keep` alive until then.
  void await_readable(std::shared_ptr<TransportUser> keep);
  // The same, for who has read all there was, and has sent something since without an error.
  void await_news(std::shared_ptr<TransportUser> keep);
  // One on_room() of `keep` once there is room to write, or an error.
  void await_room(std::shared_ptr<TransportUser> keep);
  // Ends what is awaited, with an error or on_room().
  void close();

 private:
  using Reactor = boost::asio::detail::reactor;
  class Wait final : public boost::asio::detail::reactor_op {
   public:
    Wait(Readiness& of, int what);
    void begin(std::shared_ptr<TransportUser> keep, bool news);

   private:
    static status perform(boost::asio::detail::reactor_op*) { return done_and_exhausted; }
    static void complete(void* owner, boost::asio::detail::operation* base,
                         const boost::system::error_code& /*ec*/, std::size_t /*octets*/);

    Readiness& of_;
    int what_;
    std::shared_ptr<TransportUser> keep_;
  };

  ReadinessUser& user_;
  Fd socket_;
  Reactor& reactor_;
  Reactor::per_descriptor_data registered_ = nullptr;
  Wait readable_;
  Wait room_;
};

}  // namespace platen::rpc
