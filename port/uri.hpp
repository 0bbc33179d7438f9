// The name of a port: socket://host:9100, lpd://host/queue, usb://043d/00f3?serial=…, parallel:/dev/parport0,
// usblp:/dev/usb/lp0, file:/path. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace platen::port {

struct Uri {
  std::string scheme;  // lower case
  std::string host;    // without the brackets of an IPv6 address; empty for file and device paths
  std::optional<std::uint16_t> port;
  std::string path;                          // "/dev/usb/lp0"; percent-decoded
  std::map<std::string, std::string> query;  // percent-decoded

  // As text again; parse_uri(format()) is the same Uri.
  [[nodiscard]] std::string format() const;
  friend bool operator==(const Uri&, const Uri&) = default;
};

// The error's advice says what is wrong and how the URI should look.
[[nodiscard]] Result<Uri> parse_uri(std::string_view text);

}  // namespace platen::port
