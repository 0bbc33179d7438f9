#include "virtual/usbwire/usb_wire.hpp"

#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>
#include <spdlog/fmt/fmt.h>

#include "base/log.hpp"

namespace platen::vprinter::usb {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// A printer waits for its host as long as it must. Waits end and begin again, so that no wait is without end.
constexpr Duration kLookAgain = 1h;
// After the host's side was not to be had: a kernel needs some tens of milliseconds to clear up after an
// unplugging.
constexpr Duration kReachPause = 100ms;
// How long a cable that is pulled and plugged in again stays out. A hub that looks away for less sees no
// change.
constexpr Duration kPulled = 500ms;
constexpr std::size_t kReadSize = 64 * 1024;

// As platen names the port.
std::string uri_of(const UsbModel& model) {
  std::string uri = fmt::format("usb://{:04x}/{:04x}", model.vendor, model.product);
  return model.serial_string.empty() ? uri : uri + "?serial=" + model.serial_string;
}

}  // namespace

struct UsbWire::Plugged {
  Plugged(Socket opened, UsbWire& wire)
      : socket(std::move(opened)),
        changed(socket.get_executor()),
        session(wire.kind_.speak(wire.device_, [this, &wire](UsbBytes bytes) {
          wire.traffic_.bytes_sent += bytes.size();
          out.insert(out.end(), bytes.begin(), bytes.end());
          changed.notify();
        })) {}

  Socket socket;
  Event changed;  // anything below
  UsbBytes out;
  bool over = false;
  int running = 0;  // coroutines
  std::unique_ptr<Session> session;
};

UsbWire::UsbWire(asio::any_io_executor executor, Printer& printer, const UsbModel& model, CableKind kind,
                 const std::filesystem::path& record)
    : executor_(executor),
      clock_(printer.clock()),
      kind_(std::move(kind)),
      uri_(uri_of(model)),
      device_(executor, printer, model,
              [this](std::span<const std::uint8_t> bytes) {
                traffic_.bytes_received += bytes.size();
                traffic_.last_byte = clock_.now();
                if (!record_.is_open()) return;
                record_.write(reinterpret_cast<const char*>(bytes.data()),
                              static_cast<std::streamsize>(bytes.size()));
                record_.flush();
              }),
      changed_(executor) {
  device_.on_gone([this] { refuse(true); });
  if (!record.empty()) record_.open(record, std::ios::binary | std::ios::app);
}

UsbWire::~UsbWire() = default;

void UsbWire::start() {
  asio::co_spawn(executor_, run(), [](std::exception_ptr problem) {
    if (problem) std::rethrow_exception(problem);
  });
}

void UsbWire::stop() {
  stopped_ = true;
  cut();
}

void UsbWire::disconnect() {
  cut();
}

void UsbWire::refuse(bool refusing) {
  refusing_ = refusing;
  if (refusing)
    cut();
  else
    changed_.notify();
}

Result<void> UsbWire::slow(std::uint64_t) {
  return fail(Errc::unsupported, "slow down", uri_, "Only a network port has a speed to be told.");
}

Result<void> UsbWire::fault(std::string_view knob, std::string_view value) {
  return device_.turn(knob, value);
}

void UsbWire::cut() {
  changed_.notify();
  if (!plugged_) return;
  plugged_->over = true;
  boost::system::error_code ignored;
  plugged_->socket.close(ignored);
  plugged_->changed.notify();
}

Task<void> UsbWire::run() {
  while (!stopped_) {
    if (refusing_) {
      static_cast<void>(co_await changed_.wait(clock_, Deadline::in(clock_, kLookAgain)));
      continue;
    }
    auto reached = kind_.reach(device_);
    if (!reached) {
      named_log("port")->debug("{}", reached.error().sentence());
      static_cast<void>(co_await changed_.wait(clock_, Deadline::in(clock_, kReachPause)));
      continue;
    }
    co_await serve(Socket(executor_, asio::local::stream_protocol(), reached->release()));
    if (!stopped_) static_cast<void>(co_await sleep(clock_, kPulled));
  }
}

Task<void> UsbWire::serve(Socket socket) {
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  auto plugged = std::make_shared<Plugged>(std::move(socket), *this);
  plugged_ = plugged;
  ++traffic_.accepted;
  ++traffic_.open;
  plugged->session->start();
  auto spawn = [this, &plugged](Task<void> task) {
    ++plugged->running;
    asio::co_spawn(executor_, std::move(task), [plugged](std::exception_ptr problem) {
      if (problem) std::rethrow_exception(problem);
      --plugged->running;
      plugged->changed.notify();
    });
  };
  spawn(read(*this, plugged));
  spawn(write(*this, plugged));
  while (plugged->running > 0)
    static_cast<void>(co_await plugged->changed.wait(clock_, Deadline::in(clock_, kLookAgain)));
  plugged->session.reset();
  plugged->socket.close(ignored);
  --traffic_.open;
  plugged_.reset();
}

Task<void> UsbWire::read(UsbWire& wire, std::shared_ptr<Plugged> plugged) {
  std::vector<std::uint8_t> bytes(kReadSize);
  while (!plugged->over) {
    auto [ec, n] =
        co_await before(wire.clock_, Deadline::in(wire.clock_, kLookAgain), [&plugged, &bytes](auto token) {
          return plugged->socket.async_read_some(asio::buffer(bytes), token);
        });
    if (ec == make_error_code(Errc::timed_out)) continue;
    if (ec) break;
    auto taken = plugged->session->take(std::span(bytes).first(n));
    if (taken) continue;
    named_log("port")->warn("{}", taken.error().sentence());
    break;
  }
  plugged->over = true;
  plugged->changed.notify();
}

Task<void> UsbWire::write(UsbWire& wire, std::shared_ptr<Plugged> plugged) {
  while (!plugged->over) {
    if (plugged->out.empty()) {
      static_cast<void>(co_await plugged->changed.wait(wire.clock_, Deadline::in(wire.clock_, kLookAgain)));
      continue;
    }
    const UsbBytes bytes = std::exchange(plugged->out, {});
    std::size_t sent = 0;
    while (sent < bytes.size() && !plugged->over) {
      auto [ec, n] = co_await before(
          wire.clock_, Deadline::in(wire.clock_, kLookAgain), [&plugged, &bytes, sent](auto token) {
            return plugged->socket.async_write_some(asio::buffer(bytes) + sent, token);
          });
      sent += n;
      if (ec && ec != make_error_code(Errc::timed_out)) plugged->over = true;
    }
  }
  // A reader that waits for the host must end too.
  boost::system::error_code ignored;
  plugged->socket.close(ignored);
}

}  // namespace platen::vprinter::usb
