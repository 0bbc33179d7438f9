#include "port/usb/device.hpp"

#include <utility>

#include <libusb.h>

#include "base/aside.hpp"

namespace platen::port::usb {
namespace {

// Who has the interface gives it back within moments, when it is CUPS's own backend between two jobs.
constexpr Duration busy_pause = std::chrono::milliseconds(250);

}  // namespace

Task<Result<std::shared_ptr<Device>>> Device::open(boost::asio::any_io_executor executor, Clock& clock,
                                                   Address address, const QuirkTable& table,
                                                   Deadline deadline) {
  const std::string uri = address.uri();
  auto context = Context::create(std::move(executor));
  if (!context) co_return context.error();
  auto printer = find_printer((*context)->get(), table, address);
  if (!printer) co_return printer.error();
  std::shared_ptr<Device> device(new Device(std::move(*context), std::move(*printer)));
  for (;;) {
    auto claimed = device->claim(uri);
    if (claimed) break;
    if (!claimed.error().is(Errc::busy) || deadline.left(clock) <= busy_pause) co_return claimed.error();
    if (auto slept = co_await sleep(clock, busy_pause); !slept) co_return slept.error();
  }
  const PrinterInterface& interface = device->interface();
  if (interface.has_alternates && !device->quirks().no_alternate) {
    std::function<int()> select = [device] {
      return libusb_set_interface_alt_setting(device->handle_, device->interface().interface,
                                              device->interface().alternate);
    };
    auto failed = co_await aside(clock, deadline, std::move(select));
    if (!failed) co_return fail(failed.error().code, "select the printing protocol of", uri);
    if (*failed != 0) co_return fail_libusb(*failed, "select the printing protocol of", uri);
    device->selected_ = interface.alternate != 0;
  }
  co_return device;
}

Result<std::shared_ptr<Device>> Device::borrow(boost::asio::any_io_executor executor, Address address,
                                               const QuirkTable& table) {
  auto context = Context::create(std::move(executor));
  if (!context) return context.error();
  auto printer = find_printer((*context)->get(), table, address);
  if (!printer) return printer.error();
  std::shared_ptr<Device> device(new Device(std::move(*context), std::move(*printer)));
  if (const int failed = libusb_open(device->printer_.device.get(), &device->handle_); failed != 0)
    return fail_libusb(failed, "open the printer", address.uri());
  return device;
}

Result<void> Device::claim(const std::string& uri) {
  if (!handle_)
    if (const int failed = libusb_open(printer_.device.get(), &handle_); failed != 0)
      return fail_libusb(failed, "open the printer", uri);
  // One that has a configuration keeps it: setting it again loses the job on some Samsung lasers.
  int configuration = 0;
  if (libusb_get_configuration(handle_, &configuration) == 0 && configuration == 0)
    libusb_set_configuration(handle_, printer_.interface.configuration);
  const int number = printer_.interface.interface;
  if (libusb_kernel_driver_active(handle_, number) == 1)
    detached_ = libusb_detach_kernel_driver(handle_, number) == 0 || detached_;
  if (const int failed = libusb_claim_interface(handle_, number); failed != 0)
    return fail_libusb(
        failed, "take hold of the printer", uri,
        failed == LIBUSB_ERROR_BUSY
            ? "Another program uses it. Remove its queue from CUPS, or stop ipp-usb for this printer."
            : "");
  claimed_ = true;
  return {};
}

void Device::refine(const Quirks& quirks) {
  printer_.quirks = quirks;
  if (quirks.unidir) printer_.interface.in = 0;
}

Device::~Device() {
  Held held{std::move(context_), std::move(printer_), std::exchange(handle_, nullptr)};
  const int number = held.printer.interface.interface;
  const bool reattach = detached_ && held.printer.quirks.reattach;
  std::function<int()> release = [handle = held.handle, number, claimed = claimed_, reattach] {
    const int failed = claimed ? libusb_release_interface(handle, number) : 0;
    if (reattach) libusb_attach_kernel_driver(handle, number);
    return failed;
  };
  if (!held.handle) return;
  if (!selected_) {
    (void)release();
    return;
  }
  // The kernel puts the first setting back, and waits five seconds for a printer that was just unplugged.
  const auto executor = held.context->executor();
  aside_for_good(executor, std::move(release), [kept = std::make_shared<Held>(std::move(held))] {});
}

Device::Held::~Held() {
  if (handle) libusb_close(handle);
  printer.device.reset();
}

}  // namespace platen::port::usb
