// Another way to ask a printer for its status than the wire that jobs go by: for network printers, SNMP.
#pragma once

#include "base/async.hpp"
#include "bidi/printer_status.hpp"

namespace platen::langmon {

class StatusSource {
 public:
  virtual ~StatusSource() = default;
  // The whole status, as the printer tells it now. One question at a time.
  virtual Task<Result<bidi::PrinterStatus>> ask(Deadline deadline) = 0;
  // A question that is under way ends soon.
  virtual void stop() = 0;
};

}  // namespace platen::langmon
