#include "spooler/store/book.hpp"

#include <algorithm>

namespace platen::spooler {

Book::Book(Clock& clock, boost::asio::any_io_executor executor, Worker& worker)
    : clock_(clock), store_(worker), announcer_(clock, std::move(executor)) {}

Task<Result<void>> Book::open(std::filesystem::path file) {
  auto contents = co_await store_.open(std::move(file));
  if (!contents) co_return contents.error();
  last_job_ = contents->last_job;
  for (auto& record : contents->printers) printers_.emplace(record.printer.name, std::move(record));
  for (auto& record : contents->jobs) {
    index(record);
    jobs_.emplace(record.job.id, std::move(record));
  }
  co_return Result<void>();
}

const PrinterRecord* Book::find_printer(const std::string& name) const {
  auto found = printers_.find(name);
  return found == printers_.end() ? nullptr : &found->second;
}

const JobRecord* Book::find_job(std::uint32_t id) const {
  auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}

const std::set<std::uint32_t>& Book::open_jobs(const std::string& printer) const {
  static const std::set<std::uint32_t> none;
  auto found = open_jobs_.find(printer);
  return found == open_jobs_.end() ? none : found->second;
}

Printer Book::view(const PrinterRecord& record) const {
  Printer printer = record.printer;
  printer.queued = static_cast<std::uint32_t>(open_jobs(printer.name).size());
  return printer;
}

void Book::index(const JobRecord& record) {
  auto& open = open_jobs_[record.job.printer];
  const bool was_open = open.contains(record.job.id);
  const bool is_open = !is_over(record.job.state);
  if (was_open == is_open) return;
  if (is_open)
    open.insert(record.job.id);
  else
    open.erase(record.job.id);
  announce_printer(record.job.printer);  // its number of waiting jobs
}

void Book::announce_printer(const std::string& name) {
  if (const auto* record = find_printer(name)) announcer_.announce(PrinterChanged{view(*record)});
}

Task<Result<void>> Book::add_job(JobRecord record) {
  auto added = co_await store_.add(record);
  if (!added) co_return added.error();
  const auto id = record.job.id;
  // The printer may have been removed meanwhile, and its jobs with it.
  if (!printers_.contains(record.job.printer))
    co_return fail(Errc::not_found, "print on", record.job.printer, "The printer was removed.");
  announcer_.announce(JobChanged{record.job});
  jobs_.insert_or_assign(id, record);
  index(record);
  co_return Result<void>();
}

void Book::touch_job(std::uint32_t id, const JobEdit& edit) {
  auto found = jobs_.find(id);
  if (found == jobs_.end()) return;
  edit(found->second);
  announcer_.announce(JobChanged{found->second.job});
  index(found->second);
}

Task<Result<void>> Book::change_job(std::uint32_t id, JobEdit edit) {
  touch_job(id, edit);
  const auto* record = find_job(id);
  if (record == nullptr) co_return fail(Errc::not_found, "change", "job " + std::to_string(id));
  JobRecord copy = *record;
  co_return co_await store_.save(std::move(copy));
}

Task<Result<void>> Book::add_pages(std::uint32_t id, std::uint32_t out, JobEdit told) {
  const auto* record = find_job(id);
  if (record == nullptr) co_return fail(Errc::not_found, "change", "job " + std::to_string(id));
  jobs_.at(id).pages_out = std::max(record->pages_out, out);
  JobRecord copy = *record;
  auto saved = co_await store_.save(std::move(copy));
  record = find_job(id);
  if (record == nullptr || record->job.state != JobState::processing) co_return saved;
  touch_job(id, [&told](JobRecord& changed) {
    changed.job.pages_done = std::max(changed.job.pages_done, changed.pages_out);
    told(changed);
  });
  co_return saved;
}

Task<Result<void>> Book::remove_jobs(std::vector<std::uint32_t> ids) {
  for (const auto id : ids) {
    auto found = jobs_.find(id);
    if (found == jobs_.end()) continue;
    const std::string printer = found->second.job.printer;
    open_jobs_[printer].erase(id);
    jobs_.erase(found);
    announcer_.announce(JobRemoved{id});
    announce_printer(printer);
  }
  co_return co_await store_.remove_jobs(std::move(ids));
}

Task<Result<void>> Book::add_printer(PrinterRecord record) {
  record.printer.changed = clock_.wall();
  auto number = co_await store_.add(record);
  if (!number) co_return number.error();
  record.number = *number;
  const std::string name = record.printer.name;
  printers_.insert_or_assign(name, std::move(record));
  announce_printer(name);
  co_return Result<void>();
}

void Book::touch_printer(const std::string& name, const PrinterEdit& edit) {
  auto found = printers_.find(name);
  if (found == printers_.end()) return;
  edit(found->second);
  found->second.printer.changed = clock_.wall();
  announce_printer(name);
}

Task<Result<void>> Book::change_printer(std::string name, PrinterEdit edit) {
  touch_printer(name, edit);
  const auto* record = find_printer(name);
  if (record == nullptr) co_return fail(Errc::not_found, "change", name);
  PrinterRecord copy = *record;
  co_return co_await store_.save(std::move(copy));
}

Task<Result<void>> Book::remove_printer(std::string name) {
  // The store first: as long as it has the printer, a start would bring it back.
  auto removed = co_await store_.remove_printer(name);
  if (!removed) co_return removed;
  std::erase_if(jobs_, [this, &name](const auto& entry) {
    if (entry.second.job.printer != name) return false;
    announcer_.announce(JobRemoved{entry.first});
    return true;
  });
  open_jobs_.erase(name);
  printers_.erase(name);
  announcer_.announce(PrinterRemoved{name});
  co_return Result<void>();
}

}  // namespace platen::spooler
