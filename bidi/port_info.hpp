// A printer's status as Windows' port monitors tell it: PORT_INFO_3, for SetPort at level 3.
//
//   PortInfo info = port_info(status);   // {3, 1, "Tray 1 is out of paper. Load A4 paper."}
//
// It has room for one matter: the gravest that it has a word for. Severity 1 makes Windows hold the queue
// until the status is told anew; so it is said only while the printer itself waits. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "bidi/printer_status.hpp"

namespace platen::bidi {

struct PortInfo {
  std::uint32_t status = 0;    // dwStatus; 0: all is well
  std::uint32_t severity = 0;  // dwSeverity: 1 error, 2 warning, 3 information; 0 with status 0
  std::string text;            // pszStatus
  friend bool operator==(const PortInfo&, const PortInfo&) = default;
};

[[nodiscard]] PortInfo port_info(const PrinterStatus& status);

}  // namespace platen::bidi
