#include "rpc/transport/readiness.hpp"

#include <cassert>

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

namespace platen::rpc {

namespace asio = boost::asio;

Readiness::Readiness(const asio::any_io_executor& executor, ReadinessUser& user, Fd socket)
    : user_(user),
      socket_(std::move(socket)),
      reactor_(asio::use_service<Reactor>(asio::query(executor, asio::execution::context))),
      readable_(*this, Reactor::read_op),
      room_(*this, Reactor::write_op) {
  reactor_.init_task();
  // An error leaves nothing registered, and the first wait then ends with one.
  if (reactor_.register_descriptor(socket_.get(), registered_) != 0) close();
}

Readiness::~Readiness() {
  close();
}

void Readiness::await_readable(std::shared_ptr<TransportUser> keep) {
  readable_.begin(std::move(keep), false);
}

void Readiness::await_news(std::shared_ptr<TransportUser> keep) {
  readable_.begin(std::move(keep), true);
}

void Readiness::await_room(std::shared_ptr<TransportUser> keep) {
  room_.begin(std::move(keep), false);
}

void Readiness::close() {
  if (!socket_) return;
  if (registered_ == nullptr) return socket_.reset();
  reactor_.deregister_descriptor(socket_.get(), registered_, true);
  socket_.reset();
  reactor_.cleanup_descriptor_data(registered_);
}

Readiness::Wait::Wait(Readiness& of, int what) : reactor_op({}, &perform, &complete), of_(of), what_(what) {}

void Readiness::Wait::begin(std::shared_ptr<TransportUser> keep, bool news) {
  assert(!keep_ && "awaited twice");
  keep_ = std::move(keep);
  ec_ = {};
  of_.reactor_.start_op(what_, of_.socket_.get(), of_.registered_, this, false, news);
}

// Without an owner the reactor is being taken down, and the wait with it.
void Readiness::Wait::complete(void* owner, asio::detail::operation* base, const boost::system::error_code&,
                               std::size_t) {
  auto* self = static_cast<Wait*>(base);
  auto keep = std::move(self->keep_);  // which may hold the last of all this
  if (owner == nullptr) {
    self->of_.registered_ = nullptr;
    return keep->on_reactor_gone();
  }
  if (self->what_ == Reactor::write_op) return keep->on_room();
  self->of_.user_.on_readable(self->ec_, std::move(keep));
}

}  // namespace platen::rpc
