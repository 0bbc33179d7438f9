// The lines of an IEEE 1284 cable, as levels: true is high, whatever a line means when it is low.
//
// Each line has a name per mode. Members carry the compatibility name without its leading n.
#pragma once

#include <cstdint>
#include <optional>

namespace platen::vprinter::ieee1284 {

struct HostLines {
  bool strobe = true;      // nStrobe,   HostClk, nWrite (EPP)
  bool auto_feed = true;   // nAutoFd,   HostBusy, HostAck (ECP), nDStrb (EPP)
  bool init = true;        // nInit,     nReverseRequest (ECP)
  bool select_in = false;  // nSelectIn, 1284Active, nAStrb (EPP)
  std::uint8_t data = 0;
  bool drives_data = true;  // false: the host's drivers are off, and the peripheral may drive the data lines

  friend bool operator==(const HostLines&, const HostLines&) = default;
};

struct PeripheralLines {
  bool ack = true;                   // nAck,   PtrClk, PeriphClk, Intr (EPP)
  bool busy = false;                 // Busy,   PtrBusy, PeriphAck (ECP), nWait (EPP)
  bool paper_error = false;          // PError, AckDataReq, nAckReverse (ECP)
  bool select = true;                // Select, Xflag
  bool fault = true;                 // nFault, nDataAvail, nPeriphRequest (ECP)
  std::optional<std::uint8_t> data;  // what it drives, if it does

  friend bool operator==(const PeripheralLines&, const PeripheralLines&) = default;
};

}  // namespace platen::vprinter::ieee1284
