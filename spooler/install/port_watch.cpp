#include "spooler/install/port_watch.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/json.hpp>
#include <signal.h>

#include "base/log.hpp"
#include "spooler/model/text.hpp"

namespace platen::spooler {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A program that dies is back soon; one that cannot work here (no USB at all) is tried twice an hour.
constexpr Duration kFirstWatch = 1s;
constexpr Duration kLongestWatch = 30min;
// It lived this long: the next try is quick again.
constexpr Duration kWatchHealthy = 30s;
// After SIGTERM; longer only if the kernel holds it.
constexpr Duration kWatchDying = 2s;
// Not a limit: a new wait follows.
constexpr Duration kWatchSlice = 1h;
// A device id has a kilobyte at most; JSON may write six characters for one.
constexpr std::size_t kLongestLine = 16 << 10;

std::string event_text(const boost::json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// "usb://043d/00f3?serial=X" taken apart: what is before the '?', and one option behind it.
std::string_view device_of(std::string_view uri) {
  return uri.substr(0, uri.find('?'));
}

std::string_view option(std::string_view uri, std::string_view key) {
  const auto query = uri.find('?');
  if (query == std::string_view::npos) return {};
  for (std::string_view rest = uri.substr(query + 1); !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (one.size() > key.size() && one.starts_with(key) && one[key.size()] == '=')
      return one.substr(key.size() + 1);
  }
  return {};
}

bool same_device(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);  // hexadecimal numbers
  });
}

}  // namespace

std::optional<PortEvent> parse_port_event(std::string_view line) {
  boost::system::error_code ec;
  const auto json = boost::json::parse(line, ec);
  if (ec || !json.is_object()) return std::nullopt;
  const auto& object = json.as_object();
  PortEvent event;
  const std::string kind = event_text(object, "event");
  if (kind == "listed") return event;
  if (kind != "arrived" && kind != "left") return std::nullopt;
  event.kind = kind == "left" ? PortEvent::Kind::left : PortEvent::Kind::arrived;
  event.uri = event_text(object, "uri");
  event.at = event_text(object, "at");
  event.device_id = event_text(object, "deviceId");
  event.description = event_text(object, "description");
  if (event.uri.empty()) return std::nullopt;
  return event;
}

bool names_printer(const std::string& installed_uri, const PortEvent& event) {
  if (installed_uri == event.uri) return true;
  if (!same_device(device_of(installed_uri), device_of(event.uri))) return false;
  const auto serial = option(installed_uri, "serial");
  if (!serial.empty()) return serial == option(event.uri, "serial");
  const auto place = option(installed_uri, "at");
  return place.empty() || place == event.at || place == option(event.uri, "at");
}

bool names_another(const std::string& installed_uri, const PortEvent& event) {
  if (!installed_uri.starts_with("usb:")) return false;  // the network's may be the same one on two cables
  if (!same_device(device_of(installed_uri), device_of(event.uri))) return true;
  const auto installed = option(installed_uri, "serial"), came = option(event.uri, "serial");
  return !installed.empty() && !came.empty() && installed != came;
}

PortWatch::PortWatch(Clock& clock, asio::any_io_executor executor, Launcher& launcher,
                     std::filesystem::path program, Heard heard)
    : clock_(clock),
      executor_(std::move(executor)),
      launcher_(launcher),
      program_(std::move(program)),
      heard_(std::move(heard)),
      stir_(executor_) {}

Task<void> PortWatch::run() {
  auto self = shared_from_this();
  Duration pause = kFirstWatch;
  while (!stopping_) {
    const Instant since = clock_.now();
    co_await listen();
    if (stopping_) break;
    if (clock_.now() - since >= kWatchHealthy) pause = kFirstWatch;
    named_log("plug and play")->info("the watch over the USB ended, and is started again");
    const auto until = Deadline::in(clock_, pause);
    while (!stopping_ && !until.passed(clock_)) (void)co_await stir_.wait(clock_, until);
    pause = std::min(pause * 2, kLongestWatch);
  }
}

Task<void> PortWatch::listen() {
  auto in = make_pipe();
  auto out = make_pipe();
  if (!in || !out) co_return;
  Command command;
  command.program = program_.string();
  command.args = {"--watch-ports"};
  command.descriptors.emplace(0, std::move(in->read_end));
  command.descriptors.emplace(1, std::move(out->write_end));
  auto process = launcher_.launch(std::move(command));
  if (!process) {
    named_log("plug and play")->warn("{}", process.error().sentence());
    co_return;
  }
  PortEvent began;
  began.kind = PortEvent::Kind::began;
  co_await heard_(std::move(began));
  co_await follow(std::move(out->read_end));
  in->write_end.reset();  // which ends it, even if we are killed before this
  (*process)->signal(SIGTERM);
  auto ended = co_await (*process)->wait(Deadline::in(clock_, kWatchDying));
  if (!ended) (*process)->signal(SIGKILL);
}

Task<void> PortWatch::follow(Fd out) {
  pipe_.emplace(executor_, out.release());
  std::string line;
  std::array<char, 1024> buffer{};
  while (!stopping_) {
    auto [ec, n] = co_await before(clock_, Deadline::in(clock_, kWatchSlice), [this, &buffer](auto token) {
      return pipe_->async_read_some(asio::buffer(buffer), token);
    });
    if (ec == Errc::timed_out) continue;
    if (ec) break;
    for (std::size_t i = 0; i < n && !stopping_; ++i) {
      if (buffer[i] != '\n') {
        if (line.size() < kLongestLine) line += buffer[i];
        continue;
      }
      auto event = parse_port_event(std::exchange(line, {}));
      if (event) co_await heard_(std::move(*event));
    }
  }
  pipe_.reset();
}

void PortWatch::stop() {
  stopping_ = true;
  stir_.notify();
  if (pipe_) pipe_->cancel();
}

}  // namespace platen::spooler
