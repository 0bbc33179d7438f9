// Starts real programs: fork, exec and a pidfd, so that nobody reaps another one's child.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "base/launcher.hpp"

namespace platen {

class PosixLauncher final : public Launcher {
 public:
  PosixLauncher(boost::asio::any_io_executor executor, Clock& clock);
  [[nodiscard]] Result<std::unique_ptr<Process>> launch(Command command) override;

 private:
  boost::asio::any_io_executor executor_;
  Clock& clock_;
};

}  // namespace platen
