#include "base/mailbox.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <boost/asio/detail/reactor.hpp>
#include <boost/asio/detail/reactor_op.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/fd.hpp"

namespace platen {

namespace asio = boost::asio;

// Rung by other threads, heard by the reactor: a descriptor that stays there for good and is no work to it,
// as the pipe is through which Asio hears of signals.
class Mailbox::Bell final : asio::detail::reactor_op {
 public:
  Bell(Mailbox& mailbox, asio::execution_context& context)
      : reactor_op({}, &rung, &taken_down),
        mailbox_(mailbox),
        reactor_(asio::use_service<asio::detail::reactor>(context)),
        wire_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wire_) throw std::system_error(errno, std::generic_category(), "eventfd");
    reactor_.init_task();
    using asio::detail::reactor;
    if (const int why = reactor_.register_internal_descriptor(reactor::read_op, wire_.get(), there_, this))
      throw std::system_error(why, std::generic_category(), "epoll_ctl");
  }
  void ring() const noexcept {
    const std::uint64_t once = 1;
    [[maybe_unused]] const auto told = ::write(wire_.get(), &once, sizeof once);  // full: it is ringing
  }
  void take_down() {
    reactor_.deregister_internal_descriptor(wire_.get(), there_);
    reactor_.cleanup_descriptor_data(there_);
  }

 private:
  static status rung(reactor_op* base) {
    auto* self = static_cast<Bell*>(base);
    std::uint64_t times = 0;
    [[maybe_unused]] const auto silent = ::read(self->wire_.get(), &times, sizeof times);
    self->mailbox_.deliver();
    return not_done;
  }
  static void taken_down(void* /*owner*/, asio::detail::operation* /*base*/,
                         const boost::system::error_code& /*ec*/, std::size_t /*octets*/) {}

  Mailbox& mailbox_;
  asio::detail::reactor& reactor_;
  Fd wire_;
  asio::detail::reactor::per_descriptor_data there_ = nullptr;
};

Mailbox& Mailbox::of(const asio::any_io_executor& executor) {
  return asio::use_service<Mailbox>(asio::query(executor, asio::execution::context));
}

Mailbox::Mailbox(asio::execution_context& reactor)
    : service(reactor), bell_(std::make_unique<Bell>(*this, reactor)) {}

Mailbox::~Mailbox() = default;

void Mailbox::put(std::unique_ptr<Letter> letter) {
  bool first = false;
  {
    const Lock lock(mutex_);
    first = letters_.empty();
    letters_.push_back(std::move(letter));
  }
  if (first) bell_->ring();
}

void Mailbox::deliver() {
  Letters letters;
  {
    const Lock lock(mutex_);
    letters.swap(letters_);
  }
  auto& reactor = static_cast<asio::io_context&>(context());
  for (auto& letter : letters) asio::post(reactor, [letter = std::move(letter)] { letter->read(); });
}

// Letters may hold what still needs the reactor's other services.
void Mailbox::shutdown() {
  bell_->take_down();
  Letters unread;
  const Lock lock(mutex_);
  unread.swap(letters_);
}

}  // namespace platen
