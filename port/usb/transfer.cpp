#include "port/usb/transfer.hpp"

#include <cstring>
#include <vector>

#include <libusb.h>

#include "base/event.hpp"
#include "base/log.hpp"

namespace platen::port::usb {
namespace {

// The kernel has ended a recalled transfer before the call returns, so one look is enough; a second is for a
// device that is being unplugged just then.
constexpr int looks_for_recalled = 1000;
constexpr int look_microseconds = 1000;

Outcome outcome_of(libusb_transfer_status status) {
  switch (status) {
    case LIBUSB_TRANSFER_COMPLETED:
      return Outcome::done;
    case LIBUSB_TRANSFER_STALL:
      return Outcome::stalled;
    case LIBUSB_TRANSFER_OVERFLOW:
      return Outcome::overflowed;
    case LIBUSB_TRANSFER_CANCELLED:
      return Outcome::recalled;
    case LIBUSB_TRANSFER_NO_DEVICE:
      return Outcome::gone;
    default:
      return Outcome::failed;
  }
}

unsigned char* octets(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

Transfer::Transfer(std::shared_ptr<Device> device, std::function<void(Transfer&)> landed)
    : device_(std::move(device)), landed_(std::move(landed)), transfer_(libusb_alloc_transfer(0)) {}

Transfer::~Transfer() {
  landed_ = nullptr;
  recall();
  if (flying_)
    transfer_->callback = &libusb_free_transfer;  // whenever it comes
  else
    libusb_free_transfer(transfer_);
}

Result<void> Transfer::submit_bulk(std::uint8_t endpoint, std::span<std::byte> buffer, bool end_with_empty) {
  libusb_fill_bulk_transfer(
      transfer_, device_->handle(), endpoint, octets(buffer), static_cast<int>(buffer.size()),
      [](libusb_transfer* done) { static_cast<Transfer*>(done->user_data)->land(); }, this, 0);
  transfer_->flags = end_with_empty ? LIBUSB_TRANSFER_ADD_ZERO_PACKET : 0;
  return submit(endpoint & LIBUSB_ENDPOINT_IN ? "read from" : "write to");
}

Result<void> Transfer::submit_control(const Setup& setup, std::span<std::byte> buffer) {
  libusb_fill_control_setup(octets(buffer), setup.type, setup.request, setup.value, setup.index,
                            static_cast<std::uint16_t>(buffer.size() - setup_bytes));
  libusb_fill_control_transfer(
      transfer_, device_->handle(), octets(buffer),
      [](libusb_transfer* done) { static_cast<Transfer*>(done->user_data)->land(); }, this, 0);
  transfer_->flags = 0;
  return submit("ask");
}

Result<void> Transfer::submit(const char* operation) {
  moved_ = 0;
  if (const int failed = libusb_submit_transfer(transfer_); failed != 0)
    return fail_libusb(failed, operation, device_->printer().address().uri());
  flying_ = true;
  return {};
}

void Transfer::land() {
  flying_ = false;
  outcome_ = outcome_of(transfer_->status);
  moved_ = static_cast<std::size_t>(transfer_->actual_length);
  if (landed_) landed_(*this);
}

void Transfer::recall() {
  if (!flying_) return;
  libusb_cancel_transfer(transfer_);
  libusb_context* const context = device_->context().get();
  device_->context().run_ready();
  for (int look = 0; flying_ && look < looks_for_recalled; ++look) {
    timeval moment{0, look_microseconds};
    libusb_handle_events_timeout_completed(context, &moment, nullptr);
  }
  if (flying_) named_log("usb")->error("a transfer did not come back from {}", device_->printer().at);
}

Task<Result<std::size_t>> request(std::shared_ptr<Device> device, Clock& clock, Setup setup,
                                  std::span<std::byte> data, Deadline deadline) {
  const std::string uri = device->printer().address().uri();
  Event landed(co_await boost::asio::this_coro::executor);
  std::vector<std::byte> buffer(Transfer::setup_bytes + data.size());
  if (!(setup.type & LIBUSB_ENDPOINT_IN) && !data.empty())
    std::memcpy(buffer.data() + Transfer::setup_bytes, data.data(), data.size());
  Transfer transfer(device, [&landed](Transfer&) { landed.notify(); });
  if (auto submitted = transfer.submit_control(setup, buffer); !submitted) co_return submitted.error();
  while (transfer.flying())
    if (auto woken = co_await landed.wait(clock, deadline); !woken && transfer.flying())
      co_return fail(woken.error().code, "get an answer from", uri);
  switch (transfer.outcome()) {
    case Outcome::done:
      break;
    case Outcome::stalled:
      co_return fail(Errc::refused, "ask", uri, "The printer does not know this request.");
    case Outcome::gone:
      co_return fail(Errc::closed, "ask", uri, "It was unplugged or switched off.");
    default:
      co_return fail(Errc::failed, "ask", uri, "The transfer broke off. Check the USB cable.");
  }
  if (setup.type & LIBUSB_ENDPOINT_IN)
    std::memcpy(data.data(), buffer.data() + Transfer::setup_bytes, transfer.moved());
  co_return transfer.moved();
}

}  // namespace platen::port::usb
