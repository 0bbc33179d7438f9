// How bytes move to and from one printer, whatever the cable. A Port knows nothing of printers' languages.
//
// A Port belongs to one reactor. read() and write() may be outstanding at the same time, one of each; a read
// is meant to be pending always, because some printers stop when their replies are not taken. All waits end
// at their deadline.
//
//   auto port = make_port("socket://10.0.0.7:9100", context);
//   if (auto opened = co_await port->open(Deadline::in(clock, 5s)); !opened) ...
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/async.hpp"

namespace platen::port {

// The three lines that every printer class has (USB GET_PORT_STATUS, IEEE 1284 status).
struct StatusLines {
  bool paper_empty = false;
  bool selected = true;
  bool error = false;
};

class Port {
 public:
  virtual ~Port() = default;

  [[nodiscard]] virtual const std::string& uri() const = 0;
  virtual Task<Result<void>> open(Deadline deadline) = 0;
  [[nodiscard]] virtual bool is_open() const = 0;

  // Nothing passes this wire but packets of IEEE 1284.4 (USB protocol 3). Known while it is open.
  [[nodiscard]] virtual bool carries_packets() const { return false; }

  // At least one byte. Errc::timed_out when there was none, Errc::closed when the printer is gone: then the
  // port must be closed and opened again.
  virtual Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) = 0;
  // Returns how many bytes the printer's side took, at least one. Errc::timed_out when the printer took none.
  virtual Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) = 0;

  // Waits until the printer has taken all that write_some() took, on wires where that is known. For before
  // closing: what is still on its way then is lost.
  virtual Task<Result<void>> drain(Deadline) { co_return Result<void>(); }

  // The IEEE 1284 device id, without its length bytes. Errc::unsupported on wires that have none.
  virtual Task<Result<std::string>> device_id(Deadline deadline) = 0;
  virtual Task<Result<StatusLines>> status_lines(Deadline deadline) = 0;

  // Ends the printer's present job at once: what was sent but not yet taken is thrown away, and the printer
  // expects a new job. The port stays open, or is open again. Errc::unsupported where a printer cannot be
  // told or does not obey: what was not taken is thrown away and the port stays open, but the printer is
  // still within the job, whose end must be said in its own language.
  virtual Task<Result<void>> abort_job(Deadline deadline) = 0;

  // Calls `arrived` on the reactor whenever the printer, or one that answers to the same URI, is plugged in,
  // for as long as what it returns is held; once too when it is there already. Null on wires where nobody
  // tells. It may be held longer than the port is open, but not longer than the port. While it is held, the
  // reactor has work.
  using Arrivals = std::shared_ptr<void>;
  [[nodiscard]] virtual Arrivals on_arrival(std::function<void()> arrived) {
    (void)arrived;
    return nullptr;
  }

  // Pending reads and writes end with Errc::closed. Harmless when closed.
  virtual void close() noexcept = 0;
};

}  // namespace platen::port
