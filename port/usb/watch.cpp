#include "port/usb/watch.hpp"

#include <map>

#include <boost/asio/post.hpp>
#include <libusb.h>

namespace platen::port {

struct UsbWatch::State {
  std::unique_ptr<usb::Context> context;
  Changed changed;
  const QuirkTable* table = nullptr;
  std::map<libusb_device*, usb::Printer> present;
  libusb_hotplug_callback_handle handle{};
  bool registered = false;
};

namespace {

// From within libusb's event handling, on the reactor.
template <class State>
int device_changed(const std::shared_ptr<State>& state, libusb_device* device, bool arrived) {
  using Change = UsbWatch::Change;
  std::optional<usb::Printer> printer;
  if (arrived) {
    printer = usb::look_at(device, *state->table);
    if (!printer) return 0;
    printer->device.reset();  // the word of it may come after the context's end
    state->present[device] = *printer;
  } else {
    auto gone = state->present.extract(device);
    if (gone.empty()) return 0;
    printer = std::move(gone.mapped());
  }
  boost::asio::post(state->context->executor(),
                    [weak = std::weak_ptr(state), printer = std::move(*printer), arrived] {
                      const auto alive = weak.lock();
                      if (alive && alive->changed)
                        alive->changed(arrived ? Change::arrived : Change::left, printer);
                    });
  return 0;
}

}  // namespace

UsbWatch::UsbWatch(std::shared_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<UsbWatch>> UsbWatch::start(boost::asio::any_io_executor executor, Changed changed,
                                                  const QuirkTable& table) {
  auto context = usb::Context::create(std::move(executor));
  if (!context) return context.error();
  auto state = std::make_shared<State>();
  state->context = std::move(*context);
  state->changed = std::move(changed);
  state->table = &table;
  std::unique_ptr<UsbWatch> watch(new UsbWatch(state));
  const int failed = libusb_hotplug_register_callback(
      state->context->get(), LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
      LIBUSB_HOTPLUG_ENUMERATE, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
      [](libusb_context*, libusb_device* device, libusb_hotplug_event event, void* self) {
        return device_changed(static_cast<UsbWatch*>(self)->state_, device,
                              event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED);
      },
      watch.get(), &state->handle);
  if (failed != 0) return usb::fail_libusb(failed, "watch", "the USB");
  state->registered = true;
  return watch;
}

UsbWatch::~UsbWatch() {
  if (state_->registered) libusb_hotplug_deregister_callback(state_->context->get(), state_->handle);
  state_->changed = nullptr;
  state_->present.clear();
}

}  // namespace platen::port
