// The jobs' documents as files: jobs/<id>/document, and its previews in jobs/<id>/pages.
//
//   auto size = co_await documents.receive(17, body, check_the_type, deadline);
//
// Files are written on a thread of their own; the reactor never waits for a disk. What receive() has returned
// is on the disk under its final name; when it fails, nothing of the job is left there.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "base/stream.hpp"
#include "spooler/background/worker.hpp"

namespace platen::spooler {

class Documents {
 public:
  Documents(Worker& worker, std::filesystem::path folder, std::uint64_t largest);

  // `accept` sees the first bytes before anything is kept, and may refuse.
  using Accept = std::function<Result<void>(std::string_view head)>;
  Task<Result<std::uint64_t>> receive(std::uint32_t job, ByteSource& document, Accept accept,
                                      Deadline deadline);

  [[nodiscard]] Result<Fd> open(std::uint32_t job) const;
  [[nodiscard]] std::filesystem::path previews(std::uint32_t job) const;
  Task<void> remove(std::vector<std::uint32_t> jobs);
  // Removes the documents and keeps the previews.
  Task<void> remove_contents(std::vector<std::uint32_t> jobs);
  // Folders of jobs that were never acknowledged, and files that were never finished.
  Task<Result<void>> remove_strays(std::set<std::uint32_t> known);

 private:
  [[nodiscard]] std::filesystem::path job_folder(std::uint32_t job) const;
  Worker& worker_;
  std::filesystem::path folder_;
  std::uint64_t largest_;
};

}  // namespace platen::spooler
