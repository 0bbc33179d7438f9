// One USB transfer, used again and again: submit, learn when it has landed, and what it moved.
//
//   Transfer transfer(device, [this](Transfer& t) { if (t.outcome() == Outcome::done) take(t.moved()); });
//   transfer.submit_bulk(endpoint, buffer);
//   transfer.recall();     // cancels it, and returns only when it has landed: the buffer is ours again
//
// `landed` is called once per submission, from the reactor or from within recall(); it must only note and
// return, may submit again, and may not destroy the transfer. It holds the device. What was moved is true
// whatever the outcome: a cancelled write may have sent half of its bytes.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "port/usb/device.hpp"

struct libusb_transfer;

namespace platen::port::usb {

enum class Outcome { done, stalled, overflowed, recalled, gone, failed };

// A class request to the default endpoint.
struct Setup {
  std::uint8_t type;
  std::uint8_t request;
  std::uint16_t value;
  std::uint16_t index;
};

class Transfer {
 public:
  Transfer(std::shared_ptr<Device> device, std::function<void(Transfer&)> landed);
  ~Transfer();  // recalls it; `landed` is then not called any more
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // The buffer must stay until it has landed. Fails when the device is gone.
  Result<void> submit_bulk(std::uint8_t endpoint, std::span<std::byte> buffer, bool end_with_empty = false);
  // `buffer` has room for the eight bytes of the setup, then the data.
  static constexpr std::size_t setup_bytes = 8;
  Result<void> submit_control(const Setup& setup, std::span<std::byte> buffer);

  // Cancelling is one call into the kernel, which ends the transfer before it returns; so this does not wait.
  void recall();

  [[nodiscard]] bool flying() const { return flying_; }
  [[nodiscard]] Outcome outcome() const { return outcome_; }
  [[nodiscard]] std::size_t moved() const { return moved_; }  // without the setup

 private:
  Result<void> submit(const char* operation);
  void land();

  std::shared_ptr<Device> device_;
  std::function<void(Transfer&)> landed_;
  libusb_transfer* transfer_;
  bool flying_ = false;
  Outcome outcome_ = Outcome::done;
  std::size_t moved_ = 0;
};

// Submits a control request, waits for it, and returns the data's size. A request that is still out at the
// deadline is recalled. Errc::refused when the device answers with a stall.
Task<Result<std::size_t>> request(std::shared_ptr<Device> device, Clock& clock, Setup setup,
                                  std::span<std::byte> data, Deadline deadline);

}  // namespace platen::port::usb
