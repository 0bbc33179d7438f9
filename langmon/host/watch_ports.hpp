// Tells of USB printers that arrive and leave, a JSON object on a line each, until nobody listens any more:
//
//   {"event":"arrived","uri":"usb://043d/00f3?serial=6210V1L","at":"1-2","deviceId":"MFG:…;MDL:…;","description":"…"}
//   {"event":"left","uri":"usb://043d/00f3?serial=6210V1L"}
//
// Those that are there already come first, and then {"event":"listed"} once. A printer is asked for its
// device id without being taken from whoever uses it; where it does not answer, the id is made of its names,
// and is empty when it has none. The URI is what `--list-ports` would say; a printer leaves by the URI it
// came with.
#pragma once

#include "base/async.hpp"
#include "base/fd.hpp"

namespace platen::langmon {

// Ends well when `in` ends or nobody reads `out` any more; fails when the USB cannot be watched.
Task<Result<void>> watch_ports(Clock& clock, Fd in, Fd out);

}  // namespace platen::langmon
