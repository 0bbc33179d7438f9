// Tells everybody who listens what has changed. A slow reader costs a bounded amount of memory: of each
// object only the newest state waits for it, and past a bound it is told to read everything anew.
#pragma once

#include <memory>
#include <vector>

#include "base/event.hpp"
#include "spooler/store/changes.hpp"

namespace platen::spooler {

class Announcer {
 public:
  Announcer(Clock& clock, boost::asio::any_io_executor executor)
      : clock_(clock), executor_(std::move(executor)) {}

  // More objects than this waiting for one reader: it is read anew in one piece more cheaply than change by
  // change.
  static constexpr std::size_t most_waiting = 1024;

  [[nodiscard]] std::shared_ptr<Subscription> subscribe();
  void announce(const Change& change);
  void close();  // all readers end with Errc::closed

 private:
  class Reader;
  Clock& clock_;
  boost::asio::any_io_executor executor_;
  std::vector<std::weak_ptr<Reader>> readers_;
  bool closed_ = false;
};

}  // namespace platen::spooler
