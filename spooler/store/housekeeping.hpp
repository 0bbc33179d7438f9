// What is kept of jobs that are over, and for how long. Pure decisions; the Spooler carries them out.
#pragma once

#include <set>
#include <vector>

#include "spooler/store/records.hpp"

namespace platen::spooler {

// As many finished jobs as people look back at; CUPS keeps 500 as well.
inline constexpr std::size_t most_finished_jobs = 500;
// Documents of finished jobs, so that they can be printed again: of the newest, up to this many bytes
// together.
inline constexpr std::uint64_t most_finished_bytes = 1ULL << 30;

struct Leftovers {
  std::vector<std::uint32_t> jobs;       // to be forgotten altogether
  std::vector<std::uint32_t> documents;  // whose document goes, and which stay in the list
};

// `without_document`: the jobs whose document went before.
[[nodiscard]] Leftovers leftovers(const std::map<std::uint32_t, JobRecord>& jobs,
                                  const std::set<std::uint32_t>& without_document);

}  // namespace platen::spooler
