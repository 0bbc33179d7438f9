// A printer on the network that takes raw data on a TCP port: socket://host[:9100].
//
// Belongs to one reactor; the clock must outlive it. It may be destroyed while a read or a write is pending:
// that one then ends with Errc::closed.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "port/port.hpp"

namespace platen::port {

inline constexpr std::uint16_t raw_printing_port = 9100;

// What the kernel holds for the printer cannot be taken back singly, only all at once by abort_job(); and it
// counts as taken although the printer has not seen it. So it is kept small: 64 KiB are 50 ms of a 100 Mbit/s
// line, enough to keep the line busy, and a page or less of raster. (Linux doubles the number for its own
// bookkeeping.)
inline constexpr int send_buffer_bytes = 64 * 1024;

class SocketPort final : public Port {
 public:
  SocketPort(boost::asio::any_io_executor executor, Clock& clock, std::string host, std::uint16_t port);
  ~SocketPort() override;

  [[nodiscard]] const std::string& uri() const override { return uri_; }
  Task<Result<void>> open(Deadline deadline) override;
  [[nodiscard]] bool is_open() const override { return connection_ != nullptr; }
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) override;
  Task<Result<std::string>> device_id(Deadline deadline) override;
  Task<Result<StatusLines>> status_lines(Deadline deadline) override;
  Task<Result<void>> abort_job(Deadline deadline) override;
  void close() noexcept override;

 private:
  struct Connection;

  boost::asio::any_io_executor executor_;
  Clock& clock_;
  std::string host_;
  std::uint16_t port_;
  std::string uri_;
  std::shared_ptr<Connection> connection_;  // null when closed; pending reads and writes hold it too
};

}  // namespace platen::port
