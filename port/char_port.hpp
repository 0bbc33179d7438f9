// A printer behind one of Linux's printer devices: usblp:/dev/usb/lp0, lp:/dev/lp0.
//
// For who has these drivers loaded and wants to keep them; usb: and parallel: are the better ways, since
// these devices say less (no progress of a write, no signals) and hide stalls. Both are opened O_NONBLOCK
// always: their drivers wait without a limit else.
//
// usblp tells when it can be read and written, so a read costs nothing while it is pending. lp does not: it
// is tried again after pauses. Its kernel driver negotiates for each try to read, so these get rare when
// nothing is said, and end with a printer that does not negotiate.
//
// ioctls that end in a USB control transfer take up to 5 s when the printer does not answer; they run on a
// thread of their own, with which the destructor waits.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "port/port.hpp"

namespace platen::port {

class CharPort final : public Port {
 public:
  enum class Kind { usblp, lp };

  CharPort(boost::asio::any_io_executor executor, Clock& clock, Kind kind, std::string path);
  ~CharPort() override;

  [[nodiscard]] const std::string& uri() const override { return uri_; }
  Task<Result<void>> open(Deadline deadline) override;
  [[nodiscard]] bool is_open() const override { return device_ != nullptr; }
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) override;
  Task<Result<void>> drain(Deadline deadline) override;
  Task<Result<std::string>> device_id(Deadline deadline) override;  // usblp only
  Task<Result<StatusLines>> status_lines(Deadline deadline) override;
  // usblp: a soft reset; lp: nInit.
  Task<Result<void>> abort_job(Deadline deadline) override;
  void close() noexcept override;

 private:
  struct Device;

  boost::asio::any_io_executor executor_;
  Clock& clock_;
  Kind kind_;
  std::string path_;
  std::string uri_;
  std::shared_ptr<Device> device_;  // null when closed; pending operations hold it too
};

}  // namespace platen::port
