// What the printer says: one read is always pending in a buffer of its own, whether somebody asks or not,
// because some printers stop printing when their replies are not taken.
//
// What was heard is kept until it is read, up to 256 KiB; then the printer has to wait. A printer that
// answers "nothing" at once instead of waiting is asked again ever more slowly, up to four times a second.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/event.hpp"
#include "port/usb/transfer.hpp"

namespace platen::port::usb {

class InPipe : public std::enable_shared_from_this<InPipe> {
 public:
  static constexpr std::size_t read_bytes = 16 * 1024;  // whole packets of every speed
  static constexpr std::size_t most_kept = 256 * 1024;

  InPipe(std::shared_ptr<Device> device, Clock& clock);

  void start();
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline);
  // Stops reading until start(); what was heard is forgotten.
  void drop();
  void close(Error why);

 private:
  [[nodiscard]] std::size_t kept() const { return heard_.size() - taken_; }
  void forget();
  void fly();
  void landed();
  void fail_with(Error why);
  void trouble();
  static Task<void> recover(std::shared_ptr<InPipe> self);

  std::shared_ptr<Device> device_;
  Clock& clock_;
  Event changed_;
  std::vector<std::byte> buffer_;
  std::vector<std::byte> heard_;
  std::size_t taken_ = 0;  // of what was heard
  Transfer transfer_;
  std::unique_ptr<Alarm> pause_;
  Duration pause_length_{};
  bool running_ = false;
  bool recovering_ = false;
  int troubles_ = 0;  // since something was heard
  std::optional<Error> error_;
};

}  // namespace platen::port::usb
