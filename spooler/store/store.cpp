#include "spooler/store/store.hpp"

#include <algorithm>

#include "spooler/model/model_json.hpp"
#include "spooler/store/schema.hpp"
#include "spooler/store/sqlite.hpp"

namespace platen::spooler {
namespace {

std::int64_t stamp(WallTime when) {
  return std::chrono::duration_cast<std::chrono::microseconds>(when.time_since_epoch()).count();
}

std::optional<std::int64_t> stamp(const std::optional<WallTime>& when) {
  return when ? std::optional(stamp(*when)) : std::nullopt;
}

WallTime moment(std::int64_t microseconds) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::microseconds(microseconds)));
}

std::optional<WallTime> moment(const std::optional<std::int64_t>& microseconds) {
  return microseconds ? std::optional(moment(*microseconds)) : std::nullopt;
}

std::uint32_t small(std::int64_t number) {
  return static_cast<std::uint32_t>(number);
}

constexpr const char* kOpen =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"  // a job that was acknowledged survives a power cut
    "PRAGMA foreign_keys = ON;";
constexpr const char* kAddPrinter =
    "INSERT INTO printers (uri, model, gpd, accepting, paused, capabilities, changed, name)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING number";
constexpr const char* kSavePrinter =
    "UPDATE printers SET uri = ?1, model = ?2, gpd = ?3, accepting = ?4, paused = ?5, capabilities = ?6,"
    " changed = ?7 WHERE name = ?8";
constexpr const char* kJobColumns =
    "id, printer, name, user, type, size, state, incoming, reason, sentence, pages_done, pages_before, "
    "rendered, pages,"
    " copies, attempts, options, previews, created, started, finished, note";
constexpr int kJobColumnCount = 22;

std::string job_marks() {
  std::string marks;
  for (int i = 1; i <= kJobColumnCount; ++i) marks += (i > 1 ? ", ?" : "?") + std::to_string(i);
  return marks;
}

void bind_printer(Statement& to, const PrinterRecord& record) {
  const Printer& printer = record.printer;
  to.reset();
  to.bind(1, printer.uri);
  to.bind(2, printer.model);
  to.bind(3, record.gpd.string());
  to.bind(4, std::int64_t{printer.accepting});
  to.bind(5, std::int64_t{printer.paused});
  to.bind(6, write_capabilities(printer.can));
  to.bind(7, stamp(printer.changed));
  to.bind(8, printer.name);
}

void bind_job(Statement& to, const JobRecord& record) {
  const Job& job = record.job;
  to.reset();
  to.bind(1, std::int64_t{job.id});
  to.bind(2, job.printer);
  to.bind(3, job.name);
  to.bind(4, job.user);
  to.bind(5, job.type);
  to.bind(6, static_cast<std::int64_t>(job.size));
  to.bind(7, static_cast<std::int64_t>(job.state));
  to.bind(8, std::int64_t{job.incoming});
  to.bind(9, job.reason);
  to.bind(10, job.sentence);
  to.bind(11, std::int64_t{std::max(job.pages_done, record.pages_out)});
  to.bind(12, std::int64_t{record.pages_before});
  to.bind(13, std::int64_t{record.rendered});
  to.bind(14, job.pages ? std::optional(std::int64_t{*job.pages}) : std::nullopt);
  to.bind(15, std::int64_t{job.copies});
  to.bind(16, std::int64_t{job.attempts});
  to.bind(17, write_options(job.options));
  to.bind(18, std::int64_t{job.previews});
  to.bind(19, stamp(job.created));
  to.bind(20, stamp(job.started));
  to.bind(21, stamp(job.finished));
  to.bind(22, record.note);
}

JobRecord read_job(const Statement& row) {
  JobRecord record;
  Job& job = record.job;
  job.id = small(row.number(0));
  job.printer = row.text(1);
  job.name = row.text(2);
  job.user = row.text(3);
  job.type = row.text(4);
  job.size = static_cast<std::uint64_t>(row.number(5));
  job.state = static_cast<JobState>(row.number(6));
  job.incoming = row.number(7) != 0;
  job.reason = row.text(8);
  job.sentence = row.text(9);
  job.pages_done = small(row.number(10));
  record.pages_before = small(row.number(11));
  record.rendered = row.number(12) != 0;
  if (auto pages = row.maybe_number(13)) job.pages = small(*pages);
  job.copies = small(row.number(14));
  job.attempts = small(row.number(15));
  job.options = read_options(row.text(16));
  job.previews = small(row.number(17));
  job.created = moment(row.number(18));
  job.started = moment(row.maybe_number(19));
  job.finished = moment(row.maybe_number(20));
  record.note = row.text(21);
  return record;
}

}  // namespace

class Store::Tables {
 public:
  Result<StoreContents> open(const std::filesystem::path& file) {
    auto opened = Database::open(file);
    if (!opened) return opened.error();
    database_.emplace(std::move(*opened));
    if (auto set = database_->execute(kOpen); !set) return set.error();
    if (auto migrated = migrate(*database_); !migrated) return migrated.error();

    const std::string marks = job_marks();
    const std::string columns = kJobColumns;
    for (auto [statement, sql] : std::initializer_list<std::pair<std::optional<Statement>*, std::string>>{
             {&add_printer_, kAddPrinter},
             {&save_printer_, kSavePrinter},
             {&remove_printer_, "DELETE FROM printers WHERE name = ?1"},
             {&add_job_, "INSERT INTO jobs (" + columns + ") VALUES (" + marks + ")"},
             {&save_job_, "UPDATE jobs SET (" + columns + ") = (" + marks + ") WHERE id = ?1"},
             {&remove_job_, "DELETE FROM jobs WHERE id = ?1"}}) {
      auto prepared = database_->prepare(sql);
      if (!prepared) return prepared.error();
      statement->emplace(std::move(*prepared));
    }
    return read_all();
  }

  Result<std::int64_t> add(const PrinterRecord& record) {
    bind_printer(*add_printer_, record);
    auto row = add_printer_->step();
    if (!row) {
      add_printer_->reset();
      return row.error();
    }
    const std::int64_t number = add_printer_->number(0);
    // The commit happens when the statement has run to its end.
    auto done = add_printer_->step();
    add_printer_->reset();
    if (!done) return done.error();
    return number;
  }

  Result<void> save(const PrinterRecord& record) {
    bind_printer(*save_printer_, record);
    return save_printer_->run();
  }

  Result<void> remove_printer(const std::string& name) {
    remove_printer_->reset();
    remove_printer_->bind(1, name);
    return remove_printer_->run();
  }

  Result<void> add(const JobRecord& record) {
    bind_job(*add_job_, record);
    return add_job_->run();
  }

  Result<void> save(const JobRecord& record) {
    bind_job(*save_job_, record);
    return save_job_->run();
  }

  Result<void> remove_jobs(const std::vector<std::uint32_t>& ids) {
    return database_->transaction([this, &ids]() -> Result<void> {
      for (const auto id : ids) {
        remove_job_->reset();
        remove_job_->bind(1, std::int64_t{id});
        if (auto removed = remove_job_->run(); !removed) return removed;
      }
      return {};
    });
  }

 private:
  Result<StoreContents> read_all() {
    StoreContents contents;
    auto printers = database_->prepare(
        "SELECT number, name, uri, model, gpd, accepting, paused, capabilities, changed FROM printers ORDER "
        "BY name");
    if (!printers) return printers.error();
    for (;;) {
      auto row = printers->step();
      if (!row) return row.error();
      if (!*row) break;
      PrinterRecord record;
      record.number = printers->number(0);
      record.printer.name = printers->text(1);
      record.printer.uri = printers->text(2);
      record.printer.model = printers->text(3);
      record.gpd = printers->text(4);
      record.printer.accepting = printers->number(5) != 0;
      record.printer.paused = printers->number(6) != 0;
      auto can = read_capabilities(printers->text(7));
      if (!can) return can.error();
      record.printer.can = std::move(*can);
      record.printer.changed = moment(printers->number(8));
      contents.printers.push_back(std::move(record));
    }
    auto jobs = database_->prepare(std::string("SELECT ") + kJobColumns + " FROM jobs ORDER BY id");
    if (!jobs) return jobs.error();
    for (;;) {
      auto row = jobs->step();
      if (!row) return row.error();
      if (!*row) break;
      contents.jobs.push_back(read_job(*jobs));
    }
    auto last = database_->prepare("SELECT seq FROM sqlite_sequence WHERE name = 'jobs'");
    if (!last) return last.error();
    auto row = last->step();
    if (!row) return row.error();
    if (*row) contents.last_job = small(last->number(0));
    return contents;
  }

  std::optional<Database> database_;  // before the statements: closed after them
  std::optional<Statement> add_printer_, save_printer_, remove_printer_, add_job_, save_job_, remove_job_;
};

Store::Store(Worker& worker) : worker_(worker), tables_(std::make_shared<Tables>()) {}
Store::~Store() = default;

Task<Result<StoreContents>> Store::open(std::filesystem::path file) {
  return worker_.run([tables = tables_, file = std::move(file)] { return tables->open(file); });
}

Task<Result<std::int64_t>> Store::add(PrinterRecord record) {
  return worker_.run([tables = tables_, record = std::move(record)] { return tables->add(record); });
}

Task<Result<void>> Store::save(PrinterRecord record) {
  return worker_.run([tables = tables_, record = std::move(record)] { return tables->save(record); });
}

Task<Result<void>> Store::remove_printer(std::string name) {
  return worker_.run([tables = tables_, name = std::move(name)] { return tables->remove_printer(name); });
}

Task<Result<void>> Store::add(JobRecord record) {
  return worker_.run([tables = tables_, record = std::move(record)] { return tables->add(record); });
}

Task<Result<void>> Store::save(JobRecord record) {
  return worker_.run([tables = tables_, record = std::move(record)] { return tables->save(record); });
}

Task<Result<void>> Store::remove_jobs(std::vector<std::uint32_t> ids) {
  return worker_.run([tables = tables_, ids = std::move(ids)] { return tables->remove_jobs(ids); });
}

}  // namespace platen::spooler
