// Where the printer's paper and its record of jobs go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "virtual/page.hpp"

namespace platen::vprinter {

struct PageRecord {
  int page = 0;  // counted since the first page that the printer ever put out
  int job = 0;
  std::string job_name;
};

enum class JobResult { completed, canceled, disconnected };

struct JobRecord {
  int job = 0;
  std::string name;
  JobResult result = JobResult::completed;
  int pages = 0;
  std::uint64_t bytes = 0;          // of printer language, without PJL
  std::vector<std::string> errors;  // "byte 4711: …", counted from the job's first byte of printer language
};

class Output {
 public:
  virtual ~Output() = default;
  virtual void put_out(const Page& page, const PageRecord& record) = 0;
  virtual void job_ended(const JobRecord& record) = 0;
};

}  // namespace platen::vprinter
