#include "bidi/status_tracker.hpp"

#include <algorithm>
#include <utility>

#include "bidi/mapping.hpp"
#include "bidi/text.hpp"

namespace platen::bidi {
namespace {

// What a printer may consist of; more is nonsense, and would let it fill our memory.
constexpr std::size_t max_supplies = 64;
constexpr std::size_t max_trays = 64;
constexpr std::size_t max_notes = 64;

bool same_matter(const Reason& a, const Reason& b) {
  return a.keyword == b.keyword && a.component == b.component;
}

// "toner" says the same as "black-toner", but less.
bool tells_less(const Reason& a, const Reason& b) {
  return a.keyword == b.keyword && b.component.size() > a.component.size() &&
         b.component.ends_with(a.component);
}

void add_once(std::vector<Reason>& reasons, const Reason& reason) {
  for (Reason& known : reasons) {
    if (!same_matter(known, reason)) continue;
    if (reason.severity > known.severity) known = reason;
    return;
  }
  reasons.push_back(reason);
}

bool has(const std::vector<Reason>& reasons, const Reason& wanted) {
  return std::any_of(reasons.begin(), reasons.end(), [&](const Reason& r) { return same_matter(r, wanted); });
}

bool about_supplies(const Reason& reason) {
  return reason.keyword.starts_with("toner-") || reason.keyword.starts_with("marker-");
}

std::vector<Reason> missing_in(const std::vector<Reason>& from, const std::vector<Reason>& reasons) {
  std::vector<Reason> result;
  for (const Reason& reason : reasons)
    if (!has(from, reason)) result.push_back(reason);
  return result;
}

std::int32_t level(const std::vector<Field>& fields, std::string_view name, std::int32_t most) {
  const std::string* text = find(fields, name);
  if (!text) return level_unknown;
  const auto value = number(*text);
  return value ? static_cast<std::int32_t>(std::min<std::uint32_t>(*value, static_cast<std::uint32_t>(most)))
               : level_unknown;
}

// `SUPPLY NAME="Black Toner Cartridge" TYPE=TONER COLORANT=BLACK LEVEL=83 CAPACITY=100 LOW=10`
Supply supply_of(const std::vector<Field>& fields) {
  Supply supply;
  if (const std::string* name = find(fields, "NAME")) supply.name = *name;
  const std::string* type = find(fields, "TYPE");
  std::string pjl_type = type ? lower(*type) : "toner";
  std::replace(pjl_type.begin(), pjl_type.end(), '_', '-');
  const SupplyType* known = supply_type(pjl_type);
  supply.type = known ? std::string(known->keyword) : pjl_type;
  const std::string* colorant = find(fields, "COLORANT");
  supply.color = color_value(colorant ? *colorant : supply.name);
  constexpr std::int32_t most = 1'000'000'000;
  const std::int32_t left = level(fields, "LEVEL", most);
  const std::int32_t capacity = level(fields, "CAPACITY", most);
  const auto percent = [&](std::int32_t value) {
    const std::int64_t whole = capacity > 0 ? capacity : 100;
    // Rounded up: 1 of 1000 is not yet empty.
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(100, (std::int64_t{value} * 100 + whole - 1) / whole));
  };
  if (left >= 0) supply.level = percent(left);
  if (const std::int32_t low = level(fields, "LOW", most); low >= 0) supply.low_level = percent(low);
  return supply;
}

// `TRAY NAME="Tray 1" SIZE=A4 TYPE=PLAIN LEVEL=250 CAPACITY=500 STATE=OK`
Tray tray_of(const std::vector<Field>& fields) {
  constexpr std::int32_t most = 100'000;
  Tray tray;
  if (const std::string* name = find(fields, "NAME")) tray.name = tray_keyword(*name);
  if (const std::string* size = find(fields, "SIZE")) tray.size = media_keyword(*size);
  if (const std::string* type = find(fields, "TYPE")) tray.type = media_type_keyword(*type);
  tray.level = level(fields, "LEVEL", most);
  tray.capacity = level(fields, "CAPACITY", most);
  const std::string* state = find(fields, "STATE");
  if (state && same_word(*state, "EMPTY")) tray.level = 0;
  if (state && same_word(*state, "OK") && tray.level == level_unknown) tray.level = level_some;
  if (state && same_word(*state, "MISSING")) tray.level = level_unavailable;
  return tray;
}

Effect effect_of(State state) {
  switch (state) {
    case State::unknown:
      return Effect::nothing;
    case State::idle:
      return Effect::ready;
    case State::processing:
      return Effect::busy;
    case State::stopped:
      return Effect::stops;
    case State::offline:
      return Effect::offline;
  }
  return Effect::nothing;
}

Tray* find_tray(std::vector<Tray>& trays, std::string_view name) {
  const auto at =
      std::find_if(trays.begin(), trays.end(), [&](const Tray& tray) { return tray.name == name; });
  return at == trays.end() ? nullptr : &*at;
}

// "INTRAY2" -> "tray1", "INTRAY2SIZE" with rest "SIZE" likewise; empty when it is neither.
std::string tray_of_variable(std::string_view variable, std::string_view rest) {
  constexpr std::string_view kInTray = "intray";
  const std::string name = lower(variable);
  if (!name.starts_with(kInTray) || !name.ends_with(lower(rest))) return {};
  const auto digit =
      number(std::string_view(name).substr(kInTray.size(), name.size() - kInTray.size() - rest.size()));
  return digit ? tray_of_digit(*digit) : std::string();
}

}  // namespace

Changes StatusTracker::told(const Message& message) {
  const PrinterStatus before = status_;
  if (!std::holds_alternative<Noise>(message)) link_ = Link::up;
  std::visit([this](const auto& what) { hear(what); }, message);
  return conclude(before);
}

Changes StatusTracker::told(const PostscriptMessage& message) {
  const PrinterStatus before = status_;
  link_ = Link::up;
  hear_condition(condition(message), message.text);
  return conclude(before);
}

Changes StatusTracker::reconsider() {
  const PrinterStatus before = status_;
  return conclude(before);
}

Changes StatusTracker::polled(const PrinterStatus& answer) {
  const PrinterStatus before = status_;
  if (answer.state == State::unknown) return conclude(before);
  link_ = Link::up;
  polled_ = true;
  polled_reasons_ = answer.reasons;
  polled_reasons_.resize(std::min(polled_reasons_.size(), max_notes));
  if (!heard_) {
    now_ = {effect_of(answer.state), std::exchange(polled_reasons_, {})};
    status_.message = answer.message;
  }
  // The printer's own word on what stops it, or whether it sleeps, is newer.
  std::erase_if(polled_reasons_,
                [](const Reason& reason) { return rest_mapping(reason.keyword) != nullptr; });
  for (Reason& reason : polled_reasons_) reason.severity = std::min(reason.severity, Severity::warning);
  if (!told_supplies_) {
    if (!answer.supplies.empty()) {
      status_.supplies = answer.supplies;
      told_by_poll_ = true;
    }
    if (!answer.trays.empty()) status_.trays = answer.trays;
  }
  status_.page_count = std::max(status_.page_count, answer.page_count);
  if (status_.model.empty()) {
    status_.model = answer.model;
    status_.device_id = answer.device_id;
  }
  return conclude(before);
}

Changes StatusTracker::connected() {
  const PrinterStatus before = status_;
  link_ = Link::up;
  forget();
  return conclude(before);
}

Changes StatusTracker::lost(std::string_view uri) {
  const PrinterStatus before = status_;
  link_ = Link::lost;
  uri_ = uri;
  forget();
  status_.message.clear();
  return conclude(before);
}

Changes StatusTracker::silent() {
  const PrinterStatus before = status_;
  if (link_ == Link::up) link_ = Link::silent;
  return conclude(before);
}

Changes StatusTracker::device_id(std::string_view bytes) {
  const PrinterStatus before = status_;
  if (auto id = parse_device_id(bytes)) {
    id_from_wire_ = true;
    take(std::move(*id));
  }
  return conclude(before);
}

void StatusTracker::forget() {
  heard_ = false;
  polled_ = false;
  job_open_ = false;
  now_ = {};
  notes_.clear();
  polled_reasons_.clear();
}

void StatusTracker::hear(const Unsolicited& message) {
  switch (message.kind) {
    case Unsolicited::Kind::device:
    case Unsolicited::Kind::timed:
      hear_status(message.fields);
      break;
    case Unsolicited::Kind::job:
      if (const auto news = job_news(message)) {
        job_open_ = news->what == JobNews::What::started;
        drop_rest();
        // Some printers never say that they are ready again.
        if (!job_open_ && now_.effect == Effect::busy) now_.effect = Effect::ready;
      }
      break;
    case Unsolicited::Kind::page:
      if (status_.page_count > 0) ++status_.page_count;
      break;
  }
}

void StatusTracker::hear(const Reply& reply) {
  if (reply.unsupported()) return;
  if (reply.answers("INFO STATUS"))
    hear_status(reply.fields);
  else if (reply.answers("INFO SUPPLIES"))
    hear_supplies(reply);
  else if (reply.answers("INFO CONFIG"))
    hear_config(reply);
  else if (reply.answers("INFO VARIABLES"))
    hear_variables(reply);
  else if (reply.answers("INFO ID") && !reply.fields.empty())
    hear_name(reply.fields[0].value);
  else if (reply.answers("INFO PAGECOUNT") && !reply.fields.empty()) {
    const std::string* named = find(reply.fields, "PAGECOUNT");
    if (const auto count = number(named ? *named : reply.fields[0].value)) status_.page_count = *count;
  }
}

void StatusTracker::hear_status(const std::vector<Field>& fields) {
  const std::string* code = find(fields, "CODE");
  const std::string* words = find(fields, "DISPLAY");
  const std::string* online = find(fields, "ONLINE");
  if (!code && !words) return;
  const std::uint32_t value = code ? number(*code).value_or(0) : 0;
  hear_condition(condition(value, words ? *words : "", !online || !same_word(*online, "FALSE")),
                 words ? *words : "");
}

void StatusTracker::hear_condition(Condition heard, std::string_view words) {
  if (heard.effect == Effect::nothing) return;
  if (!std::exchange(heard_, true)) polled_reasons_.clear();
  status_.message = words;
  for (const Reason& reason : heard.reasons)
    if (about_supplies(reason) && reason.keyword.ends_with("-empty") && called_empty_.size() < max_supplies)
      called_empty_.push_back(reason.component);
  heed_empty(heard.effect);
  if (heard.effect == Effect::ready) {
    notes_.clear();
    polled_reasons_.clear();
  }
  if (heard.effect != Effect::note) drop_rest();
  if (heard.effect == Effect::stops || heard.effect == Effect::offline) {
    now_ = std::move(heard);
    return;
  }
  for (const Reason& reason : heard.reasons)
    if (notes_.size() < max_notes) add_once(notes_, reason);
  // A note does not say what the printer does; but it no longer waits for a person.
  if (heard.effect == Effect::note)
    heard.effect =
        now_.effect == Effect::busy || now_.effect == Effect::resting ? now_.effect : Effect::ready;
  now_ = {heard.effect, {}};
}

void StatusTracker::hear_supplies(const Reply& reply) {
  std::vector<Supply> supplies;
  std::vector<Tray> trays;
  for (const std::string& line : reply.lines) {
    const std::vector<Field> fields = parse_fields(line);
    if (fields.empty() || !fields[0].name.empty()) continue;
    if (same_word(fields[0].value, "SUPPLY") && supplies.size() < max_supplies)
      supplies.push_back(supply_of(fields));
    if (!same_word(fields[0].value, "TRAY") || trays.size() >= max_trays) continue;
    trays.push_back(tray_of(fields));
  }
  if (supplies.empty() && trays.empty()) return;
  told_supplies_ = true;
  status_.supplies = std::move(supplies);
  if (!trays.empty()) status_.trays = std::move(trays);
  drop_stale_notes();
}

// One that goes on with a used up cartridge is busy, and says it again; only one that is ready has got
// another.
void StatusTracker::heed_empty(Effect effect) {
  if (effect != Effect::ready) return;
  for (const std::string& component : std::exchange(called_empty_, {})) {
    const bool one_supply = component.ends_with("-toner") || component.ends_with("-ink");
    if (one_supply) book_.replaced(component);
  }
}

// Its own complaints know better than our count.
void StatusTracker::heed_complaints() {
  std::vector<Reason> told = now_.reasons;
  told.insert(told.end(), notes_.begin(), notes_.end());
  for (Supply& supply : status_.supplies) {
    if (!supply.estimated) continue;
    for (const Reason& reason : told) {
      if (!about_supplies(reason) || reason.component != component_of(supply)) continue;
      if (reason.keyword.ends_with("-empty")) supply.level = 0;
      if (reason.keyword.ends_with("-low")) supply.level = std::min(supply.level, supply.low_level);
    }
  }
}

// Whatever it does now, it no longer sleeps or warms up.
void StatusTracker::drop_rest() {
  std::erase_if(notes_, [](const Reason& note) { return rest_mapping(note.keyword) != nullptr; });
}

// A note lasts until the printer is ready; but one with another tray empty may not be ready for weeks. What
// it has just told of its levels is newer.
void StatusTracker::drop_stale_notes() {
  const bool supplies_well = std::none_of(
      status_.supplies.begin(), status_.supplies.end(),
      [](const Supply& supply) { return supply.level == level_unknown || supply_reason(supply); });
  std::erase_if(notes_, [&](const Reason& note) {
    if (note.keyword == "media-empty" || note.keyword == "media-low") {
      const Tray* tray = find_tray(status_.trays, note.component);
      return tray && tray->level > 0 && !tray_reason(*tray);
    }
    return supplies_well && about_supplies(note);
  });
}

void StatusTracker::hear_config(const Reply& reply) {
  std::string heading;
  std::vector<std::string> languages;
  for (const std::string& line : reply.lines) {
    if (!line.starts_with('\t')) {
      heading = lower(line.substr(0, line.find_first_of("[=")));
      heading = trim(heading);
      continue;
    }
    const std::vector<Field> option = parse_fields(line);
    if (option.empty()) continue;
    if (heading == "languages" && languages.size() < max_trays) languages.push_back(option[0].value);
    const std::string tray = heading == "in trays" ? tray_of_variable(option[0].value, "") : "";
    if (!tray.empty() && !find_tray(status_.trays, tray)) status_.trays.push_back({.name = tray});
  }
  if (languages.empty()) return;
  languages_ = std::move(languages);
  if (!id_from_wire_ && !status_.model.empty()) take(device_id_from_name(status_.model, languages_));
}

void StatusTracker::hear_variables(const Reply& reply) {
  for (const Field& field : reply.fields) {
    const std::string name = tray_of_variable(field.name, "SIZE");
    if (Tray* tray = name.empty() ? nullptr : find_tray(status_.trays, name))
      tray->size = media_keyword(field.value);
  }
}

void StatusTracker::hear_name(std::string_view name) {
  if (!id_from_wire_ && !name.empty()) take(device_id_from_name(name, languages_));
}

void StatusTracker::take(DeviceId id) {
  status_.model = id.full_model();
  status_.device_id = std::move(id.text);
}

// A printer that tells no levels still shows by its complaints what it consists of.
void StatusTracker::imply_supplies() {
  if (told_supplies_) return;
  for (const Reason& reason : status_.reasons) {
    const bool ink = reason.component.ends_with("ink");
    if (!ink && !reason.component.ends_with("toner")) continue;
    const std::string color = color_value(reason.component);
    const bool known = std::any_of(status_.supplies.begin(), status_.supplies.end(),
                                   [&](const Supply& supply) { return supply.color == color; });
    if (known || is_waste(reason.component) || status_.supplies.size() >= max_supplies) continue;
    std::string name = reason.component;
    std::replace(name.begin(), name.end(), '-', ' ');
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    status_.supplies.push_back({.name = name, .type = ink ? "ink" : "toner", .color = color});
  }
}

// The panel tells of an empty tray at once, the next INFO SUPPLIES comes later.
void StatusTracker::imply_tray_levels(const std::vector<Reason>& before) {
  std::vector<Reason> panel = notes_;
  panel.insert(panel.end(), now_.reasons.begin(), now_.reasons.end());
  for (const Reason& reason : before)
    if (reason.code != 0 && reason.keyword == "media-empty" && !has(panel, reason))
      if (Tray* tray = find_tray(status_.trays, reason.component); tray && tray->level == 0)
        tray->level = level_some;
  for (const Reason& reason : panel)
    if (reason.keyword == "media-empty")
      if (Tray* tray = find_tray(status_.trays, reason.component)) tray->level = 0;
}

std::vector<Reason> StatusTracker::all_reasons() const {
  std::vector<Reason> reasons;
  if (link_ == Link::lost)
    reasons.push_back({"connecting-to-device", Severity::error, "",
                       "The printer cannot be reached at " + uri_ + ". Check that it is switched on.", 0});
  if (link_ == Link::silent)
    reasons.push_back(
        {"timed-out", Severity::error, "",
         "The printer takes no data and does not answer. Check it; if need be, switch it off and on.", 0});
  for (const Reason& reason : now_.reasons) add_once(reasons, reason);
  for (const Reason& reason : notes_) add_once(reasons, reason);
  for (const Reason& reason : polled_reasons_) add_once(reasons, reason);
  for (const Supply& supply : status_.supplies)
    if (const auto reason = supply_reason(supply)) add_once(reasons, *reason);
  for (const Tray& tray : status_.trays) {
    if (const auto reason = tray_reason(tray)) add_once(reasons, *reason);
    if (tray.level == level_unavailable)
      add_once(reasons, {"input-tray-missing", Severity::warning, tray.name,
                         tray_name(tray.name) + " is missing. Put it in.", 0});
  }
  for (const Reason& reason : reasons) {
    for (Reason& other : reasons) {
      if (!tells_less(reason, other)) continue;
      other.severity = std::max(other.severity, reason.severity);
      other.code = std::max(other.code, reason.code);
    }
  }
  std::vector<Reason> telling;
  for (const Reason& reason : reasons)
    if (std::none_of(reasons.begin(), reasons.end(), [&](const Reason& r) { return tells_less(reason, r); }))
      telling.push_back(reason);
  std::stable_sort(telling.begin(), telling.end(),
                   [](const Reason& a, const Reason& b) { return a.severity > b.severity; });
  return telling;
}

State StatusTracker::state() const {
  if (link_ == Link::unknown) return State::unknown;
  if (link_ == Link::lost || now_.effect == Effect::offline) return State::offline;
  if (link_ == Link::silent || now_.effect == Effect::stops) return State::stopped;
  if (job_open_ || now_.effect == Effect::busy) return State::processing;
  return heard_ || polled_ ? State::idle : State::unknown;
}

Changes StatusTracker::conclude(const PrinterStatus& before) {
  imply_tray_levels(before.reasons);
  book_.apply(status_, told_supplies_ || told_by_poll_);
  heed_complaints();
  status_.reasons = all_reasons();
  imply_supplies();
  status_.state = state();
  status_.online = status_.state == State::idle || status_.state == State::processing;

  Changes changes;
  changes.any = status_ != before;
  changes.state = status_.state != before.state;
  changes.supplies = status_.supplies != before.supplies;
  changes.trays = status_.trays != before.trays;
  changes.begun = missing_in(before.reasons, status_.reasons);
  changes.ended = missing_in(status_.reasons, before.reasons);
  return changes;
}

}  // namespace platen::bidi
