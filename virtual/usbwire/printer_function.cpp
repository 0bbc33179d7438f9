#include "virtual/usbwire/printer_function.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>

namespace platen::vprinter::usb {
namespace {

// USB 2.0, chapter 9; USB printer class 1.1, chapter 4.
constexpr std::uint8_t kStandardIn = 0x80, kInterfaceIn = 0x81, kEndpointIn = 0x82;
constexpr std::uint8_t kDeviceOut = 0x00, kInterfaceOut = 0x01, kEndpointOut = 0x02;
constexpr std::uint8_t kTypeMask = 0x60, kClass = 0x20;
constexpr std::uint8_t kGetStatus = 0, kClearFeature = 1, kSetAddress = 5, kGetDescriptor = 6,
                       kGetConfiguration = 8, kSetConfiguration = 9, kGetInterface = 10, kSetInterface = 11;
constexpr std::uint8_t kGetDeviceId = 0, kGetPortStatus = 1, kSoftReset = 2;
constexpr std::uint8_t kDevice = 1, kConfiguration = 2, kString = 3, kQualifier = 6;
constexpr std::uint8_t kPaperEmpty = 0x20, kSelected = 0x10, kNotError = 0x08;

constexpr std::uint8_t kBulkOut = 0x01, kBulkIn = 0x82;
constexpr std::uint8_t kAlternates = 2;  // protocols 2 and 3
constexpr std::uint8_t kSelfPowered = 1;
enum StringIndex : std::uint8_t { languages, manufacturer, product, serial };

constexpr std::uint8_t low(std::size_t value) {
  return static_cast<std::uint8_t>(value);
}
constexpr std::uint8_t high(std::size_t value) {
  return static_cast<std::uint8_t>(value >> 8);
}

Bytes string_descriptor(const std::string& text) {
  Bytes out{low(2 + 2 * text.size()), kString};
  for (char c : text) {
    out.push_back(static_cast<std::uint8_t>(c));
    out.push_back(0);
  }
  return out;
}

Bytes configuration_descriptor() {
  Bytes out{9, kConfiguration, 0, 0, 1, 1, 0, 0xc0, 1};
  for (std::uint8_t alternate = 0; alternate < kAlternates; ++alternate) {
    const auto protocol = static_cast<std::uint8_t>(2 + alternate);
    const Bytes setting{9, 4, 0,        alternate, 2, 7, 1, protocol, 0,  // the printer class
                        7, 5, kBulkOut, 2,         0, 2, 0,               // 512 bytes a packet
                        7, 5, kBulkIn,  2,         0, 2, 0};
    out.insert(out.end(), setting.begin(), setting.end());
  }
  out[2] = low(out.size());
  out[3] = high(out.size());
  return out;
}

}  // namespace

Identity default_identity() {
  return {.vendor = 0x043d,
          .product = 0x0123,
          .manufacturer = "Lexmark International",
          .name = "Lexmark E260dn",
          .serial = "PLATEN0001",
          .device_id = "MFG:Lexmark International;CMD:PJL,PCL;MDL:Lexmark E260dn;CLS:PRINTER;SN:PLATEN0001;"};
}

PrinterFunction::PrinterFunction(boost::asio::any_io_executor executor, Printer& printer, Identity identity,
                                 Record record)
    : executor_(std::move(executor)),
      printer_(printer),
      identity_(std::move(identity)),
      record_(std::move(record)) {}

PrinterFunction::~PrinterFunction() {
  unplug();
}

void PrinterFunction::plug(Complete complete) {
  complete_ = std::move(complete);
  open_channel();
}

void PrinterFunction::open_channel() {
  channel_.emplace(printer_, Channel::Wires{.say =
                                                [this](std::string_view message) {
                                                  if (replies_.size() + message.size() > kMostReplies) return;
                                                  replies_.insert(replies_.end(), message.begin(),
                                                                  message.end());
                                                  pump_later();
                                                },
                                            .may_go_on = [this] { pump_later(); }});
}

void PrinterFunction::unplug() {
  out_.clear();
  in_.clear();
  replies_.clear();
  complete_ = {};
  channel_.reset();
  configuration_ = alternate_ = 0;
  pumping_ = std::make_shared<bool>(false);
}

void PrinterFunction::reset() {
  cancel_all();
  configuration_ = alternate_ = 0;
}

void PrinterFunction::cancel_all() {
  for (Out& each : std::exchange(out_, {})) finish(each.transfer, Outcome::canceled, {}, each.taken);
  for (Transfer& each : std::exchange(in_, {})) finish(each, Outcome::canceled, {}, 0);
}

void PrinterFunction::submit(Transfer transfer) {
  if (transfer.endpoint == 0) {
    Answer answer = control(transfer);
    answer.data.resize(std::min(answer.data.size(), transfer.room));
    const std::size_t taken = answer.outcome == Outcome::done ? transfer.data.size() : 0;
    finish(transfer, answer.outcome, std::move(answer.data), taken);
  } else if (configuration_ != 0 && transfer.endpoint == kBulkOut) {
    out_.push_back({std::move(transfer)});
    pump();
  } else if (configuration_ != 0 && transfer.endpoint == kBulkIn) {
    in_.push_back(std::move(transfer));
    pump();
  } else {
    finish(transfer, Outcome::stalled, {}, 0);
  }
}

void PrinterFunction::cancel(std::uint64_t id) {
  const auto out = std::ranges::find_if(out_, [id](const Out& each) { return each.transfer.id == id; });
  if (out != out_.end()) {
    const Out gone = std::move(*out);
    out_.erase(out);
    return finish(gone.transfer, Outcome::canceled, {}, gone.taken);
  }
  const auto in = std::ranges::find(in_, id, &Transfer::id);
  if (in == in_.end()) return;
  const Transfer gone = std::move(*in);
  in_.erase(in);
  finish(gone, Outcome::canceled, {}, 0);
}

void PrinterFunction::finish(const Transfer& transfer, Outcome outcome, Bytes data, std::size_t taken) {
  if (complete_) complete_({.id = transfer.id, .outcome = outcome, .data = std::move(data), .taken = taken});
}

// The channel calls from within its own work; what follows from it must come after.
void PrinterFunction::pump_later() {
  if (std::exchange(*pumping_, true)) return;
  boost::asio::post(executor_, [this, alive = std::weak_ptr(pumping_)] {
    if (const auto flag = alive.lock()) {
      *flag = false;
      pump();
    }
  });
}

void PrinterFunction::pump() {
  while (!out_.empty() && channel_) {
    Out& first = out_.front();
    const auto rest = std::span<const std::uint8_t>(first.transfer.data).subspan(first.taken);
    const std::size_t used = channel_->take(rest);
    if (record_ && used > 0) record_(rest.first(used));
    first.taken += used;
    if (first.taken < first.transfer.data.size()) break;
    const Out done = std::move(first);
    out_.pop_front();
    finish(done.transfer, Outcome::done, {}, done.taken);
  }
  while (!in_.empty() && !replies_.empty()) {
    const Transfer first = std::move(in_.front());
    in_.pop_front();
    const auto count = static_cast<std::ptrdiff_t>(std::min(first.room, replies_.size()));
    Bytes data(replies_.begin(), replies_.begin() + count);
    replies_.erase(replies_.begin(), replies_.begin() + count);
    finish(first, Outcome::done, std::move(data), 0);
  }
}

PrinterFunction::Answer PrinterFunction::control(const Transfer& transfer) {
  return (transfer.setup[0] & kTypeMask) == kClass ? class_request(transfer) : standard(transfer);
}

PrinterFunction::Answer PrinterFunction::class_request(const Transfer& transfer) {
  switch (transfer.setup[1]) {
    case kGetDeviceId: {
      const std::size_t length = identity_.device_id.size() + 2;
      Bytes out{high(length), low(length)};
      out.insert(out.end(), identity_.device_id.begin(), identity_.device_id.end());
      return {Outcome::done, std::move(out)};
    }
    case kGetPortStatus: {
      const Device& device = printer_.device();
      const bool empty =
          std::ranges::all_of(device.trays(), [](const Tray& tray) { return tray.sheets == 0; });
      const bool online = device.status().online;
      return {Outcome::done,
              {static_cast<std::uint8_t>((empty ? kPaperEmpty : 0) | (online ? kSelected : 0) |
                                         (online ? kNotError : 0))}};
    }
    case kSoftReset:
      cancel_all();
      replies_.clear();
      channel_.reset();
      open_channel();
      return {Outcome::done, {}};
    default:
      return {};
  }
}

PrinterFunction::Answer PrinterFunction::standard(const Transfer& transfer) {
  const auto& [type, request, value_low, value_high, index_low, index_high, room_low, room_high] =
      transfer.setup;
  switch (request) {
    case kGetStatus:
      if (type == kStandardIn) return {Outcome::done, {kSelfPowered, 0}};
      if (type == kInterfaceIn || type == kEndpointIn) return {Outcome::done, {0, 0}};
      return {};
    case kClearFeature:
      return type == kDeviceOut || type == kEndpointOut ? Answer{Outcome::done, {}} : Answer{};
    case kSetAddress:
      return {Outcome::done, {}};
    case kGetDescriptor:
      return type == kStandardIn ? descriptor(value_high, value_low) : Answer{};
    case kGetConfiguration:
      return {Outcome::done, {configuration_}};
    case kSetConfiguration:
      if (value_low > 1) return {};
      configuration_ = value_low;
      alternate_ = 0;
      return {Outcome::done, {}};
    case kGetInterface:
      return {Outcome::done, {alternate_}};
    case kSetInterface:
      if (type != kInterfaceOut || index_low != 0 || value_low >= kAlternates) return {};
      alternate_ = value_low;
      return {Outcome::done, {}};
    default:
      return {};
  }
}

PrinterFunction::Answer PrinterFunction::descriptor(std::uint8_t type, std::uint8_t index) const {
  switch (type) {
    case kDevice:
      return {Outcome::done,
              {18, kDevice, 0, 2, 0, 0, 0, 64, low(identity_.vendor), high(identity_.vendor),
               low(identity_.product), high(identity_.product), 0, 1, manufacturer, product, serial, 1}};
    case kConfiguration:
      return index == 0 ? Answer{Outcome::done, configuration_descriptor()} : Answer{};
    case kQualifier:
      return {Outcome::done, {10, kQualifier, 0, 2, 0, 0, 0, 64, 1, 0}};
    case kString:
      if (index == languages) return {Outcome::done, {4, kString, 0x09, 0x04}};
      if (index == manufacturer) return {Outcome::done, string_descriptor(identity_.manufacturer)};
      if (index == product) return {Outcome::done, string_descriptor(identity_.name)};
      if (index == serial) return {Outcome::done, string_descriptor(identity_.serial)};
      return {};
    default:
      return {};
  }
}

}  // namespace platen::vprinter::usb
