// The virtual printer's SNMP agent: any packet gets a bounded answer or none.
#include <cstddef>
#include <cstdint>
#include <memory>

#include "virtual/snmp/agent.hpp"

namespace {

using namespace platen;
using namespace platen::vprinter;

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
  void job_ended(const JobRecord&) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static StoppedClock clock;
  static NoOutput output;
  static Printer printer(clock, *model_by_name("Lexmark C530dn"), output, {});
  static const snmp::Objects objects = snmp::objects_of(printer);
  const std::string_view packet(reinterpret_cast<const char*>(data), size);
  const std::string answer = snmp::answer_packet(packet, objects, "public");
  // The names of a refused question come back whole.
  if (answer.size() > snmp::kLongestAnswer + 3 * size + 200) __builtin_trap();
  return 0;
}
