// The whole printer without its sockets: any bytes must neither crash nor hang it, nor make it grow.
#include <cstddef>
#include <cstdint>
#include <memory>

#include "virtual/channel.hpp"

namespace {

using namespace platen;
using namespace platen::vprinter;

// Time stands still; what waits, waits.
class StoppedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return {}; }
  [[nodiscard]] WallTime wall() const override { return {}; }
  [[nodiscard]] std::unique_ptr<Alarm> set(Instant, std::function<void()>) override {
    return std::make_unique<Alarm>();
  }
};

struct NoOutput final : Output {
  void put_out(const Page&, const PageRecord&) override {}
  void job_ended(const JobRecord& record) override {
    if (record.errors.size() > 100) __builtin_trap();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Enough to reach everything; a flood of pages ends sooner.
  constexpr int sheets = 8;
  StoppedClock clock;
  NoOutput output;
  std::size_t said = 0;
  Printer printer(clock, *model_by_name("Lexmark T640"), output, {});
  for (const Tray& tray : printer.device().trays()) printer.device().put_paper_in(tray.model->name, sheets);
  {
    Channel channel(printer, {[&said](std::string_view message) { said += message.size(); }, [] {}});
    const std::size_t taken = channel.take({data, size});
    if (taken != size && !channel.held()) __builtin_trap();
    if (size % 2 == 0)
      channel.end_of_input();
    else
      channel.lost();
    if (!channel.held() && !channel.done()) __builtin_trap();
  }
  if (printer.full() || printer.device().busy()) __builtin_trap();
  return 0;
}
