#include "port/scripted_port.hpp"

#include <algorithm>
#include <cstring>

namespace platen::port {

ScriptedPort::ScriptedPort(boost::asio::any_io_executor executor, Clock& clock,
                           std::vector<ScriptLine> script)
    : clock_(clock), closing_(std::move(executor)), script_(script.begin(), script.end()) {}

Task<Result<void>> ScriptedPort::open(Deadline) {
  if (script_.empty()) co_return fail(Errc::refused, "connect to", uri_, "The script has ended.");
  open_ = true;
  co_return Result<void>();
}

Task<Result<std::size_t>> ScriptedPort::read_some(std::span<std::byte> into, Deadline deadline) {
  if (open_ && !script_.empty() && script_.front().after > Duration::zero()) {
    const Instant due = clock_.now() + script_.front().after;
    const Deadline wait = std::min(Deadline::at(due), deadline);
    auto woken = co_await closing_.wait(clock_, wait);
    if (!woken && woken.error().is(Errc::canceled)) co_return woken.error();
    if (!woken && clock_.now() < due) {
      script_.front().after = due - clock_.now();
      co_return fail(Errc::timed_out, "read from", uri_);
    }
    if (open_) script_.front().after = Duration::zero();
  }
  if (!open_ || script_.empty()) {
    open_ = false;
    co_return fail(Errc::closed, "read from", uri_);
  }
  ScriptLine& line = script_.front();
  if (line.error) {
    const Errc error = *line.error;
    script_.pop_front();
    open_ = false;
    co_return fail(error, "read from", uri_);
  }
  const std::size_t n = std::min(into.size(), line.says.size());
  std::memcpy(into.data(), line.says.data(), n);
  line.says.erase(0, n);
  if (line.says.empty()) script_.pop_front();
  co_return n;
}

Task<Result<std::size_t>> ScriptedPort::write_some(std::span<const std::byte> from, Deadline) {
  if (!open_) co_return fail(Errc::closed, "write to", uri_);
  written_.append(reinterpret_cast<const char*>(from.data()), from.size());
  co_return from.size();
}

Task<Result<std::string>> ScriptedPort::device_id(Deadline) {
  co_return fail(Errc::unsupported, "read the device id of", uri_);
}

Task<Result<StatusLines>> ScriptedPort::status_lines(Deadline) {
  co_return fail(Errc::unsupported, "read the status lines of", uri_);
}

Task<Result<void>> ScriptedPort::abort_job(Deadline deadline) {
  close();
  return open(deadline);
}

void ScriptedPort::close() noexcept {
  open_ = false;
  closing_.notify();
}

}  // namespace platen::port
