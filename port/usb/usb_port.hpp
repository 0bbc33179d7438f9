// A printer on the USB: usb://043d/00f3?serial=…
//
//   UsbPort port(reactor.get_executor(), clock, {.vendor = 0x043d, .product = 0x00f3});
//   auto opened = co_await port.open(Deadline::in(clock, 5s));
//
// Asynchronous transfers only. The device is meant to stay open between jobs: opening and closing it costs
// some printers seconds, and loses replies. One read is pending all the time; a write counts as taken when it
// is on its way, at most 512 KiB before the printer (drain() waits for those). A printer that only takes
// data, or that must not be read, is never heard: a read then ends at its deadline.
//
// close() and the destructor end pending reads and writes with Errc::closed, take back what is still in
// flight, and release the device before they return. Unplugging ends them within the kernel's own notice,
// some milliseconds.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "port/port.hpp"
#include "port/usb/find.hpp"

namespace platen::port {

class UsbPort final : public Port {
 public:
  // The table must outlive the port.
  UsbPort(boost::asio::any_io_executor executor, Clock& clock, usb::Address address,
          const QuirkTable& table = QuirkTable::installed());
  ~UsbPort() override;

  [[nodiscard]] const std::string& uri() const override { return uri_; }
  Task<Result<void>> open(Deadline deadline) override;
  [[nodiscard]] bool is_open() const override { return connection_ != nullptr; }
  [[nodiscard]] bool carries_packets() const override;
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) override;
  Task<Result<void>> drain(Deadline deadline) override;
  Task<Result<std::string>> device_id(Deadline deadline) override;
  Task<Result<StatusLines>> status_lines(Deadline deadline) override;
  Task<Result<void>> abort_job(Deadline deadline) override;
  // Watches the USB with a context of its own: some milliseconds to begin, nothing while nothing happens.
  [[nodiscard]] Arrivals on_arrival(std::function<void()> arrived) override;
  void close() noexcept override;

 private:
  struct Connection;
  static Task<void> prod(std::shared_ptr<Connection> connection, Clock& clock);
  [[nodiscard]] Error not_open(std::string operation) const;

  boost::asio::any_io_executor executor_;
  Clock& clock_;
  usb::Address address_;
  const QuirkTable& table_;
  std::string uri_;
  std::shared_ptr<Connection> connection_;  // null when closed; pending calls hold it too
};

}  // namespace platen::port
