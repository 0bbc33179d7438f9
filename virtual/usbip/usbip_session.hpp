// The device's end of USB/IP, as Linux's vhci_hcd speaks it once a device is attached: URBs in, answers out.
// (The phase before, in which a device is chosen over TCP, does not exist here: vhci.hpp hands the kernel a
// socket.)
//
// An unlinked URB that had moved bytes by then is answered with their number, so that the host knows to the
// byte what the printer took.
#pragma once

#include <map>

#include "virtual/usbwire/session.hpp"

namespace platen::vprinter::usb {

class UsbipSession final : public Session {
 public:
  UsbipSession(UsbDevice& device, Send send);
  ~UsbipSession() override;

  void start() override;
  Result<void> take(std::span<const std::uint8_t> bytes) override;

 private:
  struct Pending {
    bool unlinking = false;
    std::uint32_t unlink_sequence = 0;
  };
  struct Header;
  void submit(const Header& header, std::span<const std::uint8_t> data);
  void unlink(std::uint32_t sequence, std::uint32_t which);
  void complete(UrbCompletion completion);
  void answer_submit(std::uint32_t sequence, std::int32_t status, std::size_t moved, const UsbBytes& data);
  void answer_unlink(std::uint32_t sequence, std::int32_t status);

  UsbDevice& device_;
  Send send_;
  UsbBytes in_;
  std::map<std::uint32_t, Pending> pending_;  // by sequence number
};

}  // namespace platen::vprinter::usb
