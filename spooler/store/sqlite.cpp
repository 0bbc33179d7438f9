#include "spooler/store/sqlite.hpp"

#include <sqlite3.h>

namespace platen::spooler {
namespace {

Error sqlite_error(sqlite3* database, const std::string& operation) {
  const int code = sqlite3_errcode(database);
  const char* file = sqlite3_db_filename(database, "main");
  const std::string object = file != nullptr && *file != '\0' ? file : "the spooler's store";
  switch (code & 0xff) {
    case SQLITE_FULL:
      return fail(Errc::no_space, operation, object, "The disk is full. Make room, then try again.");
    case SQLITE_IOERR:
      return fail(Errc::failed, operation, object,
                  "The disk may be full or failing. Make room or check it, then try again.");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fail(
          Errc::malformed, operation, object,
          "The file is damaged. Restore it from a backup, or move it away to begin with an empty store.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(Errc::busy, operation, object, "Another program has it open.");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return fail(Errc::denied, operation, object,
                  "Check that the folder exists and that platend may write to it.");
    default:
      return fail(Errc::failed, operation, object,
                  std::string("SQLite says: ") + sqlite3_errmsg(database) + ".");
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* raw) const {
  sqlite3_finalize(raw);
}

void Statement::reset() {
  sqlite3_reset(raw_.get());
  sqlite3_clear_bindings(raw_.get());
}

void Statement::bind(int index, const std::string& value) {
  sqlite3_bind_text64(raw_.get(), index, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(raw_.get(), index, value);
}

void Statement::bind(int index, const std::optional<std::int64_t>& value) {
  if (value) bind(index, *value);
}

Result<bool> Statement::step() {
  switch (sqlite3_step(raw_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return sqlite_error(sqlite3_db_handle(raw_.get()), "write to");
  }
}

Result<void> Statement::run() {
  auto row = step();
  // Reset at once: a statement left open would keep its transaction open.
  sqlite3_reset(raw_.get());
  if (!row) return row.error();
  return {};
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(raw_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(raw_.get(), column))};
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(raw_.get(), column);
}

std::optional<std::int64_t> Statement::maybe_number(int column) const {
  if (sqlite3_column_type(raw_.get(), column) == SQLITE_NULL) return std::nullopt;
  return number(column);
}

void Database::Close::operator()(sqlite3* raw) const {
  sqlite3_close_v2(raw);
}

Result<Database> Database::open(const std::filesystem::path& file) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database;
  database.raw_.reset(raw);
  if (code != SQLITE_OK)
    return fail(Errc::denied, "open", file.string(),
                "Check that the folder exists and that platend may write to it.");
  sqlite3_extended_result_codes(raw, 1);
  return database;
}

Result<Statement> Database::prepare(const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(raw_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) != SQLITE_OK)
    return sqlite_error(raw_.get(), "read");
  return Statement(raw);
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(raw_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return sqlite_error(raw_.get(), "write to");
  return {};
}

}  // namespace platen::spooler
