// The faults of UsbFaults by their names, for people and tests that turn them from outside:
//
//   turn_knob(faults, "reply-queue", "64");
//
// Errc::not_found when no knob is called so, Errc::malformed when the value does not fit.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "virtual/usb/usb_function.hpp"

namespace platen::vprinter {

[[nodiscard]] Result<void> turn_knob(UsbFaults& faults, std::string_view knob, std::string_view value);

}  // namespace platen::vprinter
