// A cable into a virtual machine: QEMU listens on a Unix socket,
//
//   -chardev socket,id=printer,path=PATH,server=on,wait=off -device qemu-xhci -device
//   usb-redir,chardev=printer
//
// and whoever connects and speaks usb-redir is a device that is plugged in.
#pragma once

#include "virtual/usbwire/usb_wire.hpp"

namespace platen::vprinter::usb {

[[nodiscard]] CableKind qemu_cable(const std::filesystem::path& path);

}  // namespace platen::vprinter::usb
