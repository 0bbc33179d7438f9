// Pages as PNG files, and pages.jsonl and jobs.jsonl, in one folder. docs/architecture.md describes them.
//
// A folder that was used before is continued: numbers go on where they ended.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "virtual/output.hpp"

namespace platen::vprinter {

class OutputFolder final : public Output {
 public:
  static Result<OutputFolder> open(std::filesystem::path folder);

  [[nodiscard]] int pages_before() const { return pages_before_; }
  [[nodiscard]] int jobs_before() const { return jobs_before_; }

  void put_out(const Page& page, const PageRecord& record) override;
  void job_ended(const JobRecord& record) override;

 private:
  explicit OutputFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
  int pages_before_ = 0;
  int jobs_before_ = 0;
};

}  // namespace platen::vprinter
