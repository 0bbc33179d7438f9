// libusb as its own manual shows it: transfers in flight that are submitted again as they land, and its own
// event loop.
#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <vector>

#include <libusb.h>

#include "usb.hpp"

namespace platen::bench {
namespace {

constexpr std::size_t transfer_bytes = 16 * 1024;
constexpr std::size_t writes_in_flight = 4;
constexpr unsigned char out_endpoint = 0x01, in_endpoint = 0x82;

class Loop {
 public:
  explicit Loop(std::size_t bytes) : left_(bytes) {
    if (libusb_init(&context_) != 0) throw std::runtime_error("libusb does not start");
    handle_ = libusb_open_device_with_vid_pid(context_, usb_vendor, usb_product);
    if (!handle_ || libusb_claim_interface(handle_, 0) != 0 ||
        libusb_set_interface_alt_setting(handle_, 0, 1) != 0)
      throw std::runtime_error("the printer cannot be opened");
  }
  ~Loop() {
    libusb_release_interface(handle_, 0);
    libusb_close(handle_);
    libusb_exit(context_);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  double run(unsigned char endpoint, std::size_t in_flight) {
    std::vector<std::array<unsigned char, transfer_bytes>> buffers(in_flight);
    const auto begin = std::chrono::steady_clock::now();
    for (auto& buffer : buffers) {
      libusb_transfer* transfer = libusb_alloc_transfer(0);
      libusb_fill_bulk_transfer(transfer, handle_, endpoint, buffer.data(), transfer_bytes, &Loop::landed,
                                this, 0);
      submit(transfer);
    }
    while (flying_ > 0) libusb_handle_events(context_);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

 private:
  void submit(libusb_transfer* transfer) {
    const bool out = transfer->endpoint == out_endpoint;
    if (left_ == 0) {
      libusb_free_transfer(transfer);
      return;
    }
    if (out) {
      transfer->length = static_cast<int>(std::min(left_, transfer_bytes));
      left_ -= static_cast<std::size_t>(transfer->length);
    }
    if (libusb_submit_transfer(transfer) != 0) throw std::runtime_error("the printer takes no transfer");
    ++flying_;
  }

  static void landed(libusb_transfer* transfer) {
    auto& self = *static_cast<Loop*>(transfer->user_data);
    --self.flying_;
    if (transfer->status != LIBUSB_TRANSFER_COMPLETED) throw std::runtime_error("a transfer failed");
    if (transfer->endpoint == in_endpoint)
      self.left_ -= std::min(self.left_, static_cast<std::size_t>(transfer->actual_length));
    self.submit(transfer);
  }

  libusb_context* context_ = nullptr;
  libusb_device_handle* handle_ = nullptr;
  std::size_t left_;
  std::size_t flying_ = 0;
};

}  // namespace

double bare_out(std::size_t bytes) {
  return Loop(bytes).run(out_endpoint, writes_in_flight);
}

double bare_in(std::size_t bytes) {
  return Loop(bytes).run(in_endpoint, 1);
}

}  // namespace platen::bench
