// A port whose printer talks in packets of IEEE 1284.4: the monitor reads and writes one stream, and on the
// wire it is the print channel of a conversation.
//
//   PacketPort port(clock, executor, *wire);
//   port.open(deadline);         // a conversation where the wire or the printer's device id asks for one;
//                                // else this port is the wire itself
//
// Packets are used on a wire that has nothing else (a USB interface of protocol 3, which a quirk or the
// port's name may choose), and with a printer that is brought to them by Epson's words. HP's way in, by the
// channels of an ECP port, is not taken: such a printer is used as the plain one that it is too.
//
// write_some() ends when the channel's backlog has room; without credit from the printer there is none. An
// error of the conversation closes the port: opening it again begins a new one. abort_job() closes the
// channel and opens it again, which throws away what was not sent; whether the printer takes that for the
// job's end, nobody promises, so it says Errc::unsupported. close() still says Exit in the background, for a
// second at most; the wire outlives that, until the reactor has nothing left to do.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include "bidi/dot4/entry.hpp"
#include "port/port.hpp"

namespace platen::langmon {

class PacketPort final : public port::Port {
 public:
  PacketPort(Clock& clock, boost::asio::any_io_executor executor, port::Port& wire);
  ~PacketPort() override;

  [[nodiscard]] const std::string& uri() const override { return wire_.uri(); }
  Task<Result<void>> open(Deadline deadline) override;
  [[nodiscard]] bool is_open() const override;
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) override;
  Task<Result<void>> drain(Deadline deadline) override;
  Task<Result<std::string>> device_id(Deadline deadline) override;
  Task<Result<port::StatusLines>> status_lines(Deadline deadline) override;
  Task<Result<void>> abort_job(Deadline deadline) override;
  void close() noexcept override;
  [[nodiscard]] Arrivals on_arrival(std::function<void()> arrived) override {
    return wire_.on_arrival(std::move(arrived));
  }

 private:
  class Talk;
  Task<Result<bool>> enter(Deadline deadline);  // true: in packets

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  port::Port& wire_;
  // As long as the wire is open. A printer that has none is not asked twice, for that takes its time.
  std::optional<Result<std::string>> device_id_;
  std::shared_ptr<Talk> talk_;  // null on a plain wire; its coroutines hold it too
};

}  // namespace platen::langmon
