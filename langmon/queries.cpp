// What people and programs ask: answered from memory, unless they insist.
#include <algorithm>

#include "bidi/pjl_writer.hpp"
#include "bidi/schema.hpp"
#include "langmon/monitor.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {

namespace {

wire::BidiValue as_wire(bidi::schema::Value value) {
  return {.path = std::move(value.path), .type = std::move(value.type), .value = std::move(value.value)};
}

struct Advice {
  wire::Maintenance what;
  bool ink;
  const char* operation;
  const char* advice;
};
// No maker has published a command for any of it. Each says what to do instead.
constexpr Advice advices[] = {
    {wire::Maintenance::clean, false, "clean the print heads of",
     "A printer that prints with toner has no print heads to clean."},
    {wire::Maintenance::align, false, "align the print heads of",
     "A printer that prints with toner has no print heads to align."},
    {wire::Maintenance::clean, true, "clean the print heads of",
     "No command for it is known for this printer. Clean them from its own panel or with its buttons; "
     "its manual says how."},
    {wire::Maintenance::align, true, "align the print heads of",
     "No command for it is known for this printer. Align them from its own panel or with its buttons; "
     "its manual says how."},
};
constexpr const char* own_page =
    "This printer prints a page of its own only from its panel. Print Platen's test page instead.";

}  // namespace

struct LanguageMonitor::Order {
  std::string lines;
  bool done = false;
  bool heard = false;
};

Result<LanguageMonitor::Values> LanguageMonitor::from_memory(wire::BidiAction action,
                                                             const std::string& path) const {
  const bidi::PrinterStatus now = status();
  Values out;
  const auto tell_setting = [&](const bidi::schema::Setting& setting) {
    const auto known = settings_.find(setting.variable);
    if (known == settings_.end() || known->second == not_a_setting) return false;
    out.push_back({std::string(setting.path), std::string(setting.type), known->second});
    return true;
  };
  if (action == wire::BidiAction::get) {
    if (bidi::schema::write_only(path))
      return fail(Errc::denied, "get", path, "It can be set, and has no value to read.");
    if (const auto* setting = bidi::schema::setting(path)) {
      if (tell_setting(*setting)) return out;
      const auto known = settings_.find(setting->variable);
      if (known != settings_.end())
        return fail(Errc::not_found, "get", path, "This printer has no such setting.");
      return fail(Errc::conflict, "get", path, "The printer was not yet asked for it. Ask with \"fresh\".");
    }
    auto value = bidi::schema::get(now, path);
    if (!value) return value.error();
    out.push_back(as_wire(std::move(*value)));
  } else if (action == wire::BidiAction::get_all) {
    auto values = bidi::schema::get_all(now, path);
    if (!values) return values.error();
    for (auto& value : *values) out.push_back(as_wire(std::move(value)));
  } else {
    for (auto& known : bidi::schema::enumerate(now))
      out.push_back({.path = std::move(known), .type = {}, .value = {}});
    for (const auto& setting : bidi::schema::settings())
      if (ever_heard_ && !settings_.contains(setting.variable))
        out.push_back({.path = std::string(setting.path), .type = {}, .value = {}});
      else if (tell_setting(setting))
        out.back().type = out.back().value = {};
  }
  return out;
}

Task<Result<LanguageMonitor::Values>> LanguageMonitor::ask(wire::BidiAction action, std::string path,
                                                           std::string value, bool fresh, Deadline deadline) {
  if (action == wire::BidiAction::set) co_return co_await set(std::move(path), std::move(value), deadline);
  if (fresh) {
    const auto* wanted = action == wire::BidiAction::get ? bidi::schema::setting(path) : nullptr;
    if (wanted) {
      auto told = co_await setting(*wanted, {}, deadline);
      if (!told) co_return told.error();
    } else if (auto asked = co_await refreshed(deadline); !asked) {
      co_return asked.error();
    }
  }
  co_return from_memory(action, path);
}

// Whether the printer can be asked something now.
Result<void> LanguageMonitor::can_be_asked() const {
  if (job_ && job_->begun)
    return fail(Errc::busy, "ask the printer at", port_.uri(),
                "It is printing. Ask without \"fresh\" for what it last said.");
  if (!options_.bidirectional)
    return fail(Errc::unsupported, "ask the printer at", port_.uri(), "Nothing comes back from this port.");
  return {};
}

Task<Result<void>> LanguageMonitor::refreshed(Deadline deadline) {
  if (auto can = can_be_asked(); !can) co_return can;
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
  co_return Result<void>();
}

// Gives the order, if any, and has the printer say what it keeps.
Task<Result<std::string>> LanguageMonitor::setting(const bidi::schema::Setting& setting, std::string order,
                                                   Deadline deadline) {
  if (auto can = can_be_asked(); !can) co_return can.error();
  const std::string variable(setting.variable);
  settings_.erase(variable);
  auto mine = std::make_shared<Order>();
  mine->lines = order + bidi::pjl::inquire_default(variable);
  orders_.push_back(mine);
  ++asking_;
  hurry_ = true;
  changed_.notify();
  while (!mine->done && !stopping_)
    if (auto woken = co_await changed_.wait(clock_, deadline); !woken) break;
  --asking_;
  std::erase(orders_, mine);
  changed_.notify();
  const auto told = settings_.find(variable);
  if (told == settings_.end())
    co_return fail(Errc::timed_out, "ask the printer at", port_.uri(),
                   "It did not answer. Look whether it is on, and whether it speaks PJL.");
  if (told->second == not_a_setting)
    co_return fail(Errc::unsupported, "ask the printer for", std::string(setting.path),
                   "This printer has no such setting.");
  co_return told->second;
}

Task<void> LanguageMonitor::carry_out() {
  const std::shared_ptr<Order> order = orders_.front();
  orders_.pop_front();
  order->heard = co_await question(order->lines, answer_patience);
  order->done = true;
  changed_.notify();
}

Task<Result<LanguageMonitor::Values>> LanguageMonitor::set(std::string path, std::string value,
                                                           Deadline deadline) {
  using Kind = bidi::schema::Change::Kind;
  auto change = bidi::schema::understand(status(), path, value);
  if (!change) co_return change.error();
  bidi::SupplyBook& book = tracker_.book();
  switch (change->kind) {
    case Kind::low:
      book.set_low(change->supply, change->number);
      break;
    case Kind::empty:
      book.set_empty(change->supply, change->number);
      break;
    case Kind::yield:
      book.set_yield(change->supply, change->number);
      break;
    case Kind::replaced:
      book.replaced(change->supply);
      break;
    case Kind::clean:
    case Kind::align: {
      const bool clean = change->kind == Kind::clean;
      auto done = maintain(clean ? wire::Maintenance::clean : wire::Maintenance::align);
      if (!done) co_return done.error();
      break;
    }
    case Kind::setting: {
      std::string order = bidi::pjl::set_default(change->variable->variable, change->value);
      auto told = co_await setting(*change->variable, std::move(order), deadline);
      if (!told) co_return told.error();
      if (!bidi::same_word(*told, change->value))
        co_return fail(Errc::failed, "set", path, "The printer keeps " + *told + ".");
      value = *told;
      break;
    }
  }
  tell(tracker_.reconsider());
  Values done{{std::move(path), {}, std::move(value)}};
  co_return done;
}

void LanguageMonitor::remember(bidi::SupplyBook book) {
  tracker_.book() = std::move(book);
  kept_revision_ = tracker_.book().revision();
}

void LanguageMonitor::use_ink(const std::vector<wire::InkUse>& uses, std::uint32_t uncounted_pages) {
  bidi::SupplyBook& book = tracker_.book();
  for (const wire::InkUse& use : uses) book.used(use.color, use.sheets);
  book.used_pages(uncounted_pages);
  tell(tracker_.reconsider());
}

void LanguageMonitor::keep_supplies() {
  if (std::exchange(kept_revision_, tracker_.book().revision()) == tracker_.book().revision()) return;
  listener_.keep_supplies(tracker_.book().text());
}

bool LanguageMonitor::prints_with_ink() const {
  const bidi::PrinterStatus& known = tracker_.status();
  for (const bidi::Supply& supply : known.supplies)
    if (supply.type.starts_with("ink") || supply.type.starts_with("toner"))
      return supply.type.starts_with("ink");
  if (tracker_.book().yield_of("black-ink", known.model) > 0) return true;
  // Inkjets of this kind speak no PJL.
  return in_packets_;
}

Result<void> LanguageMonitor::maintain(wire::Maintenance what) const {
  const std::string printer = "the printer at " + port_.uri();
  for (const Advice& entry : advices)
    if (entry.what == what && entry.ink == prints_with_ink())
      return fail(Errc::unsupported, entry.operation, printer, entry.advice);
  return fail(Errc::unsupported, "have a page of its own printed by", printer, own_page);
}

}  // namespace platen::langmon
