// The ports that a printer may be found at without asking anybody: printer devices that are there.
#pragma once

#include <string>
#include <vector>

namespace platen::port {

struct FoundPort {
  std::string uri;          // for make_port()
  std::string description;  // "USB printer device /dev/usb/lp0"
};

// `root` stands before /dev (for tests). Blocks for the time of reading three folders, and the kernel's list
// of USB devices; no device is opened.
[[nodiscard]] std::vector<FoundPort> list_ports(const std::string& root = "");

// Those on the USB, for which Platen needs no kernel driver.
[[nodiscard]] std::vector<FoundPort> list_usb_ports();

}  // namespace platen::port
