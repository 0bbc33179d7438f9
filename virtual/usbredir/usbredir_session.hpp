// The device's end of the usb-redir protocol, as QEMU's `-device usb-redir` speaks it: the printer is outside
// the virtual machine, and QEMU plugs it into the guest's host controller.
//
// The protocol wants to be told of interfaces and endpoints; the session asks the device for its
// descriptors as a host does, so that nothing is said twice. Isochronous and interrupt transfers, streams and
// bulk receiving are not offered, since no printer has them.
#pragma once

#include <map>
#include <optional>

#include "virtual/usbredir/packets.hpp"
#include "virtual/usbwire/session.hpp"

namespace platen::vprinter::usb {

class UsbredirSession final : public Session {
 public:
  UsbredirSession(UsbDevice& device, Send send);
  ~UsbredirSession() override;

  void start() override;
  Result<void> take(std::span<const std::uint8_t> bytes) override;

 private:
  using Then = std::function<void(UrbCompletion)>;
  using Octets = std::span<const std::uint8_t>;

  Result<void> take_packet(const redir::Header& header, Octets body);
  void take_hello(Octets body);
  void take_control(std::uint64_t id, Octets body);
  void take_bulk(std::uint64_t id, Octets body);
  void set_configuration(std::uint64_t id, std::uint8_t configuration);
  void set_alternate(std::uint64_t id, std::uint8_t interface, std::uint8_t alternate);

  // A transfer of our own or of the host; `then` is called with its completion.
  std::uint64_t submit(Urb urb, Then then);
  void ask(const UsbSetup& setup, std::size_t room, Then then);
  void read_device();
  void read_configuration();
  void tell_endpoints();
  void connect();
  void send(redir::Type type, std::uint64_t id, Octets body);

  UsbDevice& device_;
  Send send_;
  UsbBytes in_;
  bool met_ = false;  // the host has said hello
  redir::Abilities shared_;
  UsbBytes device_descriptor_;
  UsbBytes configuration_;
  std::map<std::uint8_t, std::uint8_t> alternates_;      // by interface
  std::map<std::uint64_t, Then> waiting_;                // by our id
  std::map<std::uint64_t, std::uint64_t> ours_by_host_;  // our id by the host's
  std::uint64_t next_ = 1;
};

}  // namespace platen::vprinter::usb
