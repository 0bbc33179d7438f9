// Plug and play: a printer that is plugged in and not installed is installed, when one of the INF files that
// are known fits it.
//
//   AutoInstall automatic(tools, files, infs, install);
//   co_await automatic.heard(event);          // from PortWatch, one after the other
//
// Each plug-in is dealt with once: whoever uninstalls the printer meanwhile gets it back only by plugging it
// in again. So that this holds when platend is started anew, the URIs of printers that are plugged in and
// were installed are kept in run/plugged-in, a line each; a lost file costs no more than that. What is there
// already is never installed beside: a printer whose URI names the device, or one of the name that it would
// get and that may be the same one; a twin with another serial number is installed as NAME-2. Whatever is not
// installed is one line in the log that says what to do. One reactor.
#pragma once

#include <set>

#include "spooler/install/install.hpp"
#include "spooler/install/port_watch.hpp"

namespace platen::spooler {

class AutoInstall {
 public:
  using Install = std::function<Task<Result<Printer>>(InstallRequest, StillWanted)>;
  // Those of installed printers' drivers, and all in `inf_dir`, which need not exist.
  AutoInstall(const Book& book, std::shared_ptr<Worker> files, std::filesystem::path state,
              std::filesystem::path inf_dir, Install install);
  Task<void> heard(PortEvent event);

 private:
  Task<void> arrived(PortEvent event);
  Task<void> recall();
  Task<void> remember();

  const Book& book_;
  std::shared_ptr<Worker> files_;
  std::filesystem::path state_;
  std::filesystem::path inf_dir_;
  Install install_;
  std::set<std::string> dealt_with_;  // URIs that are plugged in
  std::set<std::string> had_;         // of those, or of those before we were started: were installed
  std::set<std::string> remembered_;  // had_, as it is on disk
  std::set<std::string> listed_;      // since the watch began anew
  bool recalled_ = false;
};

// The printer that was installed and is the one of the event; empty when there is none.
[[nodiscard]] std::string printer_at(const Book& book, const PortEvent& event);

}  // namespace platen::spooler
