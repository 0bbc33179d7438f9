// What people and programs ask: answered from memory, unless they insist.
#include "bidi/schema.hpp"
#include "langmon/monitor.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {

namespace {

wire::BidiValue as_wire(bidi::schema::Value value) {
  return {.path = std::move(value.path), .type = std::move(value.type), .value = std::move(value.value)};
}

Result<std::vector<wire::BidiValue>> from_memory(const bidi::PrinterStatus& status, wire::BidiAction action,
                                                 const std::string& path) {
  std::vector<wire::BidiValue> out;
  switch (action) {
    case wire::BidiAction::get: {
      auto value = bidi::schema::get(status, path);
      if (!value) return value.error();
      out.push_back(as_wire(std::move(*value)));
      return out;
    }
    case wire::BidiAction::get_all: {
      auto values = bidi::schema::get_all(status, path);
      if (!values) return values.error();
      for (auto& value : *values) out.push_back(as_wire(std::move(value)));
      return out;
    }
    case wire::BidiAction::enumerate:
      for (auto& known : bidi::schema::enumerate(status))
        out.push_back({.path = std::move(known), .type = {}, .value = {}});
      return out;
    case wire::BidiAction::set:
      break;
  }
  return fail(Errc::unsupported, "set the printer's value", path,
              "This printer's values can be read, not set.");
}

struct Impossible {
  wire::Maintenance what;
  const char* operation;
  const char* advice;
};
// What a PJL laser has no part for, or no command.
constexpr Impossible impossible[] = {
    {wire::Maintenance::clean, "clean the print heads of", "A laser printer has no print heads to clean."},
    {wire::Maintenance::align, "align the print heads of", "A laser printer has no print heads to align."},
    {wire::Maintenance::test_page, "have a page of its own printed by",
     "This printer prints its own test page only from its panel. Print Platen's test page instead."},
};

}  // namespace

Task<Result<std::vector<wire::BidiValue>>> LanguageMonitor::ask(wire::BidiAction action, std::string path,
                                                                std::string value, bool fresh,
                                                                Deadline deadline) {
  (void)value;  // nothing can be set yet, and the refusal is the same for every value
  if (fresh && action != wire::BidiAction::set) {
    if (job_ && job_->begun)
      co_return fail(Errc::busy, "ask the printer at", port_.uri(),
                     "It is printing. Ask without \"fresh\" for what it last said.");
    if (!options_.bidirectional)
      co_return fail(Errc::unsupported, "ask the printer at", port_.uri(),
                     "Nothing comes back from this port.");
    const unsigned before = answers_;
    ++asking_;
    refresh_due_ = true;
    next_refresh_ = next_question_ = clock_.now();
    hurry_ = true;
    changed_.notify();
    while (answers_ == before && !stopping_)
      if (auto woken = co_await changed_.wait(clock_, deadline); !woken) break;
    --asking_;
    changed_.notify();
    if (answers_ == before)
      co_return fail(Errc::timed_out, "ask the printer at", port_.uri(),
                     "It did not answer. Ask without \"fresh\" for what it last said.");
  }
  co_return from_memory(status(), action, path);
}

Result<void> LanguageMonitor::maintain(wire::Maintenance what) const {
  for (const Impossible& entry : impossible)
    if (entry.what == what)
      return fail(Errc::unsupported, entry.operation, "the printer at " + port_.uri(), entry.advice);
  return fail(Errc::unsupported, "maintain", "the printer at " + port_.uri());
}

}  // namespace platen::langmon
