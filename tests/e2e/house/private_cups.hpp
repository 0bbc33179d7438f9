// A cupsd of the test's own, on a free loopback port, with its whole configuration in one folder.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "child.hpp"

namespace platen::e2e {

class PrivateCups {
 public:
  explicit PrivateCups(const std::string& folder);
  [[nodiscard]] const std::string& server() const { return server_; }  // "127.0.0.1:PORT", for CUPS_SERVER
  // Runs one of CUPS's own programs against this cupsd.
  Finished cups(std::vector<std::string> command, Seconds limit = Seconds(90)) const;
  // Adds a driverless queue, and waits until cupsd has made its PPD, which it does in the background.
  void add_everywhere(const std::string& queue, const std::string& uri);
  [[nodiscard]] std::string error_log() const;

 private:
  std::string folder_;
  std::string server_;
  std::unique_ptr<Child> daemon_;
};

}  // namespace platen::e2e
