// The store's tables, and how an older store becomes a newer one.
#pragma once

#include "spooler/store/sqlite.hpp"

namespace platen::spooler {

// Brings the store to the present schema. Each step is one transaction that also records that it was done; so
// being killed anywhere leaves a store that the next start brings on, and doing it again does nothing.
Result<void> migrate(Database& database);

}  // namespace platen::spooler
