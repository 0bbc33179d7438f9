#include "virtual/usb/usb_function.hpp"

#include <algorithm>

namespace platen::vprinter {
namespace {

constexpr std::uint64_t kProdEvery = 8192;

std::uint16_t word(const UsbSetup& setup, std::size_t at) {
  return static_cast<std::uint16_t>(setup[at] | setup[at + 1] << 8);
}

}  // namespace

UsbFunction::Counts UsbFunction::counts() const {
  Counts counts = counts_;
  counts.reads_waiting = static_cast<int>(in_.size());
  counts.writes_waiting = static_cast<int>(out_.size());
  counts.alternate = alternate_;
  return counts;
}

void UsbFunction::submit(Urb urb) {
  if (gone_) {
    wires_.complete({urb.id, UrbStatus::gone});
    return;
  }
  if (urb.endpoint == 0) {
    control(urb);
    return;
  }
  (urb.endpoint & 0x80 ? in_ : out_).push_back({std::move(urb)});
  counts_.most_writes_waiting = std::max(counts_.most_writes_waiting, static_cast<int>(out_.size()));
  pump();
}

bool UsbFunction::cancel(std::uint64_t id) {
  for (auto* queue : {&out_, &in_, &control_})
    for (auto waiting = queue->begin(); waiting != queue->end(); ++waiting) {
      if (waiting->urb.id != id) continue;
      const UrbCompletion canceled{id, UrbStatus::canceled, waiting->moved, {}};
      queue->erase(waiting);
      ++counts_.canceled;
      wires_.complete(canceled);
      return true;
    }
  return false;
}

void UsbFunction::clear_halt(std::uint8_t endpoint) {
  ++counts_.cleared;
  halted_.erase(endpoint);
  pump();
}

bool UsbFunction::set_interface(std::uint8_t alternate) {
  if (alternate >= model_.protocols.size()) return false;
  alternate_ = alternate;
  halted_.clear();
  return true;
}

void UsbFunction::unplug() {
  if (gone_) return;
  gone_ = true;
  for (auto* queue : {&control_, &out_, &in_})
    while (!queue->empty()) finish(*queue, UrbStatus::gone);
}

void UsbFunction::say(std::string_view bytes) {
  replies_.insert(replies_.end(), bytes.begin(), bytes.end());
  pump();
}

bool UsbFunction::holds_back() const {
  if (faults_.reply_queue && replies_.size() >= *faults_.reply_queue) return true;
  return faults_.needs_prod && counts_.bytes_out >= prodded_at_ + kProdEvery;
}

void UsbFunction::finish(std::deque<Waiting>& queue, UrbStatus status, UsbBytes data) {
  const UrbCompletion completion{queue.front().urb.id, status, queue.front().moved, std::move(data)};
  queue.pop_front();
  wires_.complete(completion);
}

// `take` and `complete` may lead back here; then one more round follows instead of a nested one.
void UsbFunction::pump() {
  pump_again_ = true;
  if (pumping_) return;
  pumping_ = true;
  while (std::exchange(pump_again_, false) && !gone_) {
    while (!gone_ && (pump_in() || pump_out())) {
    }
  }
  pumping_ = false;
}

bool UsbFunction::pump_out() {
  if (out_.empty()) return false;
  if (halted_.contains(kUsbOut)) {
    finish(out_, UrbStatus::stalled);
    return true;
  }
  Waiting& first = out_.front();
  std::span<const std::uint8_t> rest = std::span(first.urb.data).subspan(first.moved);
  if (rest.empty()) {
    if (first.urb.data.empty()) ++counts_.empty_packets;
    if (first.urb.end_with_empty && first.urb.data.size() % usb_packet(model_.high_speed) == 0)
      ++counts_.empty_packets;
    finish(out_, UrbStatus::ok);
    return true;
  }
  if (holds_back()) return false;
  if (faults_.stall_out_at && faults_.out_stalls > 0) {
    if (counts_.bytes_out >= *faults_.stall_out_at) {
      --faults_.out_stalls;
      halted_.insert(kUsbOut);
      finish(out_, UrbStatus::stalled);
      return true;
    }
    rest = rest.first(std::min<std::uint64_t>(rest.size(), *faults_.stall_out_at - counts_.bytes_out));
  }
  if (faults_.unplug_at)
    rest = rest.first(std::min<std::uint64_t>(rest.size(), *faults_.unplug_at - counts_.bytes_out));
  if (faults_.needs_prod)
    rest = rest.first(std::min<std::uint64_t>(rest.size(), prodded_at_ + kProdEvery - counts_.bytes_out));
  // With a queue of its own size for replies, the printer looks at it after each packet.
  if (faults_.reply_queue)
    rest = rest.first(std::min<std::size_t>(rest.size(), usb_packet(model_.high_speed)));
  const std::size_t taken = wires_.take(rest);
  first.moved += taken;
  counts_.bytes_out += taken;
  if (faults_.unplug_at && counts_.bytes_out >= *faults_.unplug_at) {
    unplug();
    if (wires_.unplugged) wires_.unplugged();
    return false;
  }
  return taken > 0;
}

bool UsbFunction::pump_in() {
  if (in_.empty() || faults_.in_hang) return false;
  if (faults_.in_stalls > 0) {
    --faults_.in_stalls;
    halted_.insert(kUsbIn);
  }
  if (halted_.contains(kUsbIn)) {
    finish(in_, UrbStatus::stalled);
    return true;
  }
  if (faults_.babbles > 0) {
    --faults_.babbles;
    halted_.insert(kUsbIn);
    finish(in_, UrbStatus::overflowed);
    return true;
  }
  if (replies_.empty() && !faults_.empty_reads) return false;
  Waiting& first = in_.front();
  const std::size_t count = std::min(first.urb.room, replies_.size());
  UsbBytes data(replies_.begin(), replies_.begin() + static_cast<std::ptrdiff_t>(count));
  replies_.erase(replies_.begin(), replies_.begin() + static_cast<std::ptrdiff_t>(count));
  first.moved = count;
  counts_.bytes_in += count;
  finish(in_, UrbStatus::ok, std::move(data));
  return true;
}

void UsbFunction::control(const Urb& urb) {
  const bool of_class = (urb.setup[0] & 0x60) == 0x20;
  if (of_class && faults_.control_hang) {
    control_.push_back({urb});
    return;
  }
  auto data = answer(urb.setup);
  if (!data) {
    wires_.complete({urb.id, UrbStatus::stalled});
    return;
  }
  const std::size_t most = std::min<std::size_t>(word(urb.setup, 6), urb.room);
  if (urb.setup[0] & 0x80 && data->size() > most) data->resize(most);
  const std::size_t moved = urb.setup[0] & 0x80 ? data->size() : urb.data.size();
  wires_.complete({urb.id, UrbStatus::ok, moved, std::move(*data)});
  pump();
}

UsbBytes UsbFunction::device_id() const {
  using enum UsbFaults::IdLength;
  UsbBytes bytes;
  std::size_t length = model_.device_id.size() + 2;
  if (faults_.id_length == excludes_itself) length -= 2;
  if (faults_.id_length == too_short) length = 10;
  const auto high = static_cast<std::uint8_t>(length >> 8), low = static_cast<std::uint8_t>(length & 0xFF);
  if (faults_.id_length == little_endian)
    bytes = {low, high};
  else if (faults_.id_length != absent)
    bytes = {high, low};
  bytes.insert(bytes.end(), model_.device_id.begin(), model_.device_id.end());
  return bytes;
}

std::optional<UsbBytes> UsbFunction::answer(const UsbSetup& setup) {
  const std::uint8_t type = setup[0], request = setup[1];
  if (type == 0xA1 && request == 0) {  // GET_DEVICE_ID
    // The configuration's index, and interface and alternate setting in one word.
    if (faults_.no_id || word(setup, 2) != 0 || setup[5] != 0 || setup[4] >= model_.protocols.size())
      return {};
    return device_id();
  }
  if (type == 0xA1 && request == 1) {  // GET_PORT_STATUS
    prodded_at_ = counts_.bytes_out;
    return UsbBytes{port_status_};
  }
  if ((type == 0x21 || type == 0x23) && request == 2) {  // SOFT_RESET
    if (type == 0x21 ? faults_.refuses_reset : faults_.refuses_old_reset) return {};
    ++counts_.resets;
    replies_.clear();
    halted_.clear();
    if (wires_.soft_reset) wires_.soft_reset();
    return UsbBytes();
  }
  return answer_standard(setup);
}

std::optional<UsbBytes> UsbFunction::answer_standard(const UsbSetup& setup) {
  const std::uint8_t index = setup[2];
  switch (setup[0] << 8 | setup[1]) {
    case 0x8000:  // GET_STATUS of the device: self-powered
      return UsbBytes{1, 0};
    case 0x8100:
      return UsbBytes{0, 0};
    case 0x8200:
      return UsbBytes{static_cast<std::uint8_t>(halted_.contains(setup[4])), 0};
    case 0x0201:  // CLEAR_FEATURE: ENDPOINT_HALT
      clear_halt(setup[4]);
      return UsbBytes();
    case 0x8008:  // GET_CONFIGURATION
      return UsbBytes{1};
    case 0x0009:  // SET_CONFIGURATION
      return word(setup, 2) <= 1 ? std::optional(UsbBytes()) : std::nullopt;
    case 0x810A:  // GET_INTERFACE
      return UsbBytes{alternate_};
    case 0x010B:  // SET_INTERFACE
      return set_interface(index) ? std::optional(UsbBytes()) : std::nullopt;
    case 0x8006: {  // GET_DESCRIPTOR
      UsbBytes bytes;
      if (setup[3] == 1) bytes = usb_device_descriptor(model_);
      if (setup[3] == 2 && index == 0) bytes = usb_configuration_descriptor(model_, model_.high_speed);
      if (setup[3] == 3) bytes = usb_string_descriptor(model_, index);
      if (setup[3] == 6) bytes = usb_qualifier_descriptor(model_);
      if (setup[3] == 7 && model_.high_speed) {
        bytes = usb_configuration_descriptor(model_, false);
        bytes[1] = 7;
      }
      if (bytes.empty()) return {};
      return bytes;
    }
    default:
      return {};
  }
}

}  // namespace platen::vprinter
