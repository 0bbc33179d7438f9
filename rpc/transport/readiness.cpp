#include "rpc/transport/readiness.hpp"

#include <cassert>

#include <boost/asio/detail/concurrency_hint.hpp>
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

namespace platen::rpc {

namespace asio = boost::asio;

Readiness::Readiness(const asio::any_io_executor& executor, ReadinessUser& user, Fd socket)
    : user_(user),
      socket_(std::move(socket)),
      reactor_(asio::use_service<Reactor>(asio::query(executor, asio::execution::context))),
      reading_(*this),
      room_(*this) {
  [[maybe_unused]] const auto& scheduler =
      asio::use_service<asio::detail::scheduler>(asio::query(executor, asio::execution::context));
  assert(!BOOST_ASIO_CONCURRENCY_HINT_IS_LOCKING(REACTOR_IO, scheduler.concurrency_hint()));
  reactor_.init_task();
  // An error leaves nothing registered, and the first read then ends with one.
  if (reactor_.register_descriptor(socket_.get(), registered_) != 0) close();
}

Readiness::~Readiness() {
  close();
}

void Readiness::read(std::shared_ptr<TransportUser> user) {
  assert(!reading_.user && "read twice");
  reading_.user = std::move(user);
  reading_.begin();
}

void Readiness::await_room(std::shared_ptr<TransportUser> user) {
  assert(!room_.user && "awaited twice");
  room_.user = std::move(user);
  room_.begin();
}

void Readiness::close() {
  if (!socket_) return;
  if (registered_ == nullptr) return socket_.reset();
  reactor_.deregister_descriptor(socket_.get(), registered_, true);
  socket_.reset();
  reactor_.cleanup_descriptor_data(registered_);
}

void Readiness::Reading::begin() {
  over_ = false;
  of_.reactor_.start_op(Reactor::read_op, of_.socket_.get(), of_.registered_, this, false, false);
}

Readiness::Operation::status Readiness::Reading::perform(Operation* base) {
  auto* self = static_cast<Reading*>(base);
  const auto next = self->of_.user_.on_readable(self->user);
  self->over_ = next == ReadinessUser::Next::over;
  if (!self->of_.open()) return not_done;  // it is out of the reactor's queue already
  return next == ReadinessUser::Next::told ? not_done : done_and_exhausted;
}

// Without an owner the reactor is being taken down, and the reading with it.
void Readiness::Reading::complete(void* owner, asio::detail::operation* base,
                                  const boost::system::error_code& /*ec*/, std::size_t /*octets*/) {
  auto* self = static_cast<Reading*>(base);
  auto& of = self->of_;
  if (owner != nullptr && of.open() && !self->over_) return self->begin();
  const auto user = std::move(self->user);  // which may hold the last of all this
  if (owner == nullptr) {
    of.registered_ = nullptr;
    user->on_reactor_gone();
  } else if (!self->over_) {
    of.user_.on_closed(*user);
  }
}

void Readiness::Room::begin() {
  of_.reactor_.start_op(Reactor::write_op, of_.socket_.get(), of_.registered_, this, false, false);
}

void Readiness::Room::complete(void* owner, asio::detail::operation* base,
                               const boost::system::error_code& /*ec*/, std::size_t /*octets*/) {
  auto* self = static_cast<Room*>(base);
  auto user = std::move(self->user);
  if (owner == nullptr) {
    self->of_.registered_ = nullptr;
    return user->on_reactor_gone();
  }
  self->of_.user_.on_room(std::move(user));
}

}  // namespace platen::rpc
