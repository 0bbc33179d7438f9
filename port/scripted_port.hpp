// A port that plays a script, for tests: what the printer says and when. A script that has ended is a printer
// that was unplugged.
//
//   ScriptedPort port(reactor.get_executor(), clock, {
//       {.says = "@PJL INFO ID\r\n\"Lexmark T640\"\r\n\f"},
//       {.after = 5s, .says = "@PJL USTATUS PAGE\r\n1\r\n\f"},
//       {.after = 1s, .error = Errc::closed},
//   });
//
// Each read gives the next line of the script, or what is left of it; `after` counts from the read. Writes
// are taken at once and kept in written().
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/event.hpp"
#include "port/port.hpp"

namespace platen::port {

struct ScriptLine {
  Duration after{};
  std::string says;
  std::optional<Errc> error;  // instead of saying something; the port is then closed
};

class ScriptedPort final : public Port {
 public:
  ScriptedPort(boost::asio::any_io_executor executor, Clock& clock, std::vector<ScriptLine> script);

  [[nodiscard]] const std::string& written() const { return written_; }

  [[nodiscard]] const std::string& uri() const override { return uri_; }
  Task<Result<void>> open(Deadline deadline) override;
  [[nodiscard]] bool is_open() const override { return open_; }
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) override;
  Task<Result<std::string>> device_id(Deadline deadline) override;
  Task<Result<StatusLines>> status_lines(Deadline deadline) override;
  Task<Result<void>> abort_job(Deadline deadline) override;
  void close() noexcept override;

 private:
  Clock& clock_;
  Event closing_;
  std::deque<ScriptLine> script_;
  std::string written_;
  std::string uri_ = "script:printer";
  bool open_ = false;
};

}  // namespace platen::port
