// An open USB printer: its handle, with the printing interface claimed and its alternate setting selected.
//
//   auto device = co_await Device::open(executor, clock, address, table, deadline);
//   ... transfers hold it too ...
//
// Takes the interface away from the kernel's driver (usblp), and does not give it back: some printers,
// Lexmark's among them, print garbage or nothing after they were given back (apple/cups#4448). The last
// holder closes it; where that must wait for the printer it happens beside the reactor, and who opens it
// again meanwhile finds it busy for so long.
#pragma once

#include <memory>
#include <utility>

#include "base/async.hpp"
#include "port/usb/context.hpp"
#include "port/usb/find.hpp"

struct libusb_device_handle;

namespace platen::port::usb {

// For SET_INTERFACE and CLEAR_FEATURE, which exist only as calls that wait for the device (base/aside.hpp):
// the kernel's own limit, and a moment more.
inline constexpr Duration aside_patience = std::chrono::seconds(6);

class Device {
 public:
  static Task<Result<std::shared_ptr<Device>>> open(boost::asio::any_io_executor executor, Clock& clock,
                                                    Address address, const QuirkTable& table,
                                                    Deadline deadline);
  // Opened, but not taken: for its device id, which the kernel lets anybody ask for, whoever prints on it.
  static Result<std::shared_ptr<Device>> borrow(boost::asio::any_io_executor executor, Address address,
                                                const QuirkTable& table);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  [[nodiscard]] Context& context() { return *context_; }
  [[nodiscard]] libusb_device_handle* handle() const { return handle_; }
  [[nodiscard]] const PrinterInterface& interface() const { return printer_.interface; }
  [[nodiscard]] const Printer& printer() const { return printer_; }
  [[nodiscard]] const Quirks& quirks() const { return printer_.quirks; }
  // What is known of it once it was asked for its id.
  void refine(const Quirks& quirks);

 private:
  Device(std::unique_ptr<Context> context, Printer printer)
      : context_(std::move(context)), printer_(std::move(printer)) {}
  Result<void> claim(const std::string& uri);

  // What is closed in the end, in this order.
  struct Held {
    Held(std::unique_ptr<Context> its_context, Printer its_printer, libusb_device_handle* its_handle)
        : context(std::move(its_context)), printer(std::move(its_printer)), handle(its_handle) {}
    Held(Held&& other) noexcept
        : context(std::move(other.context)),
          printer(std::move(other.printer)),
          handle(std::exchange(other.handle, nullptr)) {}
    ~Held();
    std::unique_ptr<Context> context;
    Printer printer;
    libusb_device_handle* handle;
  };

  std::unique_ptr<Context> context_;
  Printer printer_;
  libusb_device_handle* handle_ = nullptr;
  bool claimed_ = false;
  bool detached_ = false;
  bool selected_ = false;  // another setting than the first
};

}  // namespace platen::port::usb
