#include "port/usb/context.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <libusb.h>
#include <poll.h>

namespace platen::port::usb {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

Error fail_libusb(int number, std::string operation, std::string object, std::string advice) {
  Errc code = Errc::failed;
  switch (number) {
    case LIBUSB_ERROR_ACCESS:
      code = Errc::denied;
      if (advice.empty()) advice = "This user may not use the device; udev's rules decide who may.";
      break;
    case LIBUSB_ERROR_BUSY:
      code = Errc::busy;
      break;
    case LIBUSB_ERROR_NO_DEVICE:
      code = Errc::closed;
      break;
    case LIBUSB_ERROR_NOT_FOUND:
      code = Errc::not_found;
      break;
    case LIBUSB_ERROR_NO_MEM:
      code = Errc::no_space;
      break;
    case LIBUSB_ERROR_NOT_SUPPORTED:
      code = Errc::unsupported;
      break;
    default:
      if (advice.empty())
        advice = std::string("libusb says: ") + libusb_strerror(static_cast<libusb_error>(number)) + ".";
  }
  return fail(code, std::move(operation), std::move(object), std::move(advice));
}

// One of libusb's descriptors. libusb owns it; a wait that comes back late finds `owner` gone.
struct Context::Source : std::enable_shared_from_this<Context::Source> {
  Source(Context& context, int fd, short wanted)
      : owner(&context), descriptor(context.executor_), events(wanted) {
    descriptor.assign(fd);
    // Else Asio would do it anew before each wait.
    descriptor.non_blocking(true);
  }
  ~Source() { let_go(); }

  void let_go() {
    owner = nullptr;
    if (descriptor.is_open()) descriptor.release();
  }

  void wait() {
    if (events & POLLIN) wait_for(Descriptor::wait_read);
    if (events & POLLOUT) wait_for(Descriptor::wait_write);
  }

  void wait_for(Descriptor::wait_type what) {
    descriptor.async_wait(what, [self = shared_from_this(), what](boost::system::error_code ec) {
      if (ec || !self->owner) return;
      self->owner->run_ready();
      if (self->owner) self->wait_for(what);
    });
  }

  Context* owner;
  Descriptor descriptor;
  short events;
};

Result<std::unique_ptr<Context>> Context::create(asio::any_io_executor executor) {
  libusb_context* libusb = nullptr;
  if (const int failed = libusb_init(&libusb); failed != 0) return fail_libusb(failed, "start", "libusb");
  return std::unique_ptr<Context>(new Context(std::move(executor), libusb));
}

Context::Context(asio::any_io_executor executor, libusb_context* libusb)
    : executor_(std::move(executor)), libusb_(libusb) {
  libusb_set_pollfd_notifiers(
      libusb_, [](int fd, short events, void* self) { static_cast<Context*>(self)->add(fd, events); },
      [](int fd, void* self) { static_cast<Context*>(self)->remove(fd); }, this);
  const libusb_pollfd** all = libusb_get_pollfds(libusb_);
  for (const libusb_pollfd** one = all; one && *one; ++one) add((*one)->fd, (*one)->events);
  libusb_free_pollfds(all);
}

Context::~Context() {
  libusb_set_pollfd_notifiers(libusb_, nullptr, nullptr, nullptr);
  for (auto& [fd, source] : sources_) source->let_go();
  sources_.clear();
  libusb_exit(libusb_);
}

void Context::run_ready() {
  timeval at_once{0, 0};
  libusb_handle_events_timeout_completed(libusb_, &at_once, nullptr);
}

void Context::add(int fd, short events) {
  auto source = std::make_shared<Source>(*this, fd, events);
  sources_[fd] = source;
  source->wait();
}

void Context::remove(int fd) {
  const auto found = sources_.find(fd);
  if (found == sources_.end()) return;
  found->second->let_go();
  sources_.erase(found);
}

}  // namespace platen::port::usb
