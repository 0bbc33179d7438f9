// What all printers' queues share, and what keeps it there as long as they run. Installing works with the
// same.
#pragma once

#include <functional>
#include <memory>

#include "base/launcher.hpp"
#include "spooler/model/settings.hpp"
#include "spooler/store/book.hpp"
#include "spooler/store/documents.hpp"

namespace platen::spooler {

struct QueueTools {
  Clock& clock;
  boost::asio::any_io_executor executor;
  Launcher& launcher;
  Book& book;
  Documents& documents;
  Settings settings;
  std::function<void()> job_over;     // called after each
  std::shared_ptr<void> keeps_alive;  // whoever owns the above
};

}  // namespace platen::spooler
