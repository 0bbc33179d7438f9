// The printer on a USB cable: a protocol's session on a socket whose other end is a host controller.
//
//   UsbWire wire(executor, printer, model, kernel_cable());             // this machine's own kernel
//   (USB/IP) UsbWire wire(executor, printer, model, qemu_cable("/run/q.sock"));  // a virtual machine's
//   (usb-redir)
//
// It plugs the printer in when it starts, and again whenever the other end has closed the cable.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>

#include <boost/asio/local/stream_protocol.hpp>

#include "base/event.hpp"
#include "base/fd.hpp"
#include "virtual/usbwire/session.hpp"
#include "virtual/usbwire/usb_printer.hpp"
#include "virtual/wire.hpp"

namespace platen::vprinter::usb {

// A kind of cable: how to get hold of the host's end, and what is spoken on it.
struct CableKind {
  std::function<Result<Fd>(const UsbDevice&)> reach;  // a stream socket; must not block
  std::function<std::unique_ptr<Session>(UsbDevice&, Session::Send)> speak;
};

class UsbWire final : public Wire {
 public:
  // `record`: a file that gets every byte that the printer takes, in order; empty for none.
  UsbWire(boost::asio::any_io_executor executor, Printer& printer, const UsbModel& model, CableKind kind,
          const std::filesystem::path& record = {});
  ~UsbWire() override;

  [[nodiscard]] std::string uri() const override { return uri_; }
  void start() override;
  void stop() override;
  void disconnect() override;
  void refuse(bool refusing) override;
  Result<void> slow(std::uint64_t bytes_per_second) override;
  Result<void> fault(std::string_view knob, std::string_view value) override;  // usb_knobs.hpp
  [[nodiscard]] const Traffic& traffic() const override { return traffic_; }
  [[nodiscard]] bool refusing() const override { return refusing_; }

 private:
  using Socket = boost::asio::local::stream_protocol::socket;
  struct Plugged;
  Task<void> run();
  Task<void> serve(Socket socket);
  static Task<void> read(UsbWire& wire, std::shared_ptr<Plugged> plugged);
  static Task<void> write(UsbWire& wire, std::shared_ptr<Plugged> plugged);
  void cut();

  boost::asio::any_io_executor executor_;
  Clock& clock_;
  CableKind kind_;
  std::string uri_;
  std::ofstream record_;
  UsbPrinter device_;
  Event changed_;  // refusing_ or stopped_
  std::shared_ptr<Plugged> plugged_;
  Traffic traffic_;
  bool refusing_ = false;
  bool stopped_ = false;
};

}  // namespace platen::vprinter::usb
