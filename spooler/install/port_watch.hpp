// Hears of printers that are plugged in and unplugged: runs `platen-monitor --watch-ports`, and starts it
// again when it ends.
//
//   auto watch = std::make_shared<PortWatch>(clock, executor, launcher, libexec / "platen-monitor", heard);
//   tasks.start(watch->run());
//   watch->stop();           // run() returns soon
//
// `heard` is awaited before the next event is taken. Each time the program was started it hears `began`, then
// of all printers that are there, then `listed`.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "base/event.hpp"
#include "base/launcher.hpp"

namespace platen::spooler {

struct PortEvent {
  enum class Kind { began, arrived, left, listed } kind = Kind::listed;
  std::string uri;
  std::string at;         // where it is plugged in; may be empty
  std::string device_id;  // may be empty
  std::string description;
};

// One line of what the program prints; nothing when it is not such a line. Pure.
[[nodiscard]] std::optional<PortEvent> parse_port_event(std::string_view line);

// Whether the printer that came with `event` is the one that an installed printer's URI names. The same
// serial number is the same printer, wherever it is plugged in. Pure.
[[nodiscard]] bool names_printer(const std::string& installed_uri, const PortEvent& event);

// Whether it is known to be another one: of another kind, or with another serial number. Pure.
[[nodiscard]] bool names_another(const std::string& installed_uri, const PortEvent& event);

class PortWatch : public std::enable_shared_from_this<PortWatch> {
 public:
  using Heard = std::function<Task<void>(PortEvent)>;
  PortWatch(Clock& clock, boost::asio::any_io_executor executor, Launcher& launcher,
            std::filesystem::path program, Heard heard);
  Task<void> run();
  void stop();

 private:
  Task<void> listen();
  Task<void> follow(Fd out);

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  Launcher& launcher_;
  std::filesystem::path program_;
  Heard heard_;
  Event stir_;
  std::optional<boost::asio::posix::stream_descriptor> pipe_;
  bool stopping_ = false;
};

}  // namespace platen::spooler
