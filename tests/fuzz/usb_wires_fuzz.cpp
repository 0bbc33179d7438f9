// What hosts send on the printer's USB cables, USB/IP (first byte even) and usb-redir (odd), with the
// printer's USB function behind: any bytes must neither crash nor hang them, nor make them grow.
#include <cstddef>
#include <cstdint>
#include <optional>

#include "virtual/usbip/usbip_session.hpp"
#include "virtual/usbredir/usbredir_session.hpp"

namespace {

using namespace platen::vprinter;
using namespace platen::vprinter::usb;

// Takes what it is sent in bits, and says something to each.
class Device final : public UsbDevice {
 public:
  [[nodiscard]] bool high_speed() const override { return true; }
  void plug(Complete complete) override {
    function_.emplace(*usb_model_by_name("C540n"),
                      UsbFunction::Wires{.take =
                                             [this](std::span<const std::uint8_t> bytes) {
                                               said_ = true;
                                               return (bytes.size() + 1) / 2;
                                             },
                                         .soft_reset = [] {},
                                         .complete =
                                             [this, complete](UrbCompletion completion) {
                                               ++completions;
                                               complete(std::move(completion));
                                             }});
  }
  void unplug() override { function_.reset(); }
  void reset() override { function_->set_interface(0); }
  void submit(Urb urb) override {
    ++submitted;
    function_->submit(std::move(urb));
    if (said_) function_->say("@PJL\r\n");
    said_ = false;
  }
  void cancel(std::uint64_t id) override { function_->cancel(id); }

  int submitted = 0;
  int completions = 0;

 private:
  std::optional<UsbFunction> function_;
  bool said_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Device device;
  std::size_t answered = 0;
  const Session::Send send = [&answered](const UsbBytes& bytes) { answered += bytes.size(); };
  std::unique_ptr<Session> session;
  if (data[0] % 2 == 0)
    session = std::make_unique<UsbipSession>(device, send);
  else
    session = std::make_unique<UsbredirSession>(device, send);
  session->start();
  constexpr std::size_t piece = 61;  // no message begins or ends with it
  for (std::size_t at = 1; at < size; at += piece)
    if (!session->take({data + at, std::min(piece, size - at)})) break;
  if (device.completions > device.submitted) __builtin_trap();
  return 0;
}
