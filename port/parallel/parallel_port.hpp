// A printer on a parallel port: parallel:/dev/parport0[?mode=auto|ecp|byte|nibble|epp|compat].
//
// Reads and writes may be pending together, although the cable has one direction at a time: data goes out in
// bursts, and between them, or when the printer calls, what it says is fetched. While nothing is sent the
// printer waits in reverse idle (or ECP's forward idle), where it can call.
//
// Belongs to one reactor; the clock must outlive it. The lines are moved by a thread of its own (worker.hpp
// says why), with which the destructor waits. abort_job() pulls nInit; printers can be set up to ignore that.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "port/parallel/parallel_host.hpp"
#include "port/port.hpp"

namespace platen::port {

class ParallelPort final : public Port {
 public:
  ParallelPort(const boost::asio::any_io_executor& executor, Clock& clock, std::string uri,
               std::unique_ptr<ieee1284::ParallelLines> lines, ieee1284::Preference preference);
  ~ParallelPort() override;

  [[nodiscard]] const std::string& uri() const override { return uri_; }
  Task<Result<void>> open(Deadline deadline) override;
  [[nodiscard]] bool is_open() const override;
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) override;
  Task<Result<std::string>> device_id(Deadline deadline) override;
  Task<Result<StatusLines>> status_lines(Deadline deadline) override;
  Task<Result<void>> abort_job(Deadline deadline) override;
  void close() noexcept override;

 private:
  struct State;

  Clock& clock_;
  std::string uri_;
  ieee1284::Preference preference_;
  std::shared_ptr<State> state_;  // pending operations hold it too
};

// "auto", "ecp", …
[[nodiscard]] std::optional<ieee1284::Preference> preference_by_name(std::string_view name);

}  // namespace platen::port
