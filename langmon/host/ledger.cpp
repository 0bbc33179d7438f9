#include "langmon/host/ledger.hpp"

#include <algorithm>
#include <array>

#include "bidi/sentence.hpp"

namespace platen::langmon {
namespace {

// Long enough that who watches was told; short enough for whoever reads the log along.
constexpr Duration log_delay = std::chrono::milliseconds(50);

std::string_view word(wire::JobOutcome outcome) {
  static constexpr std::array<std::string_view, 6> words{"completed",   "sent",       "canceled",
                                                         "interrupted", "broken off", "not understood"};
  return words[static_cast<std::size_t>(outcome)];
}

}  // namespace

Ledger::News Ledger::next(Cursor& cursor) const {
  if (cursor.status < status_.serial) {
    cursor.status = status_.serial;
    return wire::StatusChangedRequest{status_.value};
  }
  for (const auto& end : ends_)
    if (cursor.ends.insert(end.serial).second) return wire::JobEndedRequest{end.value};
  if (cursor.operator_call < call_.serial) {
    cursor.operator_call = call_.serial;
    return call_.value;
  }
  if (cursor.progress < progress_.serial) {
    cursor.progress = progress_.serial;
    return wire::JobProgressRequest{progress_.value};
  }
  return {};
}

std::vector<wire::JobEndReport> Ledger::ended() const {
  std::vector<wire::JobEndReport> out;
  for (const auto& end : ends_) out.push_back(end.value);
  return out;
}

Result<void> Ledger::acknowledge(std::uint32_t job) {
  if (std::erase_if(ends_, [job](const auto& end) { return end.value.job == job; }) == 0)
    return fail(Errc::not_found, "acknowledge the end of job " + std::to_string(job), "on this printer");
  return {};
}

void Ledger::forget(std::uint32_t job) {
  std::erase_if(ends_, [job](const auto& end) { return end.value.job == job; });
}

void Ledger::status_changed(const bidi::PrinterStatus& status) {
  status_ = {++serial_, status};
  changed_.notify();
  if (!log_status_) log_status_ = clock_.set(clock_.now() + log_delay, [this] { log_status(); });
}

void Ledger::log_status() {
  const auto rung = std::move(log_status_);
  std::string now = bidi::sentence(status_.value);
  if (now != logged_) log_->info("{}", now);
  logged_ = std::move(now);
}

void Ledger::job_progress(const wire::JobProgressReport& progress) {
  progress_ = {++serial_, progress};
  changed_.notify();
}

void Ledger::job_ended(const wire::JobEndReport& end) {
  if (log_status_) log_status();
  log_->info("job {}: {} after {} pages, {} bytes. {}", end.job, word(end.outcome), end.pages_out,
             end.bytes_sent, end.sentence);
  // What the job did or wanted is no news after its end.
  progress_.serial = call_.serial = 0;
  ends_.push_back({++serial_, end});
  changed_.notify();
}

void Ledger::needs_operator(std::uint32_t job, const bidi::Reason& reason) {
  call_ = {++serial_, {job, reason}};
  changed_.notify();
}

void Ledger::keep_supplies(std::string text) {
  if (supplies_) supplies_->keep(std::move(text));
}

}  // namespace platen::langmon
