// A USB device that a test plays, for the protocols that carry one.
#pragma once

#include <algorithm>
#include <string_view>

#include "virtual/usbwire/usb_device.hpp"

namespace platen::vprinter::usb {

// Completes what a test tells it to, and control transfers by `answer`.
struct PlayedDevice final : UsbDevice {
  [[nodiscard]] bool high_speed() const override { return true; }
  void plug(Complete to) override { complete = std::move(to); }
  void unplug() override { complete = {}; }
  void reset() override { ++resets; }
  void submit(Urb urb) override {
    if (urb.endpoint == 0 && answer) return complete(answer(urb));
    pending.push_back(std::move(urb));
  }
  void cancel(std::uint64_t id) override {
    auto found = std::ranges::find(pending, id, &Urb::id);
    if (found == pending.end()) return;
    pending.erase(found);
    complete({.id = id, .status = UrbStatus::canceled, .moved = moved_when_canceled});
  }
  // Completes the first pending one.
  void take(std::size_t count) { finish({.moved = count}); }
  void say(UsbBytes bytes) { finish({.moved = bytes.size(), .data = bytes}); }
  void finish(UrbCompletion completion) {
    completion.id = pending.front().id;
    pending.erase(pending.begin());
    complete(std::move(completion));
  }

  Complete complete;
  std::function<UrbCompletion(const Urb&)> answer;
  std::vector<Urb> pending;
  std::size_t moved_when_canceled = 0;
  int resets = 0;
};

inline UsbBytes octets(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace platen::vprinter::usb
