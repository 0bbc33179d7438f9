// What goes to the printer: a few writes in flight and more ready behind them, so that the wire never waits
// for us, and each byte sent once and in order whatever happens in between.
//
// What it has taken and the printer has not is at most 512 KiB, and all of it is taken back by drop(). A
// stall is cleared and the rest is sent again, once; after that the printer counts as gone.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/event.hpp"
#include "port/usb/transfer.hpp"

namespace platen::port::usb {

class OutPipe : public std::enable_shared_from_this<OutPipe> {
 public:
  // One write is one request to the kernel, which takes no larger ones in one piece.
  static constexpr std::size_t write_bytes = 16 * 1024;
  // A millisecond of a high-speed wire: enough for the host controller never to run dry.
  static constexpr std::size_t writes_in_flight = 4;
  // The others wait for a place: as one write lands the next is submitted at once, from within libusb, and
  // whoever writes need not be woken first.
  static constexpr std::size_t most_writes = 32;
  static constexpr std::size_t most_taken = most_writes * write_bytes;

  OutPipe(std::shared_ptr<Device> device, Clock& clock);

  // Returns as soon as some of it is on its way.
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline);
  // Until the printer has taken everything.
  Task<Result<void>> drain(Deadline deadline);
  [[nodiscard]] bool empty() const { return order_.empty(); }
  [[nodiscard]] std::uint64_t moved() const { return moved_; }
  // Takes back what the printer has not taken, and forgets it.
  void drop();
  // Ends all waits with `why`, and drops.
  void close(Error why);

 private:
  struct Write {
    std::unique_ptr<Transfer> transfer;
    std::vector<std::byte> bytes;
    std::size_t begin = 0;  // what was moved so far
    std::size_t end = 0;
    [[nodiscard]] bool free() const { return begin == end && !transfer->flying(); }
  };

  void landed(Write& write);
  void fly(Write& write);
  void fly_next();
  void fail_with(Error why);
  static Task<void> recover(std::shared_ptr<OutPipe> self);
  [[nodiscard]] Error gone() const;

  std::shared_ptr<Device> device_;
  Clock& clock_;
  Event changed_;
  std::array<Write, most_writes> writes_;
  std::deque<Write*> order_;  // in flight, then those to be sent (again); the oldest first
  std::size_t packet_;
  bool recovering_ = false;
  bool stalled_before_ = false;  // and nothing has moved since
  std::uint64_t moved_ = 0;      // since it was opened
  unsigned generation_ = 0;      // of drop()
  std::optional<Error> error_;
};

}  // namespace platen::port::usb
