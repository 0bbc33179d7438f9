// A cable into this machine's own kernel: vhci_hcd, Linux's virtual host controller, gets one end of a socket
// pair and speaks USB/IP on it. No network and no usbip tool is needed; the module and root are.
#pragma once

#include "virtual/usbwire/usb_wire.hpp"

namespace platen::vprinter::usb {

[[nodiscard]] CableKind kernel_cable();

}  // namespace platen::vprinter::usb
