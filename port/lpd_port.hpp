// A queue of a print server that speaks LPD (RFC 1179): lpd://host[:515]/queue[?reserve=yes].
//
// LPD wants the length of a job before its first byte, and a job's is not known before its last. So what is
// written goes to an unnamed temporary file first, and drain() delivers it, with its right length. The other
// ways are no better: a length of zero, which the RFC has for this, prints nothing on servers that do not
// know it; and an enormous one leaves servers waiting that take it for true. A file costs the time of a copy,
// and works with all.
//
// A job is what is written between two drain()s. close() and abort_job() throw away what was not delivered.
// Nothing is ever heard: a read waits until its deadline. open() looks whether the server is there.
//
// Belongs to one reactor; the clock must outlive it.
#pragma once

#include <memory>

#include "port/lpd_delivery.hpp"
#include "port/port.hpp"

namespace platen::port {

inline constexpr std::uint16_t lpd_port = 515;

class LpdPort final : public Port {
 public:
  // `folder` is where the temporary file is made.
  LpdPort(boost::asio::any_io_executor executor, Clock& clock, LpdTarget target, std::string folder);
  ~LpdPort() override;

  [[nodiscard]] const std::string& uri() const override { return target_.uri; }
  Task<Result<void>> open(Deadline deadline) override;
  [[nodiscard]] bool is_open() const override { return queue_ != nullptr; }
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) override;
  // Delivers the job. Errc::timed_out: not yet, and the next call goes on with it.
  Task<Result<void>> drain(Deadline deadline) override;
  Task<Result<std::string>> device_id(Deadline deadline) override;
  Task<Result<StatusLines>> status_lines(Deadline deadline) override;
  Task<Result<void>> abort_job(Deadline deadline) override;
  void close() noexcept override;

 private:
  struct Queue;

  boost::asio::any_io_executor executor_;
  Clock& clock_;
  LpdTarget target_;
  std::string folder_;
  std::shared_ptr<Queue> queue_;  // null when closed; pending operations hold it too
};

}  // namespace platen::port
