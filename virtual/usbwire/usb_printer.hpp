// The printer as a USB device: a UsbFunction whose data is a Channel's input, and whose reads are the
// Channel's replies. Each plugging-in has a fresh function and a fresh channel; a soft reset has a fresh
// channel.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include "base/error.hpp"
#include "virtual/channel.hpp"
#include "virtual/usbwire/usb_device.hpp"

namespace platen::vprinter::usb {

class UsbPrinter final : public UsbDevice {
 public:
  // Sees every byte that the printer takes, in order.
  using Record = std::function<void(std::span<const std::uint8_t>)>;

  UsbPrinter(boost::asio::any_io_executor executor, Printer& printer, const UsbModel& model, Record record);
  ~UsbPrinter() override;

  [[nodiscard]] const UsbModel& model() const { return model_; }

  // Turns one of the function's faults. The places of stall-out-at and unplug-at are counted from now on.
  Result<void> turn(std::string_view knob, std::string_view value);
  // Called when the fault unplug-at has come true; not from within other calls.
  void on_gone(std::function<void()> gone) { gone_ = std::move(gone); }

  [[nodiscard]] bool high_speed() const override { return model_.high_speed; }
  void plug(Complete complete) override;
  void unplug() override;
  void reset() override;
  void submit(Urb urb) override;
  void cancel(std::uint64_t id) override;

 private:
  void open_channel();
  void later(std::function<void()> work);

  boost::asio::any_io_executor executor_;
  Printer& printer_;
  UsbModel model_;
  Record record_;
  std::function<void()> gone_;
  std::optional<UsbFunction> function_;
  std::optional<Channel> channel_;
  std::shared_ptr<int> plugged_;  // what was put off for later belongs to this plugging-in, or is dropped
};

}  // namespace platen::vprinter::usb
