// A USB function that a test plays, and the printer's function on a desk; both for the wires that carry them.
#pragma once

#include <algorithm>
#include <string_view>

#include "virtual/usbwire/function.hpp"

namespace platen::vprinter::usb {

// Completes what a test tells it to, and answers control transfers by `answer`.
struct PlayedFunction final : Function {
  void plug(Complete to) override { complete = std::move(to); }
  void unplug() override { complete = {}; }
  void reset() override { ++resets; }
  void submit(Transfer transfer) override {
    if (transfer.endpoint == 0 && answer) return complete(answer(transfer));
    pending.push_back(std::move(transfer));
  }
  void cancel(std::uint64_t id) override {
    auto found = std::ranges::find(pending, id, &Transfer::id);
    if (found == pending.end()) return;
    pending.erase(found);
    complete({.id = id, .outcome = Outcome::canceled, .taken = taken_when_canceled});
  }
  void finish(Outcome outcome, Bytes data, std::size_t taken) {
    const std::uint64_t id = pending.front().id;
    pending.erase(pending.begin());
    complete({.id = id, .outcome = outcome, .data = std::move(data), .taken = taken});
  }

  Complete complete;
  std::function<Completion(const Transfer&)> answer;
  std::vector<Transfer> pending;
  std::size_t taken_when_canceled = 0;
  int resets = 0;
};

inline Bytes octets(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace platen::vprinter::usb
