#include "spooler/store/housekeeping.hpp"

namespace platen::spooler {

Leftovers leftovers(const std::map<std::uint32_t, JobRecord>& jobs,
                    const std::set<std::uint32_t>& without_document) {
  Leftovers out;
  std::size_t finished = 0;
  std::uint64_t bytes = 0;
  for (auto entry = jobs.rbegin(); entry != jobs.rend(); ++entry) {
    const Job& job = entry->second.job;
    if (!is_over(job.state)) continue;
    if (++finished > most_finished_jobs) {
      out.jobs.push_back(job.id);
      continue;
    }
    bytes += job.size;
    if (bytes > most_finished_bytes && !without_document.contains(job.id)) out.documents.push_back(job.id);
  }
  return out;
}

}  // namespace platen::spooler
