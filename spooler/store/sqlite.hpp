// SQLite with owners and Results. A connection and its statements belong to one thread at a time.
//
//   auto row = database.prepare("SELECT name FROM printers WHERE number = ?");
//   row->bind(1, number);
//   while (true) { auto more = row->step(); if (!more || !*more) break; use(row->text(0)); }
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace platen::spooler {

class Statement {
 public:
  explicit Statement(sqlite3_stmt* raw) : raw_(raw) {}
  void reset();
  void bind(int index, const std::string& value);
  void bind(int index, std::int64_t value);
  void bind(int index, const std::optional<std::int64_t>& value);
  Result<bool> step();  // true: a row is there
  Result<void> run();   // binds are done; expects no row
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::optional<std::int64_t> maybe_number(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* raw) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> raw_;
};

class Database {
 public:
  static Result<Database> open(const std::filesystem::path& file);
  Result<Statement> prepare(const std::string& sql);
  Result<void> execute(const std::string& sql);  // one or several statements without results

  // Runs `work` (returning Result<void>) in one transaction: all of it is on disk afterwards, or nothing.
  template <class Work>
  Result<void> transaction(Work work) {
    if (auto begun = execute("BEGIN IMMEDIATE"); !begun) return begun;
    Result<void> done = work();
    if (done) done = execute("COMMIT");
    if (!done) (void)execute("ROLLBACK");
    return done;
  }

 private:
  struct Close {
    void operator()(sqlite3* raw) const;
  };
  std::unique_ptr<sqlite3, Close> raw_;
};

}  // namespace platen::spooler
