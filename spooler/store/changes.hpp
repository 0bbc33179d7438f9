// What can change in a spooler, and one reader's view of it. The Announcer (subscription.hpp) tells it.
//
//   while (auto batch = co_await changes->next(deadline))
//     for (const Change& change : *batch) std::visit(teller, change);
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/async.hpp"
#include "spooler/model/model.hpp"

namespace platen::spooler {

struct PrinterChanged {
  Printer printer;
};
struct PrinterRemoved {
  std::string name;
};
struct JobChanged {
  Job job;
};
struct JobRemoved {
  std::uint32_t id = 0;
};
struct Lagged {};  // changes were left out: read everything anew
using Change = std::variant<PrinterChanged, PrinterRemoved, JobChanged, JobRemoved, Lagged>;

// One reader's view of the changes. Only the newest state of each object is kept for a slow reader.
class Subscription {
 public:
  virtual ~Subscription() = default;
  // Waits for at least one change; Errc::timed_out when there was none.
  virtual Task<Result<std::vector<Change>>> next(Deadline deadline) = 0;
};

}  // namespace platen::spooler
