#include "virtual/usbip/usbip_session.hpp"

#include <algorithm>
#include <cerrno>

#include "virtual/usbwire/octets.hpp"

namespace platen::vprinter::usb {
namespace {

// Linux Documentation/usb/usbip_protocol.rst.
constexpr std::uint32_t kSubmit = 1, kUnlink = 2, kSubmitted = 3, kUnlinked = 4;
constexpr std::size_t kHeaderSize = 48, kAnswerPadding = 8, kUnlinkedPadding = 24;
constexpr std::uint32_t kDirectionIn = 1;
constexpr std::uint32_t kNotIsochronous = 0xffffffff;
// The largest transfer that Linux makes of one URB is far below; more is a broken stream.
constexpr std::uint32_t kMostUsbipData = 16 << 20;
constexpr std::uint32_t kMostEndpoints = 15;

std::int32_t status_of(UrbStatus status) {
  switch (status) {
    case UrbStatus::ok:
      return 0;
    case UrbStatus::stalled:
      return -EPIPE;
    case UrbStatus::canceled:
      return -ECONNRESET;
    case UrbStatus::overflowed:
      return -EOVERFLOW;
    case UrbStatus::gone:
      return -ENODEV;
  }
  return -EPROTO;
}

Error broken(std::string advice) {
  return fail(Errc::malformed, "understand", "a USB/IP message", std::move(advice));
}

}  // namespace

struct UsbipSession::Header {
  explicit Header(std::span<const std::uint8_t> bytes) {
    Reader<Order::big> in(bytes);
    command = in.get<std::uint32_t>();
    sequence = in.get<std::uint32_t>();
    in.take(4);  // the device: there is one
    direction = in.get<std::uint32_t>();
    endpoint = in.get<std::uint32_t>();
    unlinked = flags = in.get<std::uint32_t>();
    length = in.get<std::uint32_t>();
    in.take(12);  // isochronous
    std::ranges::copy(in.take(setup.size()), setup.begin());
  }
  [[nodiscard]] bool in() const { return direction == kDirectionIn; }
  [[nodiscard]] std::size_t data_size() const { return command == kSubmit && !in() ? length : 0; }

  std::uint32_t command, sequence, direction, endpoint, flags, unlinked, length;
  UsbSetup setup{};
};

UsbipSession::UsbipSession(UsbDevice& device, Send send) : device_(device), send_(std::move(send)) {}

UsbipSession::~UsbipSession() {
  device_.unplug();
}

void UsbipSession::start() {
  device_.plug([this](UrbCompletion completion) { complete(std::move(completion)); });
}

Result<void> UsbipSession::take(std::span<const std::uint8_t> bytes) {
  in_.insert(in_.end(), bytes.begin(), bytes.end());
  std::span<const std::uint8_t> rest = in_;
  while (rest.size() >= kHeaderSize) {
    const Header header(rest.first(kHeaderSize));
    if (header.command != kSubmit && header.command != kUnlink)
      return broken("Its command is " + std::to_string(header.command) + ".");
    if (header.command == kSubmit && (header.length > kMostUsbipData || header.endpoint > kMostEndpoints))
      return broken("It has " + std::to_string(header.length) + " bytes for endpoint " +
                    std::to_string(header.endpoint) + ".");
    if (rest.size() < kHeaderSize + header.data_size()) break;
    const auto data = rest.subspan(kHeaderSize, header.data_size());
    rest = rest.subspan(kHeaderSize + data.size());
    if (header.command == kSubmit)
      submit(header, data);
    else
      unlink(header.sequence, header.unlinked);
  }
  in_.erase(in_.begin(), in_.end() - static_cast<std::ptrdiff_t>(rest.size()));
  return {};
}

void UsbipSession::submit(const Header& header, std::span<const std::uint8_t> data) {
  pending_[header.sequence] = {};
  Urb urb{.id = header.sequence, .endpoint = static_cast<std::uint8_t>(header.endpoint)};
  if (header.endpoint != 0 && header.in()) urb.endpoint |= kIn;
  urb.setup = header.setup;
  urb.data.assign(data.begin(), data.end());
  urb.room = header.in() ? header.length : 0;
  device_.submit(std::move(urb));
}

void UsbipSession::unlink(std::uint32_t sequence, std::uint32_t which) {
  auto found = pending_.find(which);
  if (found == pending_.end()) return answer_unlink(sequence, 0);
  found->second.unlinking = true;
  found->second.unlink_sequence = sequence;
  device_.cancel(which);
}

void UsbipSession::complete(UrbCompletion completion) {
  auto found = pending_.extract(static_cast<std::uint32_t>(completion.id));
  if (found.empty()) return;
  const Pending& pending = found.mapped();
  const bool silent = completion.status == UrbStatus::canceled && pending.unlinking && completion.moved == 0;
  if (!silent) answer_submit(found.key(), status_of(completion.status), completion.moved, completion.data);
  if (pending.unlinking) answer_unlink(pending.unlink_sequence, silent ? -ECONNRESET : 0);
}

void UsbipSession::answer_submit(std::uint32_t sequence, std::int32_t status, std::size_t moved,
                                 const UsbBytes& data) {
  Writer<Order::big> out;
  out.put(kSubmitted).put(sequence).pad(12);
  out.put(static_cast<std::uint32_t>(status)).put(static_cast<std::uint32_t>(moved));
  out.pad(4).put(kNotIsochronous).pad(4).pad(kAnswerPadding);
  out.put(std::span<const std::uint8_t>(data));
  send_(std::move(out).bytes());
}

void UsbipSession::answer_unlink(std::uint32_t sequence, std::int32_t status) {
  Writer<Order::big> out;
  out.put(kUnlinked).put(sequence).pad(12).put(static_cast<std::uint32_t>(status)).pad(kUnlinkedPadding);
  send_(std::move(out).bytes());
}

}  // namespace platen::vprinter::usb
