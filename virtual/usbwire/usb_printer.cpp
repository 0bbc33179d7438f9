#include "virtual/usbwire/usb_printer.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>

#include "virtual/usb/usb_knobs.hpp"

namespace platen::vprinter::usb {
namespace {

// USB printer class 1.1, GET_PORT_STATUS.
constexpr std::uint8_t kPaperEmpty = 0x20, kSelected = 0x10, kNotError = 0x08;
// The codes of "load this tray", which a printer says when a page waits for paper.
constexpr int kLoadTray = 41000, kBeyondLoadTray = 42000;

std::uint8_t port_status(const Device& device) {
  const int code = device.status().code;
  const bool empty = (code >= kLoadTray && code < kBeyondLoadTray) ||
                     std::ranges::all_of(device.trays(), [](const Tray& tray) { return tray.sheets == 0; });
  const bool online = device.status().online;
  return static_cast<std::uint8_t>((empty ? kPaperEmpty : 0) | (online ? kSelected | kNotError : 0));
}

}  // namespace

UsbPrinter::UsbPrinter(boost::asio::any_io_executor executor, Printer& printer, const UsbModel& model,
                       Record record)
    : executor_(std::move(executor)), printer_(printer), model_(model), record_(std::move(record)) {}

UsbPrinter::~UsbPrinter() {
  unplug();
}

void UsbPrinter::plug(Complete complete) {
  plugged_ = std::make_shared<int>();
  function_.emplace(model_, UsbFunction::Wires{
                                .take =
                                    [this](std::span<const std::uint8_t> bytes) {
                                      const std::size_t taken = channel_ ? channel_->take(bytes) : 0;
                                      if (taken > 0 && record_) record_(bytes.first(taken));
                                      return taken;
                                    },
                                .soft_reset =
                                    [this] {
                                      channel_.reset();
                                      open_channel();
                                    },
                                .complete = std::move(complete),
                                .unplugged =
                                    [this] {
                                      later([this] {
                                        if (gone_) gone_();
                                      });
                                    },
                            });
  open_channel();
}

void UsbPrinter::open_channel() {
  channel_.emplace(printer_, Channel::Wires{
                                 .say =
                                     [this](std::string_view message) {
                                       if (function_) function_->say(message);
                                     },
                                 .may_go_on = [this] { later([this] { function_->may_go_on(); }); },
                             });
}

void UsbPrinter::unplug() {
  plugged_.reset();
  function_.reset();
  channel_.reset();
}

Result<void> UsbPrinter::turn(std::string_view knob, std::string_view value) {
  if (!function_) return fail(Errc::conflict, "turn", std::string(knob), "The printer is not plugged in.");
  UsbFaults& faults = function_->faults();
  auto turned = turn_knob(faults, knob, value);
  if (!turned) return turned;
  const std::uint64_t now = function_->counts().bytes_out;
  if (knob == "stall-out-at") *faults.stall_out_at += now;
  if (knob == "unplug-at") *faults.unplug_at += now;
  function_->may_go_on();
  return {};
}

void UsbPrinter::reset() {
  if (function_) function_->set_interface(0);
}

void UsbPrinter::submit(Urb urb) {
  if (!function_) return;
  if (urb.endpoint == 0) function_->set_port_status(port_status(printer_.device()));
  function_->submit(std::move(urb));
}

void UsbPrinter::cancel(std::uint64_t id) {
  if (function_) function_->cancel(id);
}

// The channel and the function call from within their own work; what follows from it must come after.
void UsbPrinter::later(std::function<void()> work) {
  boost::asio::post(executor_, [alive = std::weak_ptr(plugged_), work = std::move(work)] {
    if (alive.lock()) work();
  });
}

}  // namespace platen::vprinter::usb
