#include "spooler/store/schema.hpp"

#include <array>

namespace platen::spooler {
namespace {

// Step N brings a store of version N to N+1. A step that was released is never changed.
constexpr std::array<const char*, 1> kSteps{R"sql(
CREATE TABLE printers (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  name         TEXT NOT NULL UNIQUE,
  uri          TEXT NOT NULL,
  model        TEXT NOT NULL,
  gpd          TEXT NOT NULL,
  accepting    INTEGER NOT NULL,
  paused       INTEGER NOT NULL,
  capabilities TEXT NOT NULL,     -- JSON, as platen-render --describe told it
  changed      INTEGER NOT NULL   -- times are microseconds since 1970
);
CREATE TABLE jobs (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  printer      TEXT NOT NULL REFERENCES printers(name) ON DELETE CASCADE ON UPDATE CASCADE,
  name         TEXT NOT NULL,
  user         TEXT NOT NULL,
  type         TEXT NOT NULL,
  size         INTEGER NOT NULL,
  state        INTEGER NOT NULL,  -- the numbers of IPP's job-state
  incoming     INTEGER NOT NULL,
  reason       TEXT NOT NULL,
  sentence     TEXT NOT NULL,
  pages_done   INTEGER NOT NULL,
  pages_before INTEGER NOT NULL,
  rendered     INTEGER NOT NULL,
  note         TEXT NOT NULL,
  pages        INTEGER,
  copies       INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  options      TEXT NOT NULL,     -- JSON
  previews     INTEGER NOT NULL,
  created      INTEGER NOT NULL,
  started      INTEGER,
  finished     INTEGER
);
CREATE INDEX jobs_by_printer ON jobs(printer);
)sql"};

Result<int> version_of(Database& database) {
  auto statement = database.prepare("PRAGMA user_version");
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  return static_cast<int>(statement->number(0));
}

}  // namespace

Result<void> migrate(Database& database) {
  auto version = version_of(database);
  if (!version) return version.error();
  if (*version > static_cast<int>(kSteps.size()))
    return fail(Errc::unsupported, "open", "the spooler's store",
                "It was made by a newer Platen. Install that version again, or use another state folder.");
  for (int step = *version; step < static_cast<int>(kSteps.size()); ++step) {
    auto done = database.transaction([&database, step]() -> Result<void> {
      if (auto made = database.execute(kSteps[static_cast<std::size_t>(step)]); !made) return made;
      return database.execute("PRAGMA user_version = " + std::to_string(step + 1));
    });
    if (!done) return done;
  }
  return {};
}

}  // namespace platen::spooler
