// What a fuzz entry of the virtual printer needs around it: a clock that stands still, so that no input can
// wait, and a tray that takes every page and keeps none.
//
//   StillClock clock;
//   NoOutput output;
//   Printer printer(clock, *model_by_name("Lexmark T640"), output, {});
//
// The clock's alarms never ring: what waits for time, waits.
#pragma once

#include <functional>
#include <memory>

#include "virtual/printer.hpp"

namespace platen::fuzz {

class StillClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return {}; }
  [[nodiscard]] WallTime wall() const override { return {}; }
  [[nodiscard]] std::unique_ptr<Alarm> set(Instant, std::function<void()>) override {
    return std::make_unique<Alarm>();
  }
};

struct NoOutput final : vprinter::Output {
  // A job's list of errors is bounded, whatever was sent.
  static constexpr std::size_t most_errors = 100;
  void put_out(const vprinter::Page&, const vprinter::PageRecord&) override {}
  void job_ended(const vprinter::JobRecord& record) override {
    if (record.errors.size() > most_errors) __builtin_trap();
  }
};

}  // namespace platen::fuzz
