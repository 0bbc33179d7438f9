#include "virtual/device.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace platen::vprinter {
namespace {

// The codes are those of the Lexmark technical references; see docs/architecture.md for the tray digit.
constexpr int kReady = 10001, kNotReady = 10002, kWarmingUp = 10003, kPowerSave = 35078, kSupplyLow = 10006,
              kCanceling = 10007, kBusy = 10023, kTrayEmpty = 11000, kCoverOpen = 40021, kSupplyEmpty = 40038,
              kLoadTray = 41000, kJam = 42001;
constexpr double kNominalCoverage = 0.05;

// "Tray 1", "tray-1" and "TRAY1" are one.
std::string plain(std::string_view name) {
  std::string out;
  for (char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)))
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

int media_code(int group, const TrayModel& tray, const Paper& paper) {
  return group + tray.digit * 100 + paper.media_code;
}

}  // namespace

int Supply::level() const {
  return static_cast<int>(std::floor(std::clamp(percent, 0.0, 100.0)));
}

Device::Device(const Model& model) : model_(&model) {
  for (const SupplyModel& supply : model.supplies) supplies_.push_back({&supply});
  for (const TrayModel& tray : model.trays) trays_.push_back({&tray, tray.level, tray.paper});
  status_ = worst();
}

bool Device::can_print() const {
  return faults_.empty() && std::ranges::none_of(supplies_, &Supply::empty);
}

int Device::watch(Watcher watcher) {
  watchers_.emplace(++next_watcher_, std::move(watcher));
  return next_watcher_;
}

void Device::unwatch(int number) {
  watchers_.erase(number);
}

void Device::set_fault(Fault fault, bool present) {
  if (present)
    faults_.insert(fault);
  else
    faults_.erase(fault);
  refresh();
}

void Device::set_operator_message(int code, std::string text) {
  operator_message_ = {code, std::move(text), false};
  set_fault(Fault::operator_message, true);
}

void Device::set_ready_message(std::string text) {
  ready_message_ = std::move(text);
  refresh();
}

void Device::set_rest(Rest rest) {
  rest_ = rest;
  refresh();
}

void Device::set_busy(bool busy) {
  busy_ = busy;
  if (busy) rest_ = Rest::none;
  refresh();
}

void Device::set_canceling(bool canceling) {
  canceling_ = canceling;
  refresh();
}

bool Device::set_supply(std::string_view name, double percent) {
  const std::string wanted = plain(name);
  auto found = std::ranges::find_if(
      supplies_, [&wanted](const Supply& supply) { return plain(supply.model->name) == wanted; });
  if (found == supplies_.end())
    found = std::ranges::find_if(supplies_, [&wanted](const Supply& supply) {
      const std::string colorant = plain(pjl_word(supply.model->colorant));
      return wanted == colorant || wanted == colorant + "toner";
    });
  if (found == supplies_.end() || !std::isfinite(percent)) return false;
  found->percent = std::clamp(percent, 0.0, 100.0);
  refresh();
  return true;
}

Tray* Device::find_tray(std::string_view name) {
  const std::string wanted = plain(name);
  auto found = std::ranges::find_if(trays_, [&wanted](const Tray& tray) {
    const std::string full = plain(tray.model->name);
    return full == wanted || (full.starts_with(wanted) && wanted == "multipurpose");
  });
  return found == trays_.end() ? nullptr : &*found;
}

bool Device::take_paper_out(std::string_view name) {
  Tray* tray = find_tray(name);
  if (!tray) return false;
  tray->sheets = 0;
  refresh();
  return true;
}

bool Device::put_paper_in(std::string_view name, std::optional<int> sheets) {
  Tray* tray = find_tray(name);
  if (!tray) return false;
  tray->sheets = std::clamp(sheets.value_or(tray->model->capacity), 0, tray->model->capacity);
  // People load what the display asks for.
  if (wanted_ && &trays_[wanted_->tray] == tray) tray->paper = wanted_->paper;
  refresh();
  return true;
}

std::optional<std::size_t> Device::feed_for(const Page& page) {
  auto fits = [&page](const Tray& tray) { return tray.paper == page.paper; };
  auto named = std::ranges::find_if(trays_, [&page](const Tray& tray) {
    return std::ranges::find(tray.model->pcl_sources, page.source) != tray.model->pcl_sources.end();
  });
  auto chosen = named;
  if (named == trays_.end()) {
    chosen =
        std::ranges::find_if(trays_, [&fits](const Tray& tray) { return fits(tray) && tray.sheets > 0; });
    if (chosen == trays_.end()) chosen = std::ranges::find_if(trays_, fits);
    if (chosen == trays_.end()) chosen = trays_.begin();
  }
  const auto index = static_cast<std::size_t>(chosen - trays_.begin());
  if (chosen->sheets > 0 && fits(*chosen)) {
    want(std::nullopt);
    return index;
  }
  want(Wanted{index, page.paper});
  return std::nullopt;
}

void Device::wait_for_nothing() {
  want(std::nullopt);
}

void Device::want(std::optional<Wanted> wanted) {
  if (wanted_ == wanted) return;
  wanted_ = wanted;
  refresh();
}

void Device::use_sheet(std::size_t tray) {
  --trays_[tray].sheets;
  refresh();
}

void Device::use_supplies(const Page& page) {
  for (Supply& supply : supplies_) {
    double pages = 1;
    if (supply.model->kind == SupplyKind::toner || supply.model->kind == SupplyKind::ink) {
      pages = 0;
      for (const Plane& plane : page.planes)
        if (plane.colorant == supply.model->colorant) pages += plane.bitmap.coverage() / kNominalCoverage;
    }
    supply.percent = std::max(0.0, supply.percent - 100 * pages / supply.model->yield);
  }
  refresh();
}

Status Device::worst() const {
  for (Fault fault : faults_) switch (fault) {
      case Fault::cover_open:
        return {kCoverOpen, "Close door", false};
      case Fault::jam:
        return {kJam, "200 Paper Jam", false};
      case Fault::operator_message:
        return operator_message_;
      case Fault::offline:
        break;  // less grave than what follows
    }
  for (const Supply& supply : supplies_)
    if (supply.empty()) return {kSupplyEmpty, std::string(supply.model->empty_text), false};
  if (wanted_) {
    const TrayModel& tray = *trays_[wanted_->tray].model;
    return {media_code(kLoadTray, tray, *wanted_->paper),
            "Load " + std::string(tray.name) + " " + std::string(wanted_->paper->name), false};
  }
  if (faults_.contains(Fault::offline)) return {kNotReady, "Not Ready", false};
  if (canceling_) return {kCanceling, "Canceling Job", true};
  for (const Supply& supply : supplies_)
    if (supply.low()) return {kSupplyLow, std::string(supply.model->low_text), true};
  for (const Tray& tray : trays_)
    if (tray.sheets == 0 && tray.model->expects_paper)
      return {media_code(kTrayEmpty, *tray.model, *tray.paper), std::string(tray.model->name) + " Empty",
              true};
  if (busy_) return {kBusy, "Busy", true};
  if (rest_ == Rest::warm_up) return {kWarmingUp, "Warming Up", true};
  if (rest_ == Rest::sleep) return {kPowerSave, "Power Saver", true};
  return {kReady, ready_message_.empty() ? "Ready" : ready_message_, true};
}

void Device::refresh() {
  Status now = worst();
  if (now == status_) return;
  status_ = std::move(now);
  for (const auto& [number, watcher] : watchers_) watcher(status_);
}

}  // namespace platen::vprinter
