#include "port/usb/usb_port.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <libusb.h>

#include "base/aside.hpp"
#include "base/log.hpp"
#include "port/usb/in_pipe.hpp"
#include "port/usb/out_pipe.hpp"
#include "port/usb/requests.hpp"
#include "port/usb/watch.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;

// Some printers go on only when they are asked for their status meanwhile (Gentoo bug 251237); the kernel's
// usblp asks at this pace. It is asked of those alone that need it.
constexpr Duration prod_pause = 1500ms;

}  // namespace

struct UsbPort::Connection {
  Connection(std::shared_ptr<usb::Device> opened, Clock& clock)
      : device(std::move(opened)),
        out(std::make_shared<usb::OutPipe>(device, clock)),
        silence(device->context().executor()) {
    if (device->interface().in != 0) in = std::make_shared<usb::InPipe>(device, clock);
  }

  // Pending calls still hold this; what they wait for ends, and the device with the last of them.
  void close(const Error& why) {
    closed = why;
    out->close(why);
    if (in) in->close(why);
    silence.notify();
    out.reset();
    in.reset();
    device.reset();
  }

  std::shared_ptr<usb::Device> device;
  std::shared_ptr<usb::OutPipe> out;
  std::shared_ptr<usb::InPipe> in;  // null: the printer is never read
  Event silence;                    // for those who read it nevertheless; rung at the end
  bool prodding = false;
  std::optional<Error> closed;
};

UsbPort::UsbPort(boost::asio::any_io_executor executor, Clock& clock, usb::Address address,
                 const QuirkTable& table)
    : executor_(std::move(executor)),
      clock_(clock),
      address_(std::move(address)),
      table_(table),
      uri_(address_.uri()) {}

UsbPort::~UsbPort() {
  close();
}

Error UsbPort::not_open(std::string operation) const {
  return fail(Errc::closed, std::move(operation), uri_, "The port is not open.");
}

Task<Result<void>> UsbPort::open(Deadline deadline) {
  if (connection_) co_return Result<void>();
  auto device = co_await usb::Device::open(executor_, clock_, address_, table_, deadline);
  if (!device) co_return device.error();
  if (table_.wants_ids()) {
    auto id = co_await usb::get_device_id(*device, clock_, deadline);
    const usb::Printer& printer = (*device)->printer();
    if (id) (*device)->refine(table_.find(printer.vendor, printer.product, printer.model, *id));
  }
  connection_ = std::make_shared<Connection>(std::move(*device), clock_);
  if (connection_->in) connection_->in->start();
  co_return Result<void>();
}

bool UsbPort::carries_packets() const {
  return connection_ && connection_->device->interface().protocol == usb::ieee_1284_4;
}

Task<Result<std::size_t>> UsbPort::read_some(std::span<std::byte> into, Deadline deadline) {
  const auto connection = connection_;
  if (!connection) co_return not_open("read from");
  if (const auto in = connection->in) co_return co_await in->read_some(into, deadline);
  auto woken = co_await connection->silence.wait(clock_, deadline);
  if (connection->closed) co_return *connection->closed;
  co_return fail(woken ? make_error_code(Errc::timed_out) : woken.error().code, "read from", uri_);
}

Task<Result<std::size_t>> UsbPort::write_some(std::span<const std::byte> from, Deadline deadline) {
  const auto connection = connection_;
  if (!connection) co_return not_open("write to");
  const auto out = connection->out;
  if (connection->device->quirks().prod && !connection->prodding) {
    connection->prodding = true;
    boost::asio::co_spawn(executor_, prod(connection, clock_), boost::asio::detached);
  }
  co_return co_await out->write_some(from, deadline);
}

// While something is on its way and nothing moves.
Task<void> UsbPort::prod(std::shared_ptr<Connection> connection, Clock& clock) {
  do {
    const std::uint64_t moved = connection->out->moved();
    auto closing = co_await connection->silence.wait(clock, Deadline::in(clock, prod_pause));
    if (closing || connection->closed) co_return;
    if (connection->out->moved() == moved && !connection->out->empty())
      (void)co_await usb::get_port_status(connection->device, clock, Deadline::in(clock, prod_pause));
  } while (!connection->closed && !connection->out->empty());
  connection->prodding = false;
}

Task<Result<void>> UsbPort::drain(Deadline deadline) {
  const auto connection = connection_;
  if (!connection) co_return not_open("send the last data to");
  const auto out = connection->out;
  co_return co_await out->drain(deadline);
}

Task<Result<std::string>> UsbPort::device_id(Deadline deadline) {
  const auto connection = connection_;
  if (!connection) co_return not_open("read the device id of");
  co_return co_await usb::get_device_id(connection->device, clock_, deadline);
}

Task<Result<StatusLines>> UsbPort::status_lines(Deadline deadline) {
  const auto connection = connection_;
  if (!connection) co_return not_open("read the status lines of");
  co_return co_await usb::get_port_status(connection->device, clock_, deadline);
}

Task<Result<void>> UsbPort::abort_job(Deadline deadline) {
  const auto connection = connection_;
  if (!connection) co_return not_open("end the job of");
  const auto device = connection->device;
  connection->out->drop();
  if (device->quirks().no_soft_reset)
    co_return fail(Errc::unsupported, "end the job of", uri_, "A reset would hang this printer.");
  if (connection->in) connection->in->drop();
  auto reset = co_await usb::soft_reset(device, clock_, deadline);
  if (reset) {
    // The printer's pipes are back at their beginning; so must ours be.
    std::function<int()> clear = [device] {
      const int out = libusb_clear_halt(device->handle(), device->interface().out);
      const int in = device->interface().in ? libusb_clear_halt(device->handle(), device->interface().in) : 0;
      return out != 0 ? out : in;
    };
    auto failed = co_await aside(clock_, deadline, std::move(clear));
    if (!failed) co_return fail(failed.error().code, "end the job of", uri_);
    if (*failed != 0) co_return usb::fail_libusb(*failed, "end the job of", uri_);
  }
  if (connection->closed) co_return *connection->closed;
  if (connection->in) connection->in->start();
  if (!reset && reset.error().is(Errc::refused))
    co_return fail(Errc::unsupported, "end the job of", uri_, "The printer does not know the reset.");
  co_return reset;
}

Port::Arrivals UsbPort::on_arrival(std::function<void()> arrived) {
  auto watch = UsbWatch::start(
      executor_,
      [address = address_, arrived = std::move(arrived)](UsbWatch::Change change,
                                                         const usb::Printer& printer) {
        if (change == UsbWatch::Change::arrived && answers_to(address, printer)) arrived();
      },
      table_);
  if (!watch) {
    named_log("usb")->warn("{}", watch.error().sentence());
    return nullptr;
  }
  return std::shared_ptr<UsbWatch>(std::move(*watch));
}

void UsbPort::close() noexcept {
  if (auto connection = std::exchange(connection_, nullptr))
    connection->close(fail(Errc::closed, "use", uri_, "The port was closed meanwhile."));
}

}  // namespace platen::port
