// The durable store: printers and jobs in SQLite (WAL, synchronous=FULL), on a thread of its own.
//
//   Store store(worker);
//   auto contents = co_await store.open(folder / "platen.db");
//   auto added = co_await store.add(record);     // on disk when it returns
//
// Each call is one transaction, and calls take effect in the order in which they were made. All of SQL is in
// here and in schema.cpp. The caller's reactor calls; the worker's thread touches SQLite.
#pragma once

#include <memory>
#include <vector>

#include "spooler/background/worker.hpp"
#include "spooler/store/records.hpp"

namespace platen::spooler {

struct StoreContents {
  std::vector<PrinterRecord> printers;
  std::vector<JobRecord> jobs;  // oldest first
  std::uint32_t last_job = 0;   // the highest id ever given
};

class Store {
 public:
  explicit Store(Worker& worker);
  ~Store();

  Task<Result<StoreContents>> open(std::filesystem::path file);

  Task<Result<std::int64_t>> add(PrinterRecord record);  // returns its number
  Task<Result<void>> save(PrinterRecord record);
  Task<Result<void>> remove_printer(std::string name);  // and its jobs

  Task<Result<void>> add(JobRecord record);  // job.id was chosen by the caller
  Task<Result<void>> save(JobRecord record);
  Task<Result<void>> remove_jobs(std::vector<std::uint32_t> ids);

 private:
  class Tables;
  Worker& worker_;
  std::shared_ptr<Tables> tables_;
};

}  // namespace platen::spooler
